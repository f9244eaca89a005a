"""The figures app."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "shangliang.figures"

    def ready(self) -> None:
        """Gather the figures now: a missing word or a name given twice stops the start with a sentence."""
        from shangliang.figures.queries import declared

        declared()
