"""The outcomes app."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "shangliang.outcomes"
