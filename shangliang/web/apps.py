"""The web app: pages that combine apps."""

from django.apps import AppConfig

from shangliang.events.kinds import Kind


class WebConfig(AppConfig):
    name = "shangliang.web"

    def ready(self) -> None:
        """The highest app is ready last of ours: what all of them hand in is looked over before anything is served."""
        from shangliang.access.things import check_house
        from shangliang.events.actions import idle_reactions

        check_house((kind.value for kind in Kind), also=idle_reactions())
