"""What a column holds: the length of a text is said once, where it is kept."""

from __future__ import annotations

from django.db.models import Model

from shangliang.kit.text import shortened


def longest(model: type[Model], column: str) -> int:
    """How many characters its column holds."""
    length = getattr(model._meta.get_field(column), "max_length", None)
    if length is None:
        raise TypeError(f"{model.__name__}.{column} holds text of any length")
    return int(length)


def fitted(model: type[Model], column: str, text: str) -> str:
    """The text as its column holds it, shortened where all can see it: for what the system takes from elsewhere.

    What somebody types is refused by the form instead, where it is too long.
    """
    return shortened(text.strip(), longest(model, column))
