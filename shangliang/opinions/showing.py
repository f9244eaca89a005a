"""A map in words and lines: the text twin, and the picture as shapes of SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shangliang.kit.punctuation import listed, with_note
from shangliang.opinions.labels import GROUP_NAMES, PARTS
from shangliang.opinions.models import OpinionMap, Poll
from shangliang.opinions.states import Part

CLOSE = 0.25  # silhouettes below: views run into each other; above FAR: groups stand apart (Rousseeuw 1987)
FAR = 0.5
TOP, NAME_GAP = -101, 5  # of the picture, from -112 to 112
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
            "label": _above(group["outline"]),
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
        "lists": _lists(picture, texts),
        "divide": _divides(picture["divide"], texts),
        "divided": picture["divided"] if len(groups) > 1 and "is_few" in picture else None,
        "divided_words": _divided(picture, len(groups)),
        "stability": picture.get("stability"),
        "stability_words": _stable(picture.get("stability")),
        "drawn_at": row.drawn_at,
        "is_late": row.failed_at is not None,
    }


def grouped(code: str) -> str:
    """The code of a seat as it is read out and typed: 4-4-5."""
    return "-".join(filter(None, (code[:4], code[4:8], code[8:])))


def _name(number: int) -> str:
    return str(GROUP_NAMES[number % len(GROUP_NAMES)])


def _above(outline: list[list[int]]) -> dict[str, int] | None:
    """Where a group's name stands: over its upper edge, for inside it would cover people."""
    if not outline:
        return None
    return {
        "x": round(sum(x for x, _y in outline) / len(outline)),
        "y": max(TOP, -max(y for _x, y in outline) - NAME_GAP),
    }


def _lists(picture: Mapping[str, Any], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    """What people agree on or not, under headings that are true of each group: `key`, `title`, `lines`.

    A picture of an earlier version lacks some of them.
    """
    if len(picture["groups"]) > 1:
        titles = {
            "unite": _("每一群都有一半以上赞成"),
            "refuse": _("每一群都有一半以上不赞成"),
            "mostly": _("总的说多数赞成，不是每一群"),
            "mostly_not": _("总的说多数不赞成，不是每一群"),
        }
    else:
        titles = {
            "mostly": _("多数人赞成"),
            "mostly_not": _("多数人不赞成"),
            "split": _("意见不一的"),
        }
    lists = [
        {"key": key, "title": title, "lines": _lines(picture.get(key, []), texts)}
        for key, title in titles.items()
    ]
    return [each for each in lists if each["lines"]]


def _lines(rows: list[dict[str, Any]], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {"text": texts[row["statement"]], "words": _counted(row), "but": _but(row)}
        for row in rows
        if row["statement"] in texts
    ]


def _counted(row: Mapping[str, Any]) -> str:
    """How many of how many."""
    if "direction" not in row:
        return _("%(seen)s 人里 %(agree)s 人赞成，%(disagree)s 人不赞成") % row
    word = _("赞成") if row["direction"] == "agree" else _("不赞成")
    return _("%(seen)s 人里 %(of)s 人%(word)s") % {**row, "word": word}


def _but(row: Mapping[str, Any]) -> str:
    """The groups of which no more than half say so, with their counts."""
    fewer = [
        with_note(_name(number), _counted({**group, "direction": row["direction"]}))
        for number, group in enumerate(row.get("groups", []))
        if group["seen"] and 2 * group["of"] <= group["seen"]
    ]
    return _("其中%(groups)s") % {"groups": listed(fewer)} if fewer else ""


def record_lines(poll: Poll, maps: Mapping[Part, OpinionMap], texts: Mapping[int, str]) -> list[str]:
    """What came of asking those in the room, as sentences for the record: offered, never written into it."""
    row = maps.get(Part.ROOM)
    if row is None or not row.picture:
        return []
    words = {"n": row.picture["people"], "question": poll.question}
    said = [_("会上听了大家的看法（不是表决）：%(question)s。%(n)s 人表了态。") % words]
    for each in _lists(row.picture, texts):
        lines = [
            with_note(_("“%(text)s”") % line, line["words"]) + (_("，") + line["but"] if line["but"] else "")
            for line in each["lines"]
        ]
        said.append(_("%(title)s：%(lines)s。") % {"title": each["title"], "lines": _("；").join(lines)})
    return said


def _divides(rows: list[dict[str, Any]], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "text": texts[row["statement"]],
            "groups": [{"name": _name(number), **group} for number, group in enumerate(row["groups"])],
        }
        for row in rows
        if row["statement"] in texts
    ]


def _divided(picture: Mapping[str, Any], groups: int) -> str:
    if picture.get("is_few", True):
        return _("人还少，不说分歧有多大。")
    value = picture["divided"]
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
