"""The pages of figures: what everybody reads, what only an office does, and what stays 404."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState, Form
from shangliang.figures.models import ClosedPeriod
from shangliang.kit import clock
from shangliang.kit.tests.reading import flat
from shangliang.outcomes.tests.factories import Matter, matter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HELD = "/figures/deliberations.held"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    """A matter of one room, whose session of ten days ago was announced; another session was never released."""
    found = matter(NOW)
    Deliberation.objects.all().delete()
    held(found, "电动车充电怎么建", release=Release.RELEASED.value)
    held(found, "还没有公开的事", release=Release.UNRELEASED.value)
    return found


def held(case: Matter, what: str, *, days_ago: int = 10, **more: object) -> None:
    Deliberation.objects.create(
        topic=case.topic,
        room=case.topic.room,
        desk_path=case.topic.desk_path,
        desk_room_no=case.topic.desk_room_no,
        form=Form.FORMAL.value,
        state=DeliberationState.ARCHIVED.value,
        held_at=NOW - timedelta(days=days_ago),
        announced_at=NOW - timedelta(days=days_ago + 5),
        subject_line=what,
        residents_count=7,
        **more,
    )


def signed_in(client: Client, role: Role, **place: str) -> Client:
    user = User.objects.create(username=f"{role.value}{place}", display_name="王某")
    Grant.objects.create(user=user, role=role.value, from_on=date(2026, 1, 1), **place)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return flat(answer.content.decode())


def number(page: str) -> str:
    """The figure of a page of one, with its unit."""
    found = re.search(r'<dd>\s*(\S+)<span class="unit">(.+?)</span>', page)
    return "".join(found.groups()) if found else ""


def test_a_number_on_the_front_page_leads_to_what_it_counts(client: Client, case: Matter) -> None:
    front = read(client, "/")
    assert f'href="{HELD}"' in front
    page = read(client, HELD)
    assert "电动车充电怎么建" in page
    assert "还没有公开的事" not in page
    assert number(page) == "2场"
    assert "另有 1 项没有公开" in page


def test_a_number_on_a_rooms_page_counts_that_room(client: Client, case: Matter) -> None:
    assert f'href="{HELD}?room=100001"' in read(client, "/r/100001")
    page = read(client, f"{HELD}?room=100001")
    assert "桃园社区协商议事室" in page
    assert "电动车充电怎么建" in page


def test_a_year_can_be_asked_for_and_nothing_before_the_first_row_is_claimed(
    client: Client, case: Matter
) -> None:
    assert number(read(client, f"{HELD}?period=2026")) == "2场"
    assert number(read(client, f"{HELD}?period=2025")) == "—场"
    assert "period=2025" not in read(client, HELD)
    held(case, "去年的事", days_ago=365, release=Release.RELEASED.value)
    assert "period=2025" in read(client, HELD)


def test_a_share_shows_the_numbers_that_it_comes_from(client: Client, case: Matter) -> None:
    page = read(client, "/figures/outcomes.confirmed_share?area=321102")
    assert "—" in page
    assert 'href="/figures/outcomes.confirmed?area=321102"' in page
    assert 'href="/figures/outcomes.solved?area=321102"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/figures/deliberations.nothing",
        "/figures/topics.received",  # internal
        f"{HELD}?period=2026Q3",  # too short for everybody
        f"{HELD}?period=2026-11-01..2026-11-02",
        f"{HELD}?period=x",
        f"{HELD}?area=999999",
        f"{HELD}?room=999999",
        f"{HELD}?theme=safety",  # a split for offices
        f"{HELD}?theme=nothing",
    ],
)
def test_what_everybody_may_not_ask_for_does_not_exist(client: Client, case: Matter, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_list_says_what_each_number_means(client: Client, case: Matter) -> None:
    page = read(client, "/figures")
    assert "期间内开过的协商" in page
    assert f'href="{HELD}"' in page
    assert "内部数字" not in page


def test_an_office_reads_its_own_area_by_any_split_and_opens_what_lies_on_its_desk(
    client: Client, case: Matter
) -> None:
    office = signed_in(client, Role.TOWN_OFFICE, area_path="32/3211/321102/321102001/")
    page = read(office, f"{HELD}?area=321102001&theme=&period=2026Q4")
    assert "还没有公开的事" in page
    assert "未归类" in page
    assert "另有" not in page
    assert "内部数字：正东路街道" in read(office, "/figures")
    assert read(office, "/figures/topics.received?area=321102001")


def test_an_office_reads_nothing_internal_of_its_neighbours(client: Client, case: Matter) -> None:
    office = signed_in(client, Role.TOWN_OFFICE, area_path="32/3211/321102/321102002/")
    assert office.get("/figures/topics.received?area=321102001").status_code == 404
    assert office.get("/figures/topics.received?room=100001").status_code == 404
    assert office.get("/figures/topics.received").status_code == 404
    assert office.get(f"{HELD}?area=321102001&theme=safety").status_code == 404
    assert "还没有公开的事" not in read(office, HELD)


def test_a_clerk_reads_what_everybody_reads(client: Client, case: Matter) -> None:
    clerk = signed_in(client, Role.CLERK, room_no="100001")
    assert clerk.get("/figures/topics.received?room=100001").status_code == 404
    assert "还没有公开的事" in read(clerk, f"{HELD}?room=100001")


def test_the_pages_cost_the_same_however_much_there_is(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        held(case, f"第{number}件", release=Release.RELEASED.value)
    for path in ("/figures", HELD, f"{HELD}?room=100001", f"{HELD}?area=321102&page=2"):
        with django_assert_max_num_queries(8):
            read(client, path)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_chinese_is_left_in_english(client: Client, case: Matter, language: str) -> None:
    client.cookies["language"] = language
    page = read(client, "/figures/outcomes.confirmed_share")
    assert ("群众确认率" in page) is (language == "zh-hans")
    assert ("Share confirmed by residents" in page) is (language == "en")


CLOSED = "/figures/closed/321102/2026-11-01..2026-11-20"
DISTRICT = "32/3211/321102/"


def test_an_office_locks_a_period_and_corrections_show_as_differences(client: Client, case: Matter) -> None:
    office = signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT)
    assert 'href="/figures/closed/321102/2026Q3"' in read(office, "/figures")
    assert "不能再改" in read(office, CLOSED)
    assert not ClosedPeriod.objects.exists()
    page = office.post(CLOSED, follow=True).content.decode()
    assert "这一期的数字已经锁定" in page
    assert "2026年11月23日由区级推进办锁定" in page
    assert "有差异" not in page
    assert f'href="{CLOSED}"' in read(office, "/figures")
    held(case, "补记的一场")
    page = read(office, CLOSED)
    assert "有差异" in page
    cell = f"{HELD}?area=321102&period=2026-11-01..2026-11-20"
    assert cell.replace("&", "&amp;") in page
    assert "锁定的数是 2" in read(office, cell)
    assert "上面是现在重新算的" in read(office, cell)


def test_a_period_is_locked_once_and_not_before_it_is_over(client: Client, case: Matter) -> None:
    office = signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT)
    for _ in range(2):
        office.post(CLOSED)
    assert ClosedPeriod.objects.count() == 1
    early = "/figures/closed/321102/2026Q4"
    assert "才结束" in read(office, early)
    assert "才结束" in office.post(early, follow=True).content.decode()
    assert ClosedPeriod.objects.count() == 1


def test_who_reads_figures_sees_a_locked_period_but_locks_none(client: Client, case: Matter) -> None:
    leader = signed_in(Client(), Role.LEADER, area_path=DISTRICT)
    assert leader.get(CLOSED).status_code == leader.post(CLOSED).status_code == 404
    assert "/figures/closed" not in read(leader, "/figures")
    signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT).post(CLOSED)
    assert "锁定时的口径" in read(leader, CLOSED)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (None, {}),
        (Role.CLERK, {"room_no": "100001"}),
        (Role.TOWN_OFFICE, {"area_path": f"{DISTRICT}321102001/"}),
        (Role.DISTRICT_OFFICE, {"area_path": "32/3211/321181/"}),
    ],
    ids=["nobody", "clerk", "town", "next district"],
)
def test_for_an_outsider_no_locked_period_exists(
    client: Client, case: Matter, role: Role | None, place: dict[str, str]
) -> None:
    stranger = signed_in(Client(), role, **place) if role else Client()
    assert stranger.get(CLOSED).status_code == stranger.post(CLOSED).status_code == 404
    assert not ClosedPeriod.objects.exists()
    signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT).post(CLOSED)
    assert stranger.get(CLOSED).status_code == stranger.post(CLOSED).status_code == 404


def test_a_locked_period_costs_the_same_however_much_there_is(
    client: Client, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office = signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT)
    for number in range(30):
        held(case, f"第{number}件", release=Release.RELEASED.value)
    office.post(CLOSED, follow=True)
    with django_assert_max_num_queries(12 + 3):
        read(office, CLOSED)
    with django_assert_max_num_queries(8 + 3):
        read(office, f"{HELD}?area=321102&period=2026-11-01..2026-11-20")


def test_in_english_only_the_words_of_record_are_chinese(client: Client, case: Matter) -> None:
    office = signed_in(client, Role.DISTRICT_OFFICE, area_path=DISTRICT)
    office.post(CLOSED, follow=True)
    office.cookies["language"] = "en"
    page = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", read(office, CLOSED), flags=re.DOTALL)
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"[\u3400-\u9fff]+", main) == ["京口区"]  # a name
