"""State machines as tables: what leads where, what is refused, what an act needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from shangliang.kit.states import IllegalMove, Machine, Transition


class Lamp(StrEnum):
    NEW = "new"
    LIT = "lit"
    DARK = "dark"
    GONE = "gone"


@dataclass
class Row:
    """Anything with a state."""

    state: str = "new"
    is_broken: bool = False
    place: str = "new"


def is_whole(row: Row) -> bool:
    return not row.is_broken


LAMP: Machine[Lamp] = Machine(
    name="lamp",
    initial=Lamp.NEW,
    transitions=(
        Transition("light", (Lamp.NEW, Lamp.DARK), Lamp.LIT, "lamp.lit", "lamp.light", is_whole),
        Transition("light", (Lamp.NEW,), Lamp.GONE, "lamp.thrown_away", "lamp.light"),
        Transition("polish", (Lamp.NEW, Lamp.LIT), None, "lamp.polished", "lamp.keep"),
        Transition("burn_out", (Lamp.LIT,), Lamp.DARK, "lamp.burnt_out"),
    ),
    finals=(Lamp.GONE,),
)


@pytest.mark.parametrize(
    ("act", "row", "target", "event"),
    [
        ("light", Row("new"), "lit", "lamp.lit"),
        ("light", Row("dark"), "lit", "lamp.lit"),
        ("light", Row("new", is_broken=True), "gone", "lamp.thrown_away"),  # the first row that fits counts
        ("polish", Row("lit"), "lit", "lamp.polished"),
        ("burn_out", Row("lit"), "dark", "lamp.burnt_out"),
    ],
)
def test_an_act_leads_where_the_table_says(act: str, row: Row, target: str, event: str) -> None:
    before = row.state
    assert LAMP.allows(row, act)
    assert LAMP.find(row, act).event == event
    assert row.state == before, "finding does nothing yet"
    assert LAMP.go(row, act).event == event
    assert row.state == target


@pytest.mark.parametrize(
    ("act", "row"),
    [
        ("light", Row("lit")),
        ("light", Row("dark", is_broken=True)),
        ("polish", Row("dark")),
        ("burn_out", Row("new")),
        ("light", Row("gone")),
        ("sing", Row("new")),
    ],
)
def test_what_the_table_does_not_hold_is_refused_and_changes_nothing(act: str, row: Row) -> None:
    before = row.state
    assert not LAMP.allows(row, act)
    with pytest.raises(IllegalMove, match=f"lamp: {act} is not possible from {before}") as refused:
        LAMP.go(row, act)
    assert (refused.value.machine, refused.value.act, refused.value.state) == ("lamp", act, before)
    assert row.state == before


def test_the_state_may_stand_in_another_column() -> None:
    elsewhere = Machine(name="lamp", initial=Lamp.NEW, transitions=LAMP.transitions, field="place")
    row = Row("dark", place="new")
    elsewhere.go(row, "light")
    assert (row.state, row.place, elsewhere.state_of(row)) == ("dark", "lit", "lit")


def test_the_table_can_be_asked_without_a_row() -> None:
    assert LAMP.leads_from("light", "dark")
    assert not LAMP.leads_from("light", "lit")
    assert not LAMP.leads_from("sing", "new")
    assert [LAMP.needs(act) for act in ("light", "polish", "burn_out")] == ["lamp.light", "lamp.keep", ""]
    with pytest.raises(KeyError, match="lamp has no act sing"):
        LAMP.needs("sing")
    assert LAMP.acts() == ["light", "polish", "burn_out"]
    assert LAMP.states() == [Lamp.NEW, Lamp.DARK, Lamp.LIT, Lamp.GONE]
