"""The one way to say no."""

from __future__ import annotations

from django.utils.functional import Promise


class Denied(Exception):
    """The actor may not do this; the reason is a sentence that may be shown."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = reason
