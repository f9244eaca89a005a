"""The sortition app."""

from django.apps import AppConfig


class SortitionConfig(AppConfig):
    name = "shangliang.sortition"
