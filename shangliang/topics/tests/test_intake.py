"""A matter comes in, gets its slip, and lies on the right desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shangliang.access.actor import ANONYMOUS
from shangliang.access.denied import Denied
from shangliang.clocks.models import Clock
from shangliang.kit import ids
from shangliang.kit.guards import Blocked
from shangliang.ledger.models import Content, Entry
from shangliang.places.states import RoomState
from shangliang.topics.actions import intake
from shangliang.topics.actions.intake import Intake
from shangliang.topics.models import Submission, key_hash, slip_hash
from shangliang.topics.states import Channel, EntryWay
from shangliang.topics.tests.factories import NOW, TOWN, VILLAGE, Cast, Places, raised


def test_it_gives_a_slip_that_can_be_said_and_a_long_key(village: Places) -> None:
    received = raised(village.room)
    assert ids.read_slip(received.slip) == received.slip
    assert len(received.key) == 22
    assert received.submission.slip_hash == slip_hash(received.slip)
    assert received.submission.key_hash == key_hash(received.key)


def test_it_keeps_neither_slip_nor_key_nor_phone_in_clear(village: Places) -> None:
    received = raised(village.room, phone="13900001234")
    row = str(Submission.objects.filter(pk=received.submission.pk).values().get())
    assert received.slip not in row
    assert received.key not in row
    assert "13900001234" not in row
    assert (
        "1234" not in received.submission.phone_tail_hash[:4] or received.submission.phone_tail_hash != "1234"
    )


def test_the_same_form_sent_twice_makes_one_and_shows_the_same_slip(village: Places) -> None:
    asked = Intake(room=village.room, text="路灯坏了", nonce="one")
    first = intake.receive(actor=ANONYMOUS, intake=asked, at=NOW)
    second = intake.receive(actor=ANONYMOUS, intake=asked, at=NOW)
    assert (second.slip, second.key, second.is_repeat) == (first.slip, first.key, True)
    assert Submission.objects.count() == 1
    assert Entry.objects.filter(event="submission.received").count() == 1


def test_two_forms_make_two_slips(village: Places) -> None:
    assert raised(village.room).slip != raised(village.room).slip


def test_it_lies_with_the_rooms_clerk_and_two_clocks_run(village: Places, people: Cast) -> None:
    received = raised(village.room)
    assert (received.submission.desk_path, received.submission.desk_room_no) == (VILLAGE, village.room.no)
    assert set(Clock.objects.running().due_to(people.clerk).values_list("rule", flat=True)) == {
        "topics.ack_days",
        "topics.decide_days",
    }
    assert list(Submission.objects.visible_to(people.clerk)) == [received.submission]


def test_a_paused_room_leaves_it_to_the_tier_above(village: Places) -> None:
    village.room.state = RoomState.PAUSED.value
    received = raised(village.room)
    assert (received.submission.desk_path, received.submission.desk_room_no) == (TOWN, "")
    assert not received.submission.is_embargoed


@pytest.mark.parametrize(
    ("text", "ticked"), [("路灯坏了", True), ("村书记家的车棚占了路", False), ("村 书 记的小舅子", False)]
)
def test_what_concerns_the_cadres_goes_past_the_room(
    village: Places, people: Cast, text: str, ticked: bool
) -> None:
    received = raised(village.room, text, about_cadres=ticked)
    assert received.submission.is_embargoed
    for insider in (people.clerk, people.first, people.second, people.grid, people.outsider):
        assert not Submission.objects.visible_to(insider).exists()
        assert not Clock.objects.running().due_to(insider).exists()
    assert Submission.objects.visible_to(people.town).count() == 1
    assert Clock.objects.running().due_to(people.town).count() == 2
    entry = Entry.objects.get(event="submission.received")
    body = Content.objects.get(pk=entry.pk).body
    assert village.room.no not in body
    assert village.room.no not in entry.office


def test_what_concerns_the_towns_cadres_goes_to_the_district(village: Places, people: Cast) -> None:
    raised(village.town_room, "换届的事", about_cadres=True)
    assert not Submission.objects.visible_to(people.town).exists()
    assert Submission.objects.visible_to(people.district).count() == 1


def test_it_wants_words_or_a_voice(village: Places) -> None:
    with pytest.raises(Blocked):
        raised(village.room, "   ")
    assert raised(village.room, "", audio=b"sound").submission.audio


@pytest.mark.parametrize(
    ("channel", "way", "who"),
    [
        (Channel.GOVERNMENT, EntryWay.ONLINE, "town"),
        (Channel.MEMBER, EntryWay.ONLINE, "member"),
        (Channel.GRID, EntryWay.ONLINE, "grid"),
        (Channel.RESIDENT, EntryWay.PHONE, "clerk"),
    ],
)
def test_other_channels_need_their_office(
    village: Places, people: Cast, channel: Channel, way: EntryWay, who: str
) -> None:
    for stranger in (ANONYMOUS, people.outsider, people.doer):
        with pytest.raises(Denied):
            raised(village.room, channel=channel, way=way, actor=stranger)
    assert raised(village.room, channel=channel, way=way, actor=getattr(people, who)).submission.entered_by


def test_photos_are_kept_with_it(village: Places) -> None:
    received = raised(village.room, photos=((b"photo", b"small"), (b"other", b"small")))
    kept = [Path(photo.file.path).read_bytes() for photo in received.submission.photos.order_by("pk")]
    assert kept == [b"photo", b"other"]


@pytest.mark.parametrize("text", ["😀" * 50, "\u202eabc\u202c", "<script>alert(1)</script>", "路灯\x00坏了"])
def test_odd_characters_are_taken_as_they_are(village: Places, text: str) -> None:
    kept = raised(village.room, text).submission
    kept.refresh_from_db()
    assert kept.text == text.replace("\x00", "")


def test_the_long_key_stands_in_an_address_as_it_is() -> None:
    keys = [intake.key_for(f"{number}") for number in range(50)]
    assert len(set(keys)) == 50
    assert all(re.fullmatch(r"[\w-]{22}", key, re.ASCII) for key in keys), (
        "no sign that an address would change"
    )
