"""`/topics`, `/topics/<no>` and `/desk/review`: public only after one other person has looked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.desks.actions import publication
from shangliang.events.tasks import react
from shangliang.inbox import queries as inbox
from shangliang.inbox.models import Message, slip_ref
from shangliang.inbox.states import ChannelKind
from shangliang.ledger.models import Entry
from shangliang.topics.actions import adoption, research, screening, travel
from shangliang.topics.models import Topic
from shangliang.topics.tests.factories import (
    NEXT_NO,
    NOW,
    ROOM_NO,
    TOWN,
    Cast,
    Places,
    cast,
    opened,
    places,
    raised,
    signed_in,
)


@pytest.fixture(autouse=True)
def _own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def village(db: None) -> Places:
    return places()


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def topic(village: Places, people: Cast) -> Topic:
    return opened(raised(village.room, "3号楼的路灯坏了").submission, people.clerk)


def worked(at: Any = NOW) -> None:
    while react(at):
        pass


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def put_out(topic: Topic, people: Cast) -> None:
    publication.release(post=topic, actor=people.town, at=NOW)
    worked()


def test_nobody_reads_it_before_it_was_reviewed(topic: Topic, people: Cast) -> None:
    worked()
    address = f"/topics/{topic.no}"
    assert Client().get(address).status_code == 404
    assert topic.title not in text(Client(), "/topics")
    assert topic.title not in text(Client(), "/search?q=路灯")
    put_out(topic, people)
    assert topic.summary in text(Client(), address)
    assert topic.title in text(Client(), "/topics")
    assert topic.title in text(Client(), "/search?q=路灯")
    assert "3号楼的路灯坏了" not in text(Client(), address), "the resident's own words are never public"


def test_what_is_for_the_place_opens_at_its_door_and_stands_in_no_list(topic: Topic, people: Cast) -> None:
    topic.scope = Scope.PLACE.value
    topic.save()
    put_out(topic, people)
    assert Client().get(f"/topics/{topic.no}").status_code == 200
    assert topic.title not in text(Client(), "/topics")


def test_what_was_taken_down_leaves_a_tombstone_and_nothing_else(topic: Topic, people: Cast) -> None:
    put_out(topic, people)
    publication.cover(post=topic, reason="有电话", actor=people.clerk, at=NOW)
    assert topic.title not in text(Client(), "/search?q=路灯"), "at once, before any worker has run"
    worked()
    answer = Client().get(f"/topics/{topic.no}")
    assert answer.status_code == 410
    assert topic.title not in answer.content.decode()
    assert "有电话" not in answer.content.decode()
    for address in ("/topics", "/search?q=路灯", f"/r/{ROOM_NO}", "/"):
        assert topic.title not in text(Client(), address), address


def test_lists_filter_by_theme_place_step_and_words(topic: Topic, people: Cast) -> None:
    put_out(topic, people)
    for query, found in (
        ("theme=old_estates", True),
        ("theme=land", False),
        ("area=321102", True),
        (f"room={ROOM_NO}", True),
        (f"room={NEXT_NO}", False),
        ("step=looking", True),
        ("step=done", False),
        ("q=路灯", True),
        ("q=停车", False),
    ):
        assert (topic.title in text(Client(), f"/topics?{query}")) is found, query


def test_pages_need_few_statements(
    topic: Topic, village: Places, people: Cast, django_assert_max_num_queries: Any
) -> None:
    put_out(topic, people)
    for n in range(5):
        put_out(opened(raised(village.room, f"{n}").submission, people.clerk), people)
    with django_assert_max_num_queries(8):
        assert Client().get("/topics").status_code == 200
    with django_assert_max_num_queries(12):
        assert Client().get(f"/topics/{topic.no}").status_code == 200


def test_the_reviewer_releases_on_one_page(topic: Topic) -> None:
    client = Client()
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    assert topic.summary in text(client, "/desk/review")
    client.post(f"/desk/review/topic/{topic.no}/release")
    topic.refresh_from_db()
    assert topic.is_public


def test_the_reviewer_is_told_where_somebodys_number_stands(topic: Topic) -> None:
    client = Client()
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    assert "请看仔细" not in text(client, "/desk/review")
    Topic.objects.filter(pk=topic.pk).update(summary="王桂芳（5幢502）：臭。问 138.1234.5678")
    shown = text(client, "/desk/review")
    assert "里面好像有手机号、姓名和门牌" in shown or "里面好像有姓名和门牌、手机号" in shown


def test_holding_back_wants_a_reason(topic: Topic) -> None:
    client = Client()
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    address = f"/desk/review/topic/{topic.no}/hold-back"
    assert "请写明理由" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "写得太细"})
    topic.refresh_from_db()
    assert (topic.release, topic.release_reason) == (Release.HELD_BACK, "写得太细")


def test_a_returned_topic_says_why_to_its_desk(topic: Topic, people: Cast) -> None:
    town, clerk = Client(), Client()
    signed_in(town, Role.TOWN_OFFICE, area_path=TOWN)
    signed_in(clerk, Role.CLERK, room_no=ROOM_NO)
    town.post(f"/desk/review/topic/{topic.no}/hold-back", {"reason": "写得太细"})
    shown = text(clerk, f"/desk/topics/{topic.no}")
    assert "议题：审核退回修改" in shown
    assert shown.count("写得太细") == 1


def test_the_reviewers_list_is_in_the_order_of_the_desk(topic: Topic, village: Places, people: Cast) -> None:
    later = opened(raised(village.room, "2").submission, people.clerk)
    Topic.objects.filter(pk=later.pk).update(title="后到的")
    Clock.objects.running().of(later.subject).filter(rule=publication.REVIEW).update(
        due_at=NOW - timedelta(days=30)
    )
    client = Client()
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    shown = text(client, "/desk/review")
    assert shown.index("后到的") < shown.index(topic.title), "what is latest stands first"
    assert "逾期" in shown


@pytest.mark.parametrize(
    ("what", "release", "event", "status"),
    [
        ("restore", Release.RELEASED, "post.restored", 200),
        ("leave", Release.TAKEN_DOWN, "post.taken_down", 410),
    ],
)
def test_what_was_taken_down_is_judged_once(
    topic: Topic, people: Cast, what: str, release: Release, event: str, status: int
) -> None:
    put_out(topic, people)
    publication.cover(post=topic, reason="有电话", actor=people.clerk, at=NOW)
    client = Client()
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    assert "已撤下，等确认" in text(client, "/desk/review")
    address = f"/desk/review/topic/{topic.no}/{what}"
    client.post(address)
    topic.refresh_from_db()
    assert topic.release == release
    assert topic.title not in text(client, "/desk/review"), "it waits for nobody any more"
    assert not Clock.objects.running().of(topic.subject).filter(rule=publication.CONFIRM).exists()
    assert Client().get(f"/topics/{topic.no}").status_code == status
    assert client.post(address).status_code == 404
    assert Entry.objects.filter(event=event, subject_no=topic.no).count() == 1


def test_outsiders_review_nothing(topic: Topic) -> None:
    for role, place in ((Role.CLERK, {"room_no": ROOM_NO}), (Role.DOER, {"unit_code": "x"})):
        client = Client()
        signed_in(client, role, **place)
        assert client.get("/desk/review").status_code == 404
        assert client.post(f"/desk/review/topic/{topic.no}/release").status_code == 404
    elsewhere = Client()
    signed_in(elsewhere, Role.TOWN_OFFICE, area_path="32/3211/321102/321102002/")
    assert topic.title not in text(elsewhere, "/desk/review")
    assert elsewhere.post(f"/desk/review/topic/{topic.no}/release").status_code == 404
    assert elsewhere.post("/desk/review/nothing/1/release").status_code == 404


def test_the_submitter_is_told_each_time(village: Places, people: Cast) -> None:
    given = raised(village.room).submission
    screening.ask_supplement(submission=given, question="哪？", actor=people.clerk, at=NOW)
    screening.miss_supplement(submission=given, at=NOW)
    topic = opened(given, people.clerk)
    travel.pass_up(topic=topic, reason="x", actor=people.clerk, at=NOW)
    worked()
    said = [
        inbox.words(row)[0]
        for row in Message.objects.filter(recipient__ref=slip_ref(given.no)).order_by("-pk")
    ]
    assert len(said) == 3
    assert "需要您补充" in said[2]
    assert "已经受理" in said[1]
    assert "交给上一级" in said[0]


def test_the_desk_and_the_second_convener_are_told(village: Places) -> None:
    clerk, second = Client(), Client()
    signed_in(clerk, Role.CLERK, room_no=ROOM_NO)
    partner = signed_in(second, Role.SECOND_CONVENER, room_no=ROOM_NO)
    given = raised(village.room).submission
    worked()
    assert "有一件新来件" in text(clerk, "/desk/inbox")
    topic = opened(given, cast().clerk)
    research.visit(topic=topic, on=NOW.date(), place="x", found="x", actor=cast().clerk, at=NOW)
    worked()
    assert Message.objects.filter(recipient__ref=f"account:{partner.pk}").count() == 1
    late = NOW + timedelta(days=20)
    tick(late)
    worked(late)
    topic.refresh_from_db()
    assert topic.second_heard_at is not None
    adoption.adopt(topic=topic, actor=cast().first, at=late)


def test_of_a_matter_about_cadres_only_the_tier_above_is_told(village: Places) -> None:
    clerk, town = Client(), Client()
    signed_in(clerk, Role.CLERK, room_no=ROOM_NO)
    signed_in(town, Role.TOWN_OFFICE, area_path=TOWN)
    opened(raised(village.room, "村书记占了路").submission, cast().town)
    worked()
    tick(NOW + timedelta(days=30))
    worked(NOW + timedelta(days=30))
    assert Message.objects.filter(recipient__ref__startswith="account:").exists()
    assert "来件" not in text(clerk, "/desk/inbox").split("<main")[1]
    assert "涉及干部" in text(town, "/desk/inbox")


def test_a_phone_left_is_how_its_owner_is_reached(village: Places) -> None:
    given = raised(village.room, phone="13900001234").submission
    worked()
    reached = inbox.address_of(given.no, ChannelKind.SMS)
    assert reached is not None
    assert reached.address == "13900001234"
