"""Is all well? `/healthz` for the proxy in front, `/healthz/all` for people and monitors."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shangliang.events.queries import backlog
from shangliang.kit import clock, heartbeat

LEAST_FREE = 200 * 1024 * 1024  # bytes


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served; the worker and the disk are told and do not take the pages down."""
    found = _found()
    return JsonResponse(found, status=200 if found["database"] else 503)


@never_cache
@require_safe
def everything(request: HttpRequest) -> JsonResponse:
    """200 when all of it is well; 503 when somebody should look: database, worker, disk, or work that lies too long."""
    found = _found()
    found["backlog"] = found["database"] and backlog(clock.now()).is_well
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _found() -> dict[str, bool]:
    beat = heartbeat.last()
    return {
        "database": _database(),
        "worker": beat is not None and beat.is_well,
        "disk": shutil.disk_usage(settings.HOME).free > LEAST_FREE,
    }


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
