"""A slip that was lost: found at the counter by what its owner still knows, and given anew under another key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.roles import Role
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.ledger.models import Entry
from shangliang.rulebook import book
from shangliang.topics.actions import slip
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Submission, key_hash, tail_hash
from shangliang.topics.tests.factories import NOW, ROOM_NO, TOWN, VILLAGE, Places, raised, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("numbered_from_one")]
LOST = "/desk/slips/lost"
MOST = book().at(NOW.date()).integer("topics.lost_slip_count")
AROUND = book().at(NOW.date()).integer("topics.lost_slip_calendar_days")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def given(village: Places) -> Received:
    return raised(village.room, "3号楼的路灯坏了半个月", phone="13900001234", place_text="3号楼门口")


@pytest.fixture
def clerk(client: Client) -> Client:
    signed_in(client, Role.CLERK, room_no=ROOM_NO)
    return client


def look(client: Client, village: Places, **known: str) -> str:
    """What the page says of somebody who knows this much; their room is the first village's."""
    answer = client.post(LOST, {"room": str(village.room.pk), **known})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "known",
    [
        {"phone": "13900001234"},
        {"phone": "1234"},
        {"phone": "１２３４"},
        {"words": "路灯"},
        {"words": "门口 路灯"},
        {"phone": "1234", "words": "路灯", "day": "2026-11-05"},
    ],
)
def test_it_is_found_by_what_its_owner_still_knows(
    clerk: Client, village: Places, given: Received, known: dict[str, str]
) -> None:
    raised(village.room, "楼道里堆着旧家具", phone="13900005678")
    shown = look(clerk, village, **known)
    assert f"/desk/submissions/{given.submission.no}/renew" in shown
    assert "旧家具" not in shown
    assert "13900001234" not in shown.split('id="found"')[1].split("</ul>")[0]


@pytest.mark.parametrize(
    "known",
    [
        {"phone": "13900004321"},
        {"words": "电梯"},
        {"phone": "1234", "words": "电梯"},
        {"words": "路灯", "day": (NOW + timedelta(days=AROUND + 1)).strftime("%Y-%m-%d")},
    ],
)
def test_what_does_not_fit_finds_nothing_and_leaves_no_trace(
    clerk: Client, village: Places, given: Received, known: dict[str, str]
) -> None:
    assert "没有找到" in look(clerk, village, **known)
    assert not Entry.objects.filter(event="slip.found").exists()


def test_more_than_a_few_are_not_shown_at_all(clerk: Client, village: Places) -> None:
    rows = [raised(village.room, f"路灯不亮，第 {n} 盏") for n in range(MOST + 1)]
    shown = look(clerk, village, words="路灯")
    assert f"超过 {MOST} 件" in shown
    assert "renew" not in shown
    slip.erase(submission=rows[0].submission, actor=slip.holder_of(rows[0].submission), at=NOW)
    shown = look(clerk, village, words="路灯")
    assert shown.count("/renew") == MOST, "what was erased is found no more"


def test_each_look_is_on_record_with_how_it_was_found(
    clerk: Client, village: Places, given: Received
) -> None:
    look(clerk, village, phone="1234")
    look(clerk, village, words="路灯")
    no = given.submission.no
    assert Entry.objects.filter(event="slip.found", subject_no=no).count() == 2
    page = clerk.get(f"/desk/submissions/{no}").content.decode()
    assert "按电话后四位" in page
    assert "按说过的话" in page


def test_another_room_and_what_is_about_cadres_are_not_found(clerk: Client, village: Places) -> None:
    raised(village.room, "村书记的小舅子占了路", phone="13900001234")
    raised(village.next_room, "隔壁的路灯", phone="13900001234")
    assert "没有找到" in look(clerk, village, phone="13900001234")
    beside = clerk.post(LOST, {"room": str(village.next_room.pk), "phone": "13900001234"})
    assert "隔壁的路灯" not in beside.content.decode()
    town = Client()
    signed_in(town, Role.TOWN_OFFICE, area_path=TOWN)
    assert "小舅子" in look(town, village, phone="13900001234"), "the tier above finds it"


def test_who_has_no_submissions_to_read_finds_no_such_page(village: Places) -> None:
    for role, place in ((Role.DOER, {"unit_code": "bureau-1"}), (Role.GRID_WORKER, {"area_path": VILLAGE})):
        outsider = Client()
        signed_in(outsider, role, **place)
        assert outsider.get(LOST).status_code == 404
        assert outsider.post(LOST, {"words": "路灯"}).status_code == 404


def test_the_limit_of_looks_holds_for_both_ways_together(
    clerk: Client, village: Places, given: Received
) -> None:
    most = book().at(NOW.date()).integer("topics.slip_lookups_count")
    for _ in range(most):
        clerk.post("/desk/slips", {"no": "1"})
    assert "请过一会儿再查" in look(clerk, village, phone="1234")


def test_the_new_slip_opens_the_page_and_the_lost_one_no_longer(
    clerk: Client, village: Places, given: Received
) -> None:
    printed = clerk.post(f"/desk/submissions/{given.submission.no}/renew")
    shown = unescape(printed.content.decode())
    assert given.slip[:4] in shown
    assert "原来那张上的二维码作废" in shown
    assert "3号楼的路灯坏了" not in shown, "it may lie about"
    fresh = Submission.objects.get(pk=given.submission.pk).key_hash
    assert fresh != key_hash(given.key)
    finder = Client()
    finder.get(f"/s/{given.slip}/{given.key}")
    assert "这是您的回执吗" in finder.get(f"/s/{given.slip}").content.decode()


def test_its_holder_is_told_on_the_slip_and_by_message(
    clerk: Client, village: Places, given: Received
) -> None:
    look(clerk, village, words="路灯")
    clerk.post(f"/desk/submissions/{given.submission.no}/renew")
    while react(NOW + timedelta(minutes=1)):
        pass
    told = Message.objects.filter(kind="slip.renewed")
    assert {row.recipient.ref for row in told} == {f"submission:{given.submission.no}"}
    owner = Client()
    owner.post(reverse("slip_do", args=[given.slip, "tail"]), {"tail": "1234"})
    story = owner.get(f"/s/{given.slip}").content.decode()
    assert "补打了一张新回执" in story
    assert "帮着找到这一件" in story


def test_constant_statements_however_many_lie_in_the_room(
    clerk: Client, village: Places, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        raised(village.room, f"楼道 {n}", phone=f"139000{n:05d}")
    wanted = raised(village.room, "路灯", phone="13900001234")
    with django_assert_max_num_queries(30):
        assert wanted.submission.no in look(clerk, village, phone="1234")


@pytest.mark.parametrize(
    ("left", "hashed", "tail"),
    [
        ("１３９００００１２３４", "１２３４", "1234"),
        ("0511-88880000转12", "0012", "0000"),
        ("13900001234", "1234", "1234"),
    ],
)
def test_a_telephone_that_was_hashed_in_another_way_opens_its_slip_again(
    village: Places, left: str, hashed: str, tail: str
) -> None:
    received = raised(village.room, phone=left)
    row = received.submission
    Submission.objects.filter(pk=row.pk).update(phone_tail_hash=tail_hash(received.slip, hashed))
    migration = import_module("shangliang.topics.migrations.0011_tails_in_one_way")
    migration.hash_anew(apps, None)
    row.refresh_from_db()
    assert row.phone_tail_hash == tail_hash(received.slip, tail)


def test_what_was_erased_or_cannot_be_opened_is_left_alone(village: Places) -> None:
    gone, locked = (raised(village.room, phone="13900001234").submission for _ in range(2))
    Submission.objects.filter(pk=gone.pk).update(phone_sealed=b"", phone_tail_hash="")
    Submission.objects.filter(pk=locked.pk).update(phone_sealed=b"x" * 40, phone_tail_hash="kept")
    import_module("shangliang.topics.migrations.0011_tails_in_one_way").hash_anew(apps, None)
    assert set(Submission.objects.values_list("phone_tail_hash", flat=True)) == {"", "kept"}
