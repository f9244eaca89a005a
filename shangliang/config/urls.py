"""Every address, app by app: those of later stages first, as they know more of what an address may mean."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

APPS = [
    app
    for app in reversed(settings.INSTALLED_APPS)
    if app.startswith("shangliang.") and (settings.PACKAGE / app.rpartition(".")[2] / "urls.py").exists()
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"{app}.urls")) for app in APPS]
