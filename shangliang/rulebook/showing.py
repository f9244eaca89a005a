"""Rules as a page or a print shows them: values with their units, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shangliang.rulebook.lookup import Book
from shangliang.rulebook.parameters import (
    TIER_NAMES,
    Column,
    Dated,
    Override,
    Parameter,
    Scope,
    Source,
    tiers,
)
from shangliang.rulebook.units import NAMES, NUMERIC, CellKind, Unit

NONE = ("（无）", "(none)")
SOURCED = ("有出处", "sourced")
DEFAULT = ("本系统默认", "default of this system")  # never shown as an official rule
YES_NO = {True: ("是", "yes"), False: ("否", "no")}


def lines(rule: Parameter, value: Any, *, english: bool = False) -> list[str]:
    """A value as lines: a number with its unit, a list item by item, a table row by row."""
    if rule.unit in NUMERIC:
        name = NAMES[rule.unit][english]
        if english and value == 1:
            name = name.removesuffix("s")
        return [f"{value:g}{'' if name in {'', '%'} else ' '}{name}"]
    if rule.unit is Unit.TABLE:
        return [_row(rule, row, english=english) for row in value] or [NONE[english]]
    if rule.unit is Unit.YES_NO:
        return [YES_NO[value][english]]
    if isinstance(value, tuple):
        return [str(item) for item in value] or [NONE[english]]
    return [str(value)]


@dataclass(frozen=True)
class Entry:
    """One rule in one language, ready for the page or the print."""

    id: str
    clause: str
    meaning: str
    value: tuple[str, ...]  # the book's own, on that day
    later: tuple[str, ...]  # announced changes, each with its date
    own: tuple[str, ...]  # what places have set for themselves, each with its document
    scope: str  # who may set it
    is_sourced: bool
    basis: str
    source: str
    waiting: str  # why no code uses it yet


def entry(book: Book, rule: Parameter, day: date, *, english: bool = False) -> Entry:
    """The rule as it stands on `day`."""
    held = [dated for dated in rule.values if dated.since <= day]
    return Entry(
        id=rule.id,
        clause=rule.clause,
        meaning=rule.meaning_en if english else rule.meaning,
        value=tuple(lines(rule, held[-1].value, english=english) if held else (NONE[english],)),
        later=tuple(_dated(rule, dated, english) for dated in rule.values if dated.since > day),
        own=tuple(_own(rule, own, english) for own in book.overrides_of(rule.id)),
        scope=scope(rule, english=english),
        is_sourced=rule.is_sourced,
        basis=(DEFAULT, SOURCED)[rule.is_sourced][english],
        source=sources(rule, english=english),
        waiting=rule.waiting,
    )


def scope(rule: Parameter, *, english: bool = False) -> str:
    """Which tiers may set it."""
    names = [TIER_NAMES[tier][english] for tier in tiers(rule.scope)]
    return ("、", ", ")[english].join(names) or TIER_NAMES[Scope.FIXED][english]


def sources(rule: Parameter, *, english: bool = False) -> str:
    """Where the number stands; of a default, what it leans on."""
    if not rule.sources:
        return ""
    named = ("；", "; ")[english].join(_source(source) for source in rule.sources)
    return named if rule.is_sourced else (f"参考：{named}", f"leans on: {named}")[english]


def _dated(rule: Parameter, dated: Dated, english: bool) -> str:
    value = ("；", "; ")[english].join(lines(rule, dated.value, english=english))
    return (f"{dated.since} 起 {value}", f"from {dated.since}: {value}")[english]


def _own(rule: Parameter, own: Override, english: bool) -> str:
    place = own.area_path or ("全部署", "whole deployment")[english]
    values = ("，", ", ")[english].join(_dated(rule, dated, english) for dated in own.values)
    until = (f"，至 {own.until}", f", until {own.until}")[english] if own.until else ""
    return f"{place} {values}{until} ({own.document})"


def _source(source: Source) -> str:
    parts = (source.no, source.title, source.document, source.note)
    return " ".join(part for part in parts if part)


def _row(rule: Parameter, row: Mapping[str, Any], *, english: bool) -> str:
    """A name leads, the other cells carry their title. Columns without a title are codes for the program."""
    shown = [column for column in rule.columns if column.key in row and _is_shown(rule, column, english)]
    name = ""
    if shown and shown[0].kind == CellKind.TEXT:
        name = _cell(shown[0], row[shown[0].key], english)
        shown = shown[1:]
    colon, stop = (("：", "；"), (": ", "; "))[english]
    rest = stop.join(
        f"{_title(column, english)}{colon}{_cell(column, row[column.key], english)}" for column in shown
    )
    return " · ".join(part for part in (name, rest) if part)


def _is_shown(rule: Parameter, column: Column, english: bool) -> bool:
    """A column that has a twin in the other language shows on the pages of its own language only."""
    keys = {other.key for other in rule.columns}
    is_english = column.key.endswith("_en") and column.key.removesuffix("_en") in keys
    has_english = f"{column.key}_en" in keys
    if not column.title or (is_english and not english):
        return False
    return not (has_english and english)


def _title(column: Column, english: bool) -> str:
    return column.title_en if english else column.title


def _cell(column: Column, value: Any, english: bool) -> str:
    if column.kind == CellKind.YES_NO:
        return YES_NO[value][english]
    if isinstance(value, tuple):
        return ("、", ", ")[english].join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
