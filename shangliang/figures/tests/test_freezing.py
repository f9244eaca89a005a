"""Closing a period: its figures stay as they stood, with their words, whatever is corrected later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _
from pytest_django import Settings

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.figures import frozen, rules, triggers
from shangliang.figures.actions import freeze
from shangliang.figures.declaration import AREA, ROOM, Figure, Where, gathered
from shangliang.figures.frozen import kept
from shangliang.figures.models import ClosedPeriod, FrozenFigure, FrozenSplit
from shangliang.figures.queries import declared
from shangliang.figures.tests.factories import (
    CITY,
    COUNTY,
    FIGURES,
    KEPT,
    KIND,
    LETTERS,
    NEXT_TOWN,
    ROOMS,
    SHARE,
    TODAY,
    TOWN,
    WRITING,
    WRITTEN,
    document,
    moment,
    office,
)
from shangliang.kit.guards import Blocked
from shangliang.ledger.models import Content, Entry

pytestmark = pytest.mark.django_db
AT = moment("2026-11-23 10:00")
Q1 = rules.quarter(2026, 1)
VILLAGE = f"{TOWN}321102001003/"
REWORDED = gathered(
    [
        Figure("search.written", _("写下的"), _("另一种算法。"), _("篇"), WRITING),
        *list(FIGURES.values())[1:-1],
    ]
)


@pytest.fixture(autouse=True)
def _figures(settings: Settings) -> Iterator[None]:
    """The figures of these tests are the ones that are declared."""
    settings.FIGURES = "shangliang.figures.tests.factories.FIGURES"
    declared.cache_clear()
    yield
    declared.cache_clear()


def closed(
    period: rules.Period = Q1, area_path: str = COUNTY, role: Role = Role.DISTRICT_OFFICE
) -> ClosedPeriod:
    return freeze(period=period, area_path=area_path, actor=office(role, area_path), at=AT)


def some() -> None:
    document(path=VILLAGE, is_public=True)
    document(path=VILLAGE, room_no="100002")
    document(path=NEXT_TOWN, room_no="100003", kind="room")


def test_every_figure_stays_as_it_stood() -> None:
    some()
    row = closed()
    document(path=VILLAGE)
    cells: list[tuple[Figure, Where, int]] = [
        (WRITTEN, {AREA: COUNTY}, 3),
        (WRITTEN, {AREA: TOWN}, 2),
        (WRITTEN, {AREA: VILLAGE}, 2),
        (WRITTEN, {AREA: f"{TOWN}321102001004/"}, 0),
        (WRITTEN, {AREA: VILLAGE, ROOM: "100002"}, 1),
        (WRITTEN, {AREA: NEXT_TOWN, KIND: "room"}, 1),
        (WRITTEN, {KIND: "topic", AREA: TOWN}, 2),
        (LETTERS, {AREA: COUNTY, KIND: "topic"}, 6),
        (ROOMS, {AREA: TOWN}, 2),
        (KEPT, {AREA: COUNTY}, 3),
    ]
    for figure, where, value in cells:
        found = kept(figure, Q1, where)
        assert found is not None, (figure.name, where)
        assert found.value == value, (figure.name, where)
        assert found.closed == row
    assert frozen.is_whole(row)


def test_a_share_that_could_not_be_known_stays_so() -> None:
    some()
    closed()
    share, none = kept(SHARE, Q1, {AREA: TOWN}), kept(SHARE, Q1, {AREA: f"{COUNTY}321102009/"})
    assert share is not None
    assert share.value == 50.0
    assert none is not None
    assert none.value is None


def test_what_was_not_frozen_is_none() -> None:
    some()
    closed()
    assert kept(WRITTEN, rules.quarter(2026, 2), {AREA: COUNTY}) is None
    assert kept(WRITTEN, Q1, {}) is None
    assert kept(WRITTEN, Q1, {AREA: CITY}) is None
    assert kept(KEPT, Q1, {AREA: COUNTY, KIND: "topic"}) is None


def test_the_nearest_office_that_closed_the_period_counts() -> None:
    some()
    closed(area_path=CITY, role=Role.CITY_OFFICE)
    document(path=VILLAGE)
    row = closed()
    found, above = kept(WRITTEN, Q1, {AREA: TOWN}), kept(WRITTEN, Q1, {AREA: CITY})
    assert found is not None
    assert above is not None
    assert (found.closed, found.value, above.value) == (row, 3, 3)


def test_a_correction_changes_what_is_counted_anew_and_no_frozen_cell() -> None:
    some()
    row = closed()
    before = frozen.snapshot(Q1, COUNTY, today=TODAY)
    document(path=NEXT_TOWN, room_no="100003", kind="room", is_public=True)
    anew = frozen.snapshot(Q1, COUNTY, today=TODAY)
    written = [cells["search.written"] for cells in (before, anew)]
    assert [cells[""][""] for cells in written] == [3, 4]
    assert [cells["area"][NEXT_TOWN] for cells in written] == [1, 2]
    assert [cells["area"].get(TOWN) for cells in written] == [2, 2]
    stands = kept(WRITTEN, Q1, {AREA: NEXT_TOWN})
    assert stands is not None
    assert stands.value == 1
    assert ClosedPeriod.objects.get() == row


def test_the_words_of_the_day_are_kept_with_the_number(settings: Settings) -> None:
    some()
    row = closed()
    settings.FIGURES = f"{__name__}.REWORDED"
    declared.cache_clear()
    found = kept(REWORDED["search.written"], Q1, {AREA: COUNTY})
    assert found is not None
    assert (found.label, found.definition, found.unit) == ("篇数", "期内写下的。", "篇")
    assert frozen.is_whole(row)
    # A figure that is declared no more keeps its frozen cells.
    assert "search.share" in {each.name for each in frozen.wholes(row)}


def test_the_ledger_says_who_froze_what() -> None:
    row = closed()
    entry = Entry.objects.get()
    assert (entry.event, entry.subject_no) == ("figures.frozen", "321102-2026Q1")
    assert entry.office == row.office == "district_office@321102"
    assert entry.rulebook == row.rulebook
    assert f'"digest":"{row.digest}"' in Content.objects.get(entry_id=entry.pk).body
    assert FrozenFigure.objects.count() == len(FIGURES)


@pytest.mark.parametrize(
    "period", [rules.quarter(2026, 4), rules.between(date(2026, 11, 1), date(2026, 11, 23))]
)
def test_a_period_that_is_not_over_is_not_closed(period: rules.Period) -> None:
    with pytest.raises(Blocked) as raised:
        closed(period)
    assert [unmet.code for unmet in raised.value.unmet] == ["period_not_over"]
    assert not ClosedPeriod.objects.exists()


def test_a_period_is_closed_once() -> None:
    closed()
    with pytest.raises(Blocked) as raised:
        closed()
    assert [unmet.code for unmet in raised.value.unmet] == ["period_closed"]
    assert Entry.objects.count() == ClosedPeriod.objects.count() == 1


def test_of_two_who_close_it_in_the_same_moment_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's row appears after ours was found missing: while the figures are being counted."""
    count = frozen.snapshot

    def meanwhile(period: rules.Period, area_path: str, *, today: date) -> dict[str, frozen.Splits]:
        monkeypatch.setattr(frozen, "snapshot", count)
        closed()
        return count(period, area_path, today=today)

    monkeypatch.setattr(frozen, "snapshot", meanwhile)
    with pytest.raises(Blocked) as raised:
        closed()
    assert [unmet.code for unmet in raised.value.unmet] == ["period_closed"]
    assert Entry.objects.count() == ClosedPeriod.objects.count() == 1


@pytest.mark.parametrize(
    "actor",
    [
        ANONYMOUS,
        office(Role.TOWN_OFFICE),
        office(Role.LEADER),
        office(Role.DISTRICT_OFFICE, "32/3211/321181/"),
        office(Role.DISTRICT_OFFICE, TOWN),
    ],
    ids=["nobody", "town office", "leader", "next district", "below"],
)
def test_nobody_else_closes_it(actor: Actor) -> None:
    with pytest.raises(Denied):
        freeze(period=Q1, area_path=COUNTY, actor=actor, at=AT)
    assert not Entry.objects.exists()
    assert not ClosedPeriod.objects.exists()


def test_the_system_itself_may_close_it() -> None:
    """On a day that an office set beforehand."""
    row = freeze(period=Q1, area_path=COUNTY, actor=SYSTEM, at=AT)
    assert row.office == Entry.objects.get().office == "system"


@pytest.mark.parametrize("table", triggers.FIGURES.tables)
def test_the_database_itself_refuses_to_change_or_delete_what_is_frozen(table: str) -> None:
    some()
    closed()
    assert triggers.FIGURES.missing(connection) == []
    statements = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]  # noqa: S608
    if connection.vendor == "sqlite":
        statements.append(f"REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_split_is_kept_once() -> None:
    some()
    closed()
    split = FrozenSplit.objects.filter(by="area").first()
    assert split is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenSplit.objects.create(figure=split.figure, by="area", values={})


def test_more_rows_cost_no_more_statements() -> None:
    some()
    with CaptureQueriesContext(connection) as few:
        frozen.snapshot(Q1, COUNTY, today=TODAY)
    for number in range(30):
        document(path=VILLAGE, room_no=str(number), is_public=number % 2 == 0)
    with CaptureQueriesContext(connection) as many:
        frozen.snapshot(Q1, COUNTY, today=TODAY)
    assert len(many) == len(few)
