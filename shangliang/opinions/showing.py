"""A map in words and lines: the text twin, and the picture as shapes of SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shangliang.opinions.labels import GROUP_NAMES, PARTS
from shangliang.opinions.models import OpinionMap, Poll
from shangliang.opinions.states import Part

CLOSE = 0.25  # silhouettes below: views run into each other; above FAR: groups stand apart (Rousseeuw 1987)
FAR = 0.5
SHAPES = ("circle", "square", "diamond", "triangle", "cross")


def figures(poll: Poll, maps: Mapping[Part, OpinionMap], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    """One entry for each map: its title, shapes and sentences."""
    return [_figure(part, row, texts) for part, row in maps.items() if row.picture]


def _figure(part: Part, row: OpinionMap, texts: Mapping[int, str]) -> dict[str, Any]:
    picture = row.picture
    groups = [
        {
            "name": _name(number),
            "size": group["size"],
            "outline": " ".join(f"{x},{-y}" for x, y in group["outline"]),
            "number": number,
            "label": _middle(group["outline"]),
            "says": _lines(group["says"], texts),
        }
        for number, group in enumerate(picture["groups"])
    ]
    return {
        "part": PARTS[part],
        "people": picture["people"],
        "votes": picture["votes"],
        "each": round(picture["votes"] / picture["people"], 1) if picture["people"] else 0,
        "dots": [
            {
                "x": x,
                "y": -y,
                "shape": SHAPES[number % len(SHAPES)] if number >= 0 else "dot",
                "number": number,
            }
            for x, y, number in picture["dots"]
        ],
        "groups": groups,
        "all_agree": _lines(picture["all_agree"], texts),
        "all_disagree": _lines(picture["all_disagree"], texts),
        "unite": _lines(picture["unite"], texts),
        "divide": _divides(picture["divide"], texts),
        "divided": picture["divided"],
        "divided_words": _divided(picture["divided"], len(groups)),
        "stability": picture.get("stability"),
        "stability_words": _stable(picture.get("stability")),
        "drawn_at": row.drawn_at,
        "is_late": row.failed_at is not None,
    }


def _name(number: int) -> str:
    return str(GROUP_NAMES[number % len(GROUP_NAMES)])


def _middle(outline: list[list[int]]) -> dict[str, int] | None:
    if not outline:
        return None
    return {
        "x": round(sum(x for x, _y in outline) / len(outline)),
        "y": -round(sum(y for _x, y in outline) / len(outline)),
    }


def _lines(rows: list[dict[str, Any]], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "text": texts[row["statement"]],
            "word": _("赞成") if row["direction"] == "agree" else _("不赞成"),
            "of": row["of"],
            "seen": row["seen"],
        }
        for row in rows
        if row["statement"] in texts
    ]


def _divides(rows: list[dict[str, Any]], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "text": texts[row["statement"]],
            "groups": [{"name": _name(number), **group} for number, group in enumerate(row["groups"])],
        }
        for row in rows
        if row["statement"] in texts
    ]


def _divided(value: float, groups: int) -> str:
    if groups < 2:
        return _("看法没有分成几群。")
    if value < CLOSE:
        return _("看法有差别，但连成一片，分得不开。")
    return _("看法分成几群，彼此还有来往。") if value < FAR else _("看法分成几群，彼此离得远。")


def _stable(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 0.9:
        return _("去掉十分之一的表态再算，分群几乎不变。")
    return _("去掉十分之一的表态再算，分群会变一些，请当作参考。")
