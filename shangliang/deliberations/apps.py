"""The deliberations app."""

from django.apps import AppConfig


class DeliberationsConfig(AppConfig):
    name = "shangliang.deliberations"
