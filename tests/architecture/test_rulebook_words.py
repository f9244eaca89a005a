"""Words that stand both in the rulebook and in an app's states mean the same."""

from __future__ import annotations

from datetime import date
from enum import Enum

import pytest

from shangliang.access.publication import Scope
from shangliang.deliberations.states import StatutoryRoute
from shangliang.outcomes.states import Level, ReplyKind
from shangliang.places.states import Family
from shangliang.rulebook import book
from shangliang.topics.labels import THEMES
from shangliang.topics.states import Channel, Destination, Exclusion, Theme, Weight

WORDS: list[tuple[type[Enum], str, tuple[str, ...]]] = [
    (Channel, "code", ("topics.channels_table",)),
    (Weight, "code", ("topics.weights_table",)),
    (Theme, "code", ("topics.themes_table",)),
    (Exclusion, "code", ("topics.exclusions_table", "topics.exclusions_more_table")),
    (Destination, "code", ("topics.handover_table",)),
    (StatutoryRoute, "route", ("deliberations.statutory_routes_table",)),
    (Family, "family", ("people.conveners_table",)),
    (ReplyKind, "code", ("outcomes.reply_kinds_table",)),
    (Level, "level", ("outcomes.rating_levels_table",)),
    (Scope, "code", ("access.scopes_table",)),
]


@pytest.mark.parametrize(("words", "column", "tables"), WORDS, ids=lambda item: getattr(item, "__name__", ""))
def test_the_states_and_the_rulebook_know_the_same_words(
    words: type[Enum], column: str, tables: tuple[str, ...]
) -> None:
    rules = book().at(date(2026, 11, 23))
    listed = [row[column] for table in tables for row in rules.table(table)]
    assert sorted(listed) == sorted(word.value for word in words)


def test_the_ten_themes_are_called_the_same_on_the_pages_and_in_the_book() -> None:
    rows = book().at(date(2026, 11, 23)).table("topics.themes_table")
    assert {row["code"]: row["title"] for row in rows} == {
        theme.value: str(name) for theme, name in THEMES.items()
    }
