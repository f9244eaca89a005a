"""The demo app: no tables of its own."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "shangliang.demo"
