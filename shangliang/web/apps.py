"""The web app: pages that combine apps."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "shangliang.web"
