"""What the benchmark serves: the product, and beside it a bare page and a bare insert with the same middleware.

Usage: bench_site.py   prints, as JSON, the pages to measure with their cookies, SQL statements and bytes
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from shangliang.config.urls import urlpatterns as product  # noqa: E402
from shangliang.kit import clock  # noqa: E402

BARE = engines["django"].from_string(
    '{% extends "kit/base.html" %}{% block main %}<h1>有事好商量</h1>{% endblock %}'
)


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a page of this product can be."""
    return HttpResponse(BARE.render({}, request))


@csrf_exempt  # as the form that residents fill in
def insert(request: HttpRequest) -> HttpResponse:
    """The least that a form of this product can do: one row, one redirect."""
    with transaction.atomic():
        Session.objects.create(session_key=get_random_string(32), session_data="", expire_date=clock.now())
    return redirect("/bench/bare")


@csrf_exempt  # as the address that votes go to
def upsert(request: HttpRequest) -> HttpResponse:
    """The least that a vote can be: one row, new or changed, and an answer."""
    row = Session(session_key=request.GET["key"], session_data="", expire_date=clock.now())
    Session.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["session_key"], update_fields=["expire_date"]
    )
    return JsonResponse({"taken": 1})


urlpatterns = [
    path("bench/bare", bare),
    path("bench/insert", insert),
    path("bench/upsert", upsert),
    *product,
]
settings.ROOT_URLCONF = "bench_site"
application = get_wsgi_application()


def addresses() -> list[tuple[str, str, bool]]:
    """Name, address, and whether staff sees it; of a topic that is public, and of its room."""
    from shangliang.access.actor import ANONYMOUS
    from shangliang.topics.models import Topic

    topic = Topic.objects.visible_to(ANONYMOUS).select_related("room").order_by("-pk")[:1].get()
    return [
        ("a bare page", "/bench/bare", False),
        ("/", "/", False),
        ("/r/<room>", f"/r/{topic.room.no}", False),
        ("/topics", "/topics", False),
        ("/topics/<no>", f"/topics/{topic.no}", False),
        ("/results", "/results", False),
        ("/say", f"/say?room={topic.room.no}", False),
        ("sign-in", "/sign-in", False),
        ("the desk", "/desk", True),
    ]


def clerk_cookie() -> str:
    """The session of the clerk with the most to do."""
    from django.db.models import Count

    from shangliang.accounts.models import User

    clerk = User.objects.filter(grants__role="clerk").annotate(n=Count("grants")).order_by("-n", "pk").first()
    if clerk is None:
        return ""
    client = Client()
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def look() -> list[dict[str, Any]]:
    """Each page once, in this process, with its statements counted."""
    staff = clerk_cookie()
    pages = []
    for name, address, is_staff in addresses():
        cookie = staff if is_staff else ""
        client = Client(headers={"host": "127.0.0.1", "cookie": cookie})
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        page = {"name": name, "path": address, "cookie": cookie, "status": answer.status_code}
        pages.append(page | {"sql": len(queries), "bytes": len(answer.content)})
    return pages


if __name__ == "__main__":
    json.dump(look(), sys.stdout)
