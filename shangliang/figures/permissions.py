"""Who may read a figure."""

from __future__ import annotations

from datetime import date

from shangliang.access.actor import Actor
from shangliang.figures.declaration import AREA, ROOM, AnyFigure, Where
from shangliang.figures.rules import Period, is_open_to_all


def may_read(actor: Actor, figure: AnyFigure, period: Period, where: Where, *, today: date) -> bool:
    """Everybody: a public figure of a year, of an area or a room. Staff: what lies where they hold the permission.

    Whoever asks for a room names its area too: a grant over the area then covers it.
    """
    if figure.is_public and set(where) <= {AREA, ROOM} and is_open_to_all(period, today):
        return True
    return actor.can(figure.read_by, area_path=where.get(AREA, ""), room_no=where.get(ROOM, ""))


def may_list(actor: Actor, figure: AnyFigure) -> bool:
    """Whether the figure exists for the actor at all, wherever."""
    return figure.is_public or actor.can_somewhere(figure.read_by)
