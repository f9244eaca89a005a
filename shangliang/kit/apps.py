"""The kit as a Django app: it brings templates, tags and static files."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "shangliang.kit"

    def ready(self) -> None:
        from shangliang.kit.forms import speak_plainly

        speak_plainly()
