"""The front page, rooms, places and search, as everybody sees them; the desk, as only its holder does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import SYSTEM
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.models import Grant, User
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState, Form
from shangliang.kit import clock
from shangliang.kit.ids import new_slip
from shangliang.outcomes.actions import assigning, drafting, filing
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.states import Period, Route
from shangliang.outcomes.tests.factories import Matter, cast, matter
from shangliang.places.models import Room
from shangliang.search.actions import put
from shangliang.sortition.actions import draws
from shangliang.sortition.models import Draw
from shangliang.sortition.tests.draws import make_draw
from shangliang.topics.models import Topic
from shangliang.web.context import links

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TOWN_PATH = "32/3211/321102/321102001/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


def promised(case: Matter, count: int = 1) -> None:
    people = cast()
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="x", kind=outcome.kind, route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.town, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    orders = [
        Order(f"更换楼道灯{n}", "每层灯都亮", case.unit, (), Period.NORMAL, date(2026, 12, 5))
        for n in range(count)
    ]
    assigning.assign(outcome=outcome, route=Route.TOWN, orders=orders, actor=people.town, at=NOW)


def announced(case: Matter, *, count: int = 1, **more: object) -> None:
    for number in range(count):
        Deliberation.objects.create(
            topic=case.topic,
            room=case.topic.room,
            desk_path=case.topic.desk_path,
            desk_room_no=case.topic.desk_room_no,
            form=Form.FORMAL.value,
            announced_at=NOW,
            **{
                "subject_line": f"电动车充电怎么建{number}",
                "state": DeliberationState.ANNOUNCED.value,
                "held_at": NOW + timedelta(days=3, hours=number),
                "release": Release.RELEASED.value,
                **more,
            },
        )


def signed_in(client: Client, role: Role, **place: str) -> Client:
    user = User.objects.create(username=f"{role.value}{place}", display_name="王某")
    Grant.objects.create(user=user, role=role.value, from_on=date(2026, 1, 1), **place)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_front_page_shows_what_is_public(client: Client, case: Matter) -> None:
    promised(case)
    announced(case)
    case.topic.refresh_from_db()
    page = client.get("/").content.decode()
    assert "更换楼道灯0" in page
    assert "电动车充电怎么建0" in page


def test_the_front_page_shows_nothing_unreviewed(client: Client, case: Matter) -> None:
    announced(case, release=Release.IN_REVIEW.value)
    case.topic.release = Release.COVERED.value
    case.topic.save()
    promised(case)
    page = client.get("/").content.decode()
    assert "更换楼道灯" not in page
    assert "电动车充电" not in page


def test_the_front_page_costs_the_same_however_much_there_is(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    promised(case, 9)
    announced(case, count=9)
    with django_assert_max_num_queries(8):
        client.get("/")


def test_a_rooms_page_costs_the_same_however_much_there_is(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    promised(case, 9)
    announced(case, count=9)
    with django_assert_max_num_queries(12):
        page = client.get("/r/100001").content.decode()
    assert "有事商量" in page
    assert "/say?room=100001" in page


def test_a_room_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/r/999999").status_code == 404


def test_a_closed_room_exists_for_nobody_outside(client: Client, case: Matter) -> None:
    case.topic.room.state = "closed"
    case.topic.room.save()
    assert client.get("/r/100001").status_code == 404


def test_the_poster_leads_to_the_room(client: Client, case: Matter) -> None:
    assert "/r/100001" in client.get("/r/100001/poster").content.decode()
    svg = client.get("/r/100001/code.svg")
    assert svg["Content-Type"].startswith("image/svg+xml")
    assert b"xmlns" in svg.content


def test_the_tree_of_places_goes_down_to_the_rooms(client: Client, case: Matter) -> None:
    assert "正东路街道" in client.get("/places/321102").content.decode()
    assert "桃园社区协商议事室" in client.get("/places/321102001001").content.decode()
    assert client.get("/places/000000").status_code == 404


def test_search_finds_a_room_and_a_topic(client: Client, case: Matter) -> None:
    put(
        kind="topic",
        no=case.topic.no,
        title=case.topic.title,
        body="",
        desk=case.topic,
        is_public=True,
        happened_at=NOW,
    )
    assert case.topic.title in client.get("/search?q=楼道").content.decode()
    assert "正东路街道" in client.get("/search?q=桃园").content.decode()


def put_in(topic: Topic, title: str) -> None:
    put(kind="topic", no=topic.no, title=title, body="", desk=topic, is_public=True, happened_at=NOW)


def test_a_hit_shows_room_day_and_stage(client: Client, case: Matter) -> None:
    put_in(case.topic, case.topic.title)
    page = client.get("/search?q=樓道").content.decode()
    for words in (
        case.topic.room.name,
        "2026年",
        case.topic.no,
        "办理中" if case.topic.state == "in_hand" else "商量中",
    ):
        assert words in page, words


def test_what_is_found_is_counted_and_turned_page_by_page(client: Client, case: Matter) -> None:
    rows = [
        Topic.objects.create(
            title=f"楼道灯第{n}处",
            room=case.topic.room,
            desk_path=case.topic.room.area_path,
            channel="resident",
            grade="deep",
            release=Release.RELEASED.value,
            scope="public",
        )
        for n in range(25)
    ]
    for row in rows:
        put_in(row, row.title)
    first = client.get("/search?q=楼道灯").context
    second = client.get("/search?q=楼道灯&page=2").context
    assert (first["found"].count, len(first["topics"]), len(second["topics"])) == (25, 20, 5)
    titles = [row.title for row in (*first["topics"], *second["topics"])]
    assert sorted(titles) == sorted(row.title for row in rows)
    assert "第 2 页，共 2 页" in client.get("/search?q=楼道灯&page=2").content.decode()


@pytest.mark.parametrize("spelled", ["{no}", " {no} ", "{wide}"])
def test_a_number_leads_to_what_bears_it(client: Client, case: Matter, spelled: str) -> None:
    case.topic.release, case.topic.scope = Release.RELEASED.value, "public"
    case.topic.save()
    case.deliberation.delete()  # the same number there would offer both
    wide = case.topic.no.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789-"})
    answer = client.get("/search", {"q": spelled.format(no=case.topic.no, wide=wide)})
    assert (answer.status_code, answer["Location"]) == (302, f"/topics/{case.topic.no}")


def test_a_number_of_what_is_not_public_leads_nowhere(client: Client, case: Matter) -> None:
    Topic.objects.filter(pk=case.topic.pk).update(release=Release.HELD_BACK.value)
    answer = client.get("/search", {"q": case.topic.no})
    assert answer.status_code == 200
    assert case.topic.title not in answer.content.decode()
    assert "没有公开的事是这个编号" in answer.content.decode()


def test_a_slip_typed_into_the_search_is_shown_the_right_door(client: Client, case: Matter) -> None:
    slip = new_slip()
    page = client.get("/search", {"q": slip}).content.decode()
    assert "这像是一个回执号" in page
    assert f"/s/{slip}" not in page


@pytest.mark.parametrize("q", ["", "%00", "💡", "<script>", "a" * 500])
def test_odd_searches_find_nothing_and_break_nothing(client: Client, case: Matter, q: str) -> None:
    assert client.get("/search", {"q": q}).status_code == 200


def test_the_desk_shows_what_is_due_to_me_with_one_button(client: Client, case: Matter) -> None:
    clocks.start(
        "topics.prepare_days",
        case.topic.subject,
        holder=Holder(Role.CLERK, room_no="100001"),
        at=NOW,
    )
    page = signed_in(client, Role.CLERK, room_no="100001").get("/desk").content.decode()
    assert case.topic.title in page
    assert f"/desk/topics/{case.topic.no}" in page


def test_the_neighbours_desk_stays_empty(client: Client, case: Matter) -> None:
    clocks.start(
        "topics.prepare_days",
        case.topic.subject,
        holder=Holder(Role.CLERK, room_no="100001"),
        at=NOW,
    )
    page = signed_in(client, Role.CLERK, room_no="100002").get("/desk").content.decode()
    assert case.topic.no not in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.FIRST_CONVENER, Role.SECOND_CONVENER])
def test_the_session_of_tomorrow_stands_on_the_desk_with_its_hour(
    client: Client, case: Matter, role: Role
) -> None:
    announced(case, subject_line="早就过了", held_at=NOW - timedelta(days=2))
    announced(case, subject_line="三号楼的灯", held_at=NOW + timedelta(days=1), place="6号楼楼下")
    found = Deliberation.objects.get(subject_line="三号楼的灯")
    page = signed_in(client, role, room_no="100001").get("/desk").content.decode()
    assert "接下来的协商" in page
    assert f"/desk/deliberations/{found.no}" in page
    assert "2026年11月24日（星期二）10:00 · 6号楼楼下" in page.replace("\xa0", " ")
    assert "早就过了" not in page
    found.state = DeliberationState.CANCELLED.value
    found.save()
    assert "接下来的协商" not in client.get("/desk").content.decode()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.CLERK, {"room_no": "100002"}),
        (Role.TOWN_OFFICE, {"area_path": TOWN_PATH}),
        (Role.DOER, {"unit_code": "property-1"}),
    ],
)
def test_the_sessions_of_others_stand_on_nobodys_desk(
    client: Client, case: Matter, role: Role, place: dict[str, str]
) -> None:
    announced(case, subject_line="三号楼的灯", held_at=NOW + timedelta(days=1))
    assert "三号楼的灯" not in signed_in(client, role, **place).get("/desk").content.decode()


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/desk").status_code == 302


def test_who_has_no_desk_finds_none(client: Client) -> None:
    assert signed_in(client, Role.AUDITOR, area_path="32/").get("/desk").status_code == 404


def test_the_desk_costs_the_same_however_much_is_due(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    promised(case, 9)
    desk = signed_in(client, Role.DOER, unit_code="property-1")
    with django_assert_max_num_queries(8):
        page = desk.get("/desk").content.decode()
    assert "更换楼道灯8" in page


def test_results_can_be_filtered(client: Client, case: Matter) -> None:
    promised(case)
    assert "更换楼道灯0" in client.get("/results?how=open").content.decode()
    assert "更换楼道灯0" not in client.get("/results?how=confirmed").content.decode()
    assert "更换楼道灯0" in client.get("/results?room=100001&theme=&area=321102").content.decode()
    assert client.get("/results?page=99999999999999999999&how=x").status_code == 200


def test_results_cost_the_same_however_many(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    promised(case, 20)
    with django_assert_max_num_queries(8):
        client.get("/results")


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/desk", "desk"),
        ("/desk/submissions", "desk_topics"),
        ("/desk/topics", "desk_topics"),
        ("/desk/enter", "desk_topics"),
        ("/desk/slips", "desk_topics"),
        ("/desk/any-time", "desk_deliberations"),
    ],
)
def test_the_menu_marks_the_entry_to_which_a_page_belongs(client: Client, path: str, entry: str) -> None:
    menu = signed_in(client, Role.CLERK, room_no="100001").get(path).context["desk_nav"]
    assert [row["url"] for row in menu if row["current"]] == [reverse(entry)]


@pytest.mark.parametrize(
    ("role", "place", "entry"),
    [
        (Role.LEADER, {"area_path": "32/3211/"}, "desk_topics"),
        (Role.DOER, {"unit_code": "U1"}, "desk_commitments"),
        (Role.GRID_WORKER, {"room_no": "100001"}, "reported"),
    ],
)
def test_an_empty_desk_says_what_comes_here_and_where_to_look(
    client: Client, role: Role, place: dict[str, str], entry: str
) -> None:
    page = signed_in(client, role, **place).get("/desk")
    shown = page.content.decode()
    assert "眼下没有等您办的事" in shown
    assert "轮到您的事会出现在这里" in shown
    assert page.context["elsewhere"] == next((item for item in house().sections if item.page == entry), None)
    assert f'<a class="button" href="{reverse(entry)}">去看看' in shown


def test_polls_and_draws_belong_to_the_sessions_for_which_they_are_held() -> None:
    rows = (
        (("/desk",), "today"),
        (("/desk/deliberations", "/desk/polls", "/desk/draws", "/desk/any-time"), "sessions"),
    )
    for here in ("/desk/polls/x", "/desk/draws/x/volunteers", "/desk/deliberations/2026-000001"):
        assert [row["label"] for row in links(rows, here) if row["current"]] == ["sessions"]
    assert [row["label"] for row in links(rows, "/desk/pollster") if row["current"]] == ["today"]
    session = next(item for item in house().sections if item.page == "desk_deliberations")
    assert session.inside == rows[1][0]


@pytest.mark.parametrize(
    ("state", "days", "is_to_come"),
    [("announced", 3, True), ("announced", 0, True), ("announced", -1, False), ("archived", 3, False)],
)
def test_nobody_is_asked_to_a_session_that_is_over(
    client: Client, case: Matter, state: str, days: int, is_to_come: bool
) -> None:
    announced(case, state=state, held_at=NOW + timedelta(days=days, hours=-1))
    Topic.objects.filter(pk=case.topic.pk).update(release=Release.RELEASED.value)
    made = Deliberation.objects.get(subject_line="电动车充电怎么建0")
    for address in (reverse("topic", args=[case.topic.no]), reverse("deliberation", args=[made.no])):
        page = client.get(address).content.decode()
        assert "电动车充电怎么建0" in page
        assert ("谁都可以来" in page) == is_to_come, address


def test_where_seats_are_drawn_by_lot_people_read_it_on_the_front_page_and_at_the_room(
    client: Client,
) -> None:
    draw = make_draw()
    at_room = f"/r/{draw.room.no}"
    with clock.at(draw.made_at):
        assert all("公开报名，抽签请人" not in client.get(path).content.decode() for path in ("/", at_room))
        draws.call(draw=draw, is_open=True, until=date(2026, 11, 27), actor=SYSTEM, at=draw.made_at)
        cache.clear()
        for path in ("/", at_room):
            page = client.get(path).content.decode()
            assert f'href="/draws/{draw.key}"' in page, path
            assert "抽 6 位" in page, path
            assert "11月27日前报名" in page, path
        Draw.objects.update(is_embargoed=True)
        cache.clear()
        assert all(draw.key not in client.get(path).content.decode() for path in ("/", at_room))
        Draw.objects.update(is_embargoed=False)
        cache.clear()
    with clock.at(draw.made_at + timedelta(days=5)):
        assert all(draw.key not in client.get(path).content.decode() for path in ("/", at_room))


@pytest.mark.parametrize(("name", "tight"), [("桃园社区协商议事室", False), ("长" * 44, True)])
def test_a_poster_of_many_words_is_set_smaller_to_stay_one_sheet(
    client: Client, name: str, tight: bool
) -> None:
    room = make_draw().room
    Room.objects.update(name=name)
    page = client.get(f"/r/{room.no}/poster").content.decode()
    assert ('class="sheet poster tight"' in page) == tight
