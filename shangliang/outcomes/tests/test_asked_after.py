"""A linked leader sees what is late, presses once, and reads why: nobody else is asked, and nothing becomes public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.queries import actor_for
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import calendar
from shangliang.clocks.tasks import tick
from shangliang.desks.queries import due_to
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.inbox.queries import words
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.outcomes import queries
from shangliang.outcomes.actions import explaining
from shangliang.outcomes.models import Ask
from shangliang.outcomes.states import CommitmentState, ReplyKind
from shangliang.outcomes.tests.factories import NEXT_PATH, PATH, cast, staff
from shangliang.outcomes.tests.starts import WELL, Start, answer, begin, lead_on, promise, rate
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
C = CommitmentState
WHY = "配件没有到，下周装好"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def late(state: CommitmentState = C.UNDER_WAY, **kind: object) -> Start:
    """Whoever has it has let its time run out."""
    start = lead_on(promise(begin(NOW, cast(), **kind), NOW), state, NOW)  # type: ignore[arg-type]
    Clock.objects.running().of(start.made.subject).update(due_at=NOW - timedelta(days=3))
    return start


def user(role: Role, **place: str) -> User:
    made = User.objects.create(username=f"{role.value}{place}", display_name="王某")
    Grant.objects.create(user=made, role=role.value, from_on=date(2026, 1, 1), **place)
    return made


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def plain(client: Client, path: str) -> str:
    html = client.get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def settle() -> None:
    while react(NOW):
        pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))


def told(who: User) -> list[str]:
    return [
        " ".join(filter(None, words(row)))
        for row in Message.objects.filter(recipient__ref=f"account:{who.pk}")
    ]


def test_one_press_asks_the_office_has_it_on_its_desk_and_the_leader_reads_why() -> None:
    start = late()
    leader, town = user(Role.LEADER, area_path=COUNTY), user(Role.TOWN_OFFICE, area_path=TOWN)
    seen = signed_in(leader)
    page = plain(seen, "/desk/late")
    assert start.made.what in page
    assert "等桃园物业公司：办理并答复" in page
    assert "逾期 3 天" in page
    pressed = seen.post(f"/desk/commitments/{start.made.no}/ask-after", {"list": "1"}, follow=True)
    assert pressed.redirect_chain == [("/desk/late", 302)]
    assert "11月23日已过问，正东路街道政协工委 11月30日前说明" in plain(seen, "/desk/late")
    settle()
    assert any("挂钩领导过问：更换楼道灯" in words_ for words_ in told(town))
    day = NOW.date()
    assert "outcomes.explain_days" in {row.rule for row in due_to(actor_for(town, day), day)}
    office = signed_in(town)
    assert "去说明" in plain(office, f"/desk/commitments/{start.made.no}")
    office.post(f"/desk/commitments/{start.made.no}/explain", {"text": WHY})
    settle()
    assert not Clock.objects.running().filter(rule=explaining.EXPLAIN).exists()
    assert any(f"说明：{WHY}" in words_ for words_ in told(leader))
    assert WHY in plain(seen, "/desk/late")
    assert WHY in plain(seen, f"/desk/commitments/{start.made.no}")


@pytest.mark.parametrize("late_days", [3, 12])
def test_who_has_two_things_to_do_with_it_has_two_lines_and_reads_both_on_the_page(late_days: int) -> None:
    """The district decides, and explains why it has not; whichever comes first, the other one is announced."""
    start = late(C.DISPUTED)
    district = user(Role.DISTRICT_OFFICE, area_path=COUNTY)
    explaining.ask_after(commitment=start.made, actor=start.people.leader, at=NOW)
    decide, day = "outcomes.reopen_decide_days", NOW.date()
    Clock.objects.filter(rule=decide).update(due_at=NOW + timedelta(days=late_days))
    assert [row.rule for row in due_to(actor_for(district, day), day)] == (
        [decide, explaining.EXPLAIN] if late_days == 3 else [explaining.EXPLAIN, decide]
    )
    desk = signed_in(district)
    shown = plain(desk, "/desk") + plain(desk, "/desk?later=1")
    assert "裁定是否重办" in shown
    assert "向过问的领导说明原因" in shown
    page = f"/desk/commitments/{start.made.no}"
    other = "向过问的领导说明原因" if late_days == 3 else "裁定是否重办"
    assert f"还要您办：{other}" in plain(desk, page)
    anchor = "explain" if late_days == 3 else "decide"
    html = desk.get(page).content.decode()
    assert f'href="#{anchor}"' in html
    assert f'id="{anchor}"' in html
    explaining.explain(commitment=start.made, text=WHY, actor=start.people.district, at=NOW)
    assert "还要您办" not in plain(desk, page)
    assert [row.rule for row in due_to(actor_for(district, day), day)] == [decide]


def test_what_was_explained_stays_between_the_offices() -> None:
    start = late()
    explaining.ask_after(commitment=start.made, actor=start.people.leader, at=NOW)
    explaining.explain(commitment=start.made, text=WHY, actor=start.people.town, at=NOW)
    page = f"/desk/commitments/{start.made.no}"
    for role, place in ((Role.DOER, {"unit_code": "property-1"}), (Role.CLERK, {"room_no": "100001"})):
        assert WHY not in plain(signed_in(user(role, **place)), page), role
    assert WHY not in plain(Client(), f"/topics/{start.case.topic.no}")
    for role in (Role.DISTRICT_OFFICE, Role.ASSIGNING_OFFICE):
        assert WHY in plain(signed_in(user(role, area_path=COUNTY)), page), role


def test_it_is_found_by_the_grant_over_the_area_and_by_nothing_else() -> None:
    start = late()
    mine = {COUNTY: True, TOWN: True, PATH: True, NEXT_PATH: False, "32/3211/321111/": False}
    for path, is_mine in mine.items():
        actor = staff(Role.LEADER, area_path=path)
        assert [row.pk for row, _since in queries.late_ones(actor, NOW)] == [start.made.pk] * is_mine, path
        assert queries.count_unasked(actor) == int(is_mine), path
    elsewhere = staff(Role.LEADER, area_path=NEXT_PATH)
    with pytest.raises(Denied):
        explaining.ask_after(commitment=start.made, actor=elsewhere, at=NOW)
    assert signed_in(user(Role.TOWN_OFFICE, area_path=TOWN)).get("/desk/late").status_code == 404


def test_what_concerns_the_rooms_cadres_no_leader_of_the_area_sees() -> None:
    start = late(is_embargoed=True)
    assert queries.late_ones(start.people.leader, NOW) == []
    with pytest.raises(Denied):
        explaining.ask_after(commitment=start.made, actor=start.people.leader, at=NOW)


@pytest.mark.parametrize(
    ("state", "office"),
    [
        (C.ASSIGNED, Role.TOWN_OFFICE),
        (C.DECLINED, Role.TOWN_OFFICE),
        (C.UNDER_WAY, Role.TOWN_OFFICE),
        (C.PLANNED, Role.TOWN_OFFICE),
        (C.CALLING_BACK, Role.TOWN_OFFICE),
        (C.DISPUTED, Role.DISTRICT_OFFICE),
    ],
)
def test_the_office_that_assigned_it_explains_unless_another_office_is_late_itself(
    state: CommitmentState, office: Role
) -> None:
    start = late(state)
    asked = explaining.ask_after(commitment=start.made, actor=start.people.leader, at=NOW)
    assert asked.role == office
    fit = {Role.TOWN_OFFICE: start.people.town, Role.DISTRICT_OFFICE: start.people.district}
    for role, actor in fit.items():
        assert may_explain(start, actor) == (role == office), role
    assert not may_explain(start, start.people.assigning)


def may_explain(start: Start, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            explaining.explain(commitment=start.made, text=WHY, actor=actor, at=NOW)
            transaction.set_rollback(True)
    except Denied:
        return False
    return True


def test_nobody_is_asked_twice_at_once_nor_about_what_is_in_time() -> None:
    start = lead_on(promise(begin(NOW, cast()), NOW), C.UNDER_WAY, NOW)
    leader = start.people.leader
    with pytest.raises(IllegalMove):
        explaining.ask_after(commitment=start.made, actor=leader, at=NOW)
    Clock.objects.running().update(due_at=NOW - timedelta(days=3))
    explaining.ask_after(commitment=start.made, actor=leader, at=NOW)
    with pytest.raises(IllegalMove):
        explaining.ask_after(commitment=start.made, actor=leader, at=NOW)
    with pytest.raises(Blocked):
        explaining.explain(commitment=start.made, text=" ", actor=start.people.town, at=NOW)
    explaining.explain(commitment=start.made, text=WHY, actor=start.people.town, at=NOW)
    explaining.ask_after(commitment=start.made, actor=leader, at=NOW)
    assert Ask.objects.count() == 2


def long_late(start: Start, days: int = 0) -> datetime:
    """When its clock has been late for as long as the rulebook says; told by the worker."""
    running = Clock.objects.running().of(start.made.subject).get()
    moment = running.long_at + timedelta(days=days)
    with clock.at(moment):
        tick(moment)
        while react(moment):
            pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
    return moment


def longs(who: User) -> list[str]:
    return [each for each in told(who) if "您挂钩的片区" in each]


def test_the_leader_is_told_once_of_what_is_late_for_long_and_can_ask_after_it_there() -> None:
    start = lead_on(promise(begin(NOW, cast()), NOW), C.UNDER_WAY, NOW)
    near, city = user(Role.LEADER, area_path=COUNTY), user(Role.LEADER, area_path="32/3211/")
    beside = user(Role.LEADER, area_path=NEXT_PATH)
    running = Clock.objects.running().of(start.made.subject).get()
    days = book().at(NOW.date()).integer("clocks.leader_days", start.made.desk_path)
    worked = calendar().worked_between(clock.local_day(running.due_at), clock.local_day(running.long_at))
    assert worked == days
    moment = long_late(start)
    (words_,) = longs(near)
    assert words_ == f"您挂钩的片区有一件事逾期 {days} 个工作日了，在等桃园物业公司：更换楼道灯。您可以过问。"
    assert longs(city) == longs(beside) == [], "the nearest one is linked to it"
    long_late(start, days=1)
    assert len(longs(near)) == 1
    message = Message.objects.get(recipient__ref=f"account:{near.pk}", kind="clock.grew_long")
    assert message.link == f"/desk/commitments/{start.made.no}"
    with clock.at(moment):
        page = signed_in(near)
        assert start.made.what in plain(page, "/desk/late")
        assert f'action="{message.link}/ask-after"' in page.get(message.link).content.decode()


@pytest.mark.parametrize("why", ["asked", "cadres", "stopped", "paused", "in time", "residents"])
def test_no_leader_is_told_of_what_they_cannot_or_need_not_ask_after(why: str) -> None:
    start = lead_on(promise(begin(NOW, cast(), is_embargoed=why == "cadres"), NOW), C.UNDER_WAY, NOW)
    leader, running = user(Role.LEADER, area_path=COUNTY), Clock.objects.running().of(start.made.subject)
    moment = running.get().long_at
    if why == "asked":
        with clock.at(moment - timedelta(days=1)):
            explaining.ask_after(commitment=start.made, actor=start.people.leader, at=clock.now())
    elif why == "stopped":
        running.update(stopped_at=NOW)
    elif why == "paused":
        running.update(paused_at=NOW)
    elif why == "residents":
        running.update(role="")
    elif why == "in time":
        moment -= timedelta(seconds=1)
    with clock.at(moment):
        tick(moment)
        react(moment)
    assert not Failure.objects.exists()
    assert longs(leader) == []


def test_an_answer_of_the_doer_leaves_the_question_and_closing_ends_it() -> None:
    start = late()
    explaining.ask_after(commitment=start.made, actor=start.people.leader, at=NOW)
    answer(start, ReplyKind.SOLVED, NOW)
    assert Clock.objects.running().filter(rule=explaining.EXPLAIN).exists()
    rate(start, WELL, NOW)
    assert start.made.state == C.CLOSED
    assert not Clock.objects.running().filter(rule=explaining.EXPLAIN).exists()
    page = plain(signed_in(user(Role.LEADER, area_path=COUNTY)), f"/desk/commitments/{start.made.no}")
    assert "11月23日过问，还没有说明就办结了" in page
