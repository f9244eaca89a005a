"""The topics app."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "shangliang.topics"
