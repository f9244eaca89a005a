"""The places app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "shangliang.places"
