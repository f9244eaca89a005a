"""`/healthz`: for the proxy and the keeper: does the database answer, does the worker work, is there disk left?"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from shangliang.kit import clock

WORKER_SILENT = 180  # seconds; the worker ticks every minute
LEAST_FREE = 200 * 1024 * 1024  # bytes


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served; the worker and the disk are told and do not take the pages down."""
    found = {"database": _database(), "worker": _worker(), "disk": _disk()}
    return JsonResponse(found, status=200 if found["database"] else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _worker() -> bool:
    try:
        return (
            clock.now().timestamp() - Path(settings.HOME / "worker.heartbeat").stat().st_mtime < WORKER_SILENT
        )
    except FileNotFoundError:
        return False


def _disk() -> bool:
    return shutil.disk_usage(settings.HOME).free > LEAST_FREE
