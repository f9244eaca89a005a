"""A figure without a word, or under a name that another has, stops the start with a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from shangliang.figures.declaration import AREA, AnyFigure, BadFigures, Cut, Derived, gathered
from shangliang.figures.tests.factories import KIND, OPEN, SHARE, WRITING, WRITTEN

FAULTS: list[tuple[list[AnyFigure], str]] = [
    ([replace(WRITTEN, label=_(" "))], "the figure search.written has no label"),
    ([replace(WRITTEN, definition=_(" "))], "the figure search.written has no definition"),
    ([replace(WRITTEN, unit=_(" "))], "the figure search.written has no unit"),
    ([WRITTEN, replace(OPEN, name="search.written")], "two figures are called search.written"),
    ([replace(WRITTEN, name="written")], "the figure 'written' is not named <app>.<what>"),
    ([replace(WRITTEN, name="search.all of it")], "the figure 'search.all of it' is not named <app>.<what>"),
    ([SHARE, WRITTEN], "search.share is worked out from search.open, which no app hands in"),
    (
        [replace(WRITTEN, adds=Value(2), distinct="kind")],
        "the figure search.written cannot both add up and count different values",
    ),
    (
        [replace(WRITTEN, source=replace(WRITING, cuts={KIND: "kind", Cut("kind", _("类")): "no"}))],
        "two ways to split figures are called kind",
    ),
]


@pytest.mark.parametrize(("figures", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_fault_is_told_in_a_sentence(figures: list[AnyFigure], sentence: str) -> None:
    with pytest.raises(BadFigures, match=".*") as raised:
        gathered(figures)
    assert str(raised.value) == sentence


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadFigures) as raised:
        gathered([replace(WRITTEN, unit=_(" "))], [replace(WRITTEN, label=_(" "))])
    assert str(raised.value).count(";") == 2


def test_figures_stand_in_the_order_in_which_they_were_handed_in() -> None:
    assert list(gathered([OPEN, WRITTEN], [SHARE])) == ["search.open", "search.written", "search.share"]


def test_a_derived_figure_is_cut_as_its_parts_are() -> None:
    place = replace(WRITTEN, source=replace(WRITING, cuts={AREA: "desk_path"}))
    both = Derived("search.x", _("率"), _("率。"), _("%"), (OPEN, place), max)
    assert both.can_be_cut([AREA])
    assert not both.can_be_cut([AREA, KIND])
