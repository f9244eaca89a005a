"""Staff make nobody's matter vanish by themselves, and no page says that the resident asked when it was staff."""

from __future__ import annotations

import pytest
from django.test import Client

from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.clocks.models import Clock
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.kit.tests.reading import flat
from shangliang.ledger.models import Content, Entry
from shangliang.topics.actions import contact, erasing, screening, slip
from shangliang.topics.models import Reveal, Submission
from shangliang.topics.tests.factories import (
    COUNTY,
    NOW,
    ROOM_NO,
    TOWN,
    Cast,
    Places,
    raised,
    signed_in,
    staff,
)

pytestmark = pytest.mark.django_db
WHY = "本人拿着回执来说的"


@pytest.fixture
def given(village: Places) -> Submission:
    return raised(village.room, "三号楼楼道灯坏了", phone="13900001234").submission


def test_the_room_itself_erases_nothing(given: Submission, people: Cast) -> None:
    for who in (people.clerk, people.first, people.town):
        with pytest.raises(Denied):
            slip.erase(submission=given, actor=who, at=NOW)
    with pytest.raises(Blocked):
        erasing.ask(submission=given, reason=" ", actor=people.clerk, at=NOW)
    erasing.ask(submission=given, reason=WHY, actor=people.clerk, at=NOW)
    for who in (people.clerk, people.first):
        with pytest.raises(Denied):
            erasing.confirm(submission=given, actor=who, at=NOW)
    given.refresh_from_db()
    assert (given.state, given.text, given.has_phone) == ("received", "三号楼楼道灯坏了", True)
    running = Clock.objects.running().of(given.subject).get(rule="topics.erasure_days")
    assert (running.role, running.area_path) == ("town_office", TOWN)


def test_nobody_confirms_their_own_request(given: Submission, people: Cast) -> None:
    erasing.ask(submission=given, reason=WHY, actor=people.town, at=NOW)
    assert Clock.objects.running().get(rule="topics.erasure_days").role == "district_office"
    with pytest.raises(Blocked):
        erasing.confirm(submission=given, actor=people.town, at=NOW)
    erasing.confirm(submission=given, actor=staff(Role.DISTRICT_OFFICE, area_path=COUNTY), at=NOW)
    given.refresh_from_db()
    assert (given.state, given.text) == ("erased", "")


def test_who_asked_who_confirmed_and_who_looked_stay_on_record(given: Submission, people: Cast) -> None:
    contact.reveal(submission=given, reason="check", actor=people.clerk, at=NOW)
    erasing.ask(submission=given, reason=WHY, actor=people.first, at=NOW)
    erasing.confirm(submission=given, actor=people.town, at=NOW)
    given.refresh_from_db()
    assert (given.state, given.has_phone, given.erasure_reason) == ("erased", False, WHY)
    assert [row.office for row in Reveal.objects.filter(submission=given)] == ["clerk"]
    rows = Entry.objects.filter(subject_kind="submission", subject_no=given.no).order_by("pk")
    left = [(row.event, row.office.partition("@")[0]) for row in rows]
    assert left[-2:] == [
        ("submission.erasure_asked", "first_convener"),
        ("submission.erasure_confirmed", "town_office"),
    ]
    reasons = set(
        Content.objects.filter(entry_id__in=rows.values("pk")).values_list("erased_reason", flat=True)
    )
    assert reasons == {"asked for by its desk, confirmed from outside the room"}


def test_what_is_not_confirmed_goes_on(given: Submission, people: Cast) -> None:
    erasing.ask(submission=given, reason=WHY, actor=people.clerk, at=NOW)
    with pytest.raises(IllegalMove):
        erasing.ask(submission=given, reason=WHY, actor=people.clerk, at=NOW)
    screening.pass_above(submission=given, actor=people.clerk, at=NOW)
    assert Clock.objects.running().of(given.subject).filter(rule="topics.erasure_days").exists()
    erasing.refuse(submission=given, actor=people.town, at=NOW)
    given.refresh_from_db()
    assert (given.state, given.erasure_asked_at) == ("received", None)
    assert not Clock.objects.running().filter(rule="topics.erasure_days").exists()


def test_only_the_offices_above_read_how_many_are_gone(given: Submission, people: Cast) -> None:
    erasing.ask(submission=given, reason=WHY, actor=people.clerk, at=NOW)
    erasing.confirm(submission=given, actor=people.town, at=NOW)
    with clock.at(NOW):
        for role, place, reads in (
            (Role.TOWN_OFFICE, {"area_path": TOWN}, True),
            (Role.DISTRICT_OFFICE, {"area_path": COUNTY}, True),
            (Role.TOWN_OFFICE, {"area_path": "32/3211/321102/321102002/"}, False),
            (Role.CLERK, {"room_no": ROOM_NO}, False),
        ):
            client = Client()
            signed_in(client, role, **place)
            assert ("已抹去 1 件" in flat(client.get("/desk/submissions").content.decode())) is reads, role


def test_on_the_pages_the_room_asks_and_the_town_presses(given: Submission, people: Cast) -> None:
    with clock.at(NOW):
        clerk, town, at = Client(), Client(), f"/desk/submissions/{given.no}"
        signed_in(clerk, Role.CLERK, room_no=ROOM_NO)
        signed_in(town, Role.TOWN_OFFICE, area_path=TOWN)
        clerk.post(f"{at}/erase", {"sure": "yes", "reason": WHY})
        given.refresh_from_db()
        assert (given.state, given.erasure_reason) == ("received", WHY)
        for what in ("confirm-erasing", "keep"):
            clerk.post(f"{at}/{what}", {"sure": "yes"})
        given.refresh_from_db()
        assert (given.state, given.erasure_asked_at is None) == ("received", False)
        assert WHY in flat(town.get(at).content.decode())
        assert "向反映人本人核实" in flat(town.get("/desk").content.decode())
        town.post(f"{at}/confirm-erasing", {"sure": "yes"})
        page = flat(town.get(at).content.decode())
    given.refresh_from_db()
    assert given.state == "erased"
    assert "反映人要求抹去" not in page
    assert "核实后同意，已抹去" in page
