"""The opinions app."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "shangliang.opinions"
