"""Every address, app by app."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from shangliang.config.environment import same_apps

APPS = (
    "web",
    "outcomes",
    "deliberations",
    "opinions",
    "sortition",
    "topics",
    "desks",
    "people",
    "places",
    "accounts",
    "inbox",
)
same_apps("APPS in config/urls.py", ("config", *APPS), settings.PACKAGE, "urls.py")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"shangliang.{app}.urls")) for app in APPS]
