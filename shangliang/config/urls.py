"""Every address, app by app."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

APPS = (
    "web",
    "outcomes",
    "deliberations",
    "opinions",
    "sortition",
    "topics",
    "people",
    "places",
    "accounts",
    "inbox",
    "ledger",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"shangliang.{app}.urls")) for app in APPS if find_spec(f"shangliang.{app}.urls")
]
