"""A small book of three rules, and files that hold it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from shangliang.rulebook import Basis, Book, Override, Parameter, Scope, Unit
from shangliang.rulebook.parameters import Dated

FIRST = date(2020, 1, 1)

SOURCES = """
[[source]]
no = "S1"
title = "工作规则"
"""
RULE = """
[[parameter]]
id = "topics.ack_days"
clause = "先回话"
meaning = "几个工作日内回话。"
meaning_en = "Answered within this many working days."
unit = "days"
basis = "sourced"
source = ["S1"]
scope = "district"
stage = "topics"
range = [1, 5]
values = [{ from = 2020-01-01, value = 1 }, { from = 2027-01-01, value = 2 }]
"""
OVERRIDE = """
[[override]]
id = "topics.ack_days"
area_path = "32/3211/321102/"
document = "京政协办〔2026〕3号"
values = [{ from = 2026-06-01, value = 3 }]
"""
TABLE = """
[[parameter]]
id = "topics.routes_table"
clause = "去向"
meaning = "转到哪里。"
meaning_en = "Where it goes."
unit = "table"
basis = "default"
scope = "district"
stage = "topics"
columns = [
  { key = "name", title = "去向", title_en = "Where", kind = "text" },
  { key = "share", title = "比例", title_en = "Share", kind = "fraction", optional = true },
]
values = [{ from = 2020-01-01, value = [{ name = "热线", share = "2/3" }] }]
"""


def write_book(folder: Path, rules: str = RULE, sources: str = SOURCES) -> Path:
    """A folder of standards."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    return folder


def write_own(folder: Path, overrides: str = OVERRIDE) -> Path:
    """A folder of what a deployment has set for itself."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.toml").write_text(overrides, encoding="utf-8")
    return folder


def make_rule(
    *dated: tuple[date, Any], id: str = "topics.ack_days", scope: Scope = Scope.DISTRICT
) -> Parameter:
    """A rule with these values."""
    return Parameter(
        id=id,
        clause="先回话",
        meaning="几个工作日内回话。",
        meaning_en="Answered within this many working days.",
        unit=Unit.DAYS,
        basis=Basis.DEFAULT,
        scope=scope,
        stage="topics",
        values=tuple(Dated(since, value) for since, value in dated or ((FIRST, 1),)),
    )


def make_own(area_path: str, *dated: tuple[date, Any], until: date | None = None) -> Override:
    """What a place has set for itself."""
    values = tuple(Dated(since, value) for since, value in dated)
    return Override("topics.ack_days", area_path, "某发〔2026〕1号", values, until)


def make_book(*rules: Parameter, own: tuple[Override, ...] = ()) -> Book:
    return Book(rules or (make_rule(),), own)
