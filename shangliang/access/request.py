"""A request as every view sees it: with the one who acts."""

from django.http import HttpRequest

from shangliang.access.actor import Actor


class Request(HttpRequest):
    """Carries the Actor that accounts' middleware puts there."""

    actor: Actor
