"""A unit that nobody signs in for: whoever assigned it has it on the desk and enters what the unit says."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from PIL import Image

from shangliang.access.denied import Denied
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.accounts.tests.factories import give, make_user
from shangliang.clocks.models import Clock
from shangliang.desks.queries import due_to, people_waited_for
from shangliang.desks.tests.turns import can_do
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Content, Entry
from shangliang.outcomes.actions import assigning, entering, handling
from shangliang.outcomes.actions.told import Told
from shangliang.outcomes.models import Commitment, Outcome, Relay
from shangliang.outcomes.states import CommitmentState, ReplyKind, Route, Way
from shangliang.outcomes.tests.factories import Cast, Matter
from shangliang.outcomes.tests.stages import COUNTY, LATER, NOW, SOLVED, TOWN, order
from shangliang.topics.tests.factories import photo_file

pytestmark = pytest.mark.django_db
C = CommitmentState
CALLED = Told(Way.TELEPHONE)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def paper() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG")
    return made.getvalue()


def account(name: str, role: Role, **place: Any) -> User:
    user = make_user(name)
    give(user, role, **place)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def on_desk_of(user: User) -> list[Clock]:
    return list(due_to(actor_for(user, clock.today()), clock.today()))


def by_the_community(filed: Outcome, case: Matter, people: Cast) -> Commitment:
    (made,) = assigning.assign(
        outcome=filed, route=Route.COMMUNITY, orders=[order(case)], actor=people.town, at=NOW
    )
    return made


def test_it_lies_on_the_desk_of_the_office_that_assigned_it_with_the_doers_clocks(
    made: Commitment, people: Cast
) -> None:
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    for name, role, place in (
        ("clerk", Role.CLERK, {"room_no": "100001"}),
        ("district", Role.DISTRICT_OFFICE, {"area_path": COUNTY}),
        ("assigns", Role.ASSIGNING_OFFICE, {"area_path": COUNTY}),
    ):
        assert on_desk_of(account(name, role, **place)) == []
    (waits,) = on_desk_of(town)
    assert (waits.rule, waits.unit_code) == (assigning.ACCEPT, "property-1")
    assert can_do(actor_for(town, clock.today()), waits, NOW)
    entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    (works,) = on_desk_of(town)
    assert works.rule in assigning.WORK_RULES
    assert can_do(actor_for(town, clock.today()), works, NOW)
    assert people_waited_for(works, clock.today()) == [town.pk]


def test_once_somebody_signs_in_for_the_unit_it_is_its_own_turn(made: Commitment, people: Cast) -> None:
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    doer = account("doer", Role.DOER, unit_code="property-1")
    assert on_desk_of(town) == []
    assert [row.rule for row in on_desk_of(doer)] == [assigning.ACCEPT]
    with pytest.raises(IllegalMove):
        entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    doer.is_active = False
    doer.save()
    assert [row.rule for row in on_desk_of(town)] == [assigning.ACCEPT], "and nobody's again once it has left"


def test_what_the_community_settled_itself_the_clerk_enters(
    filed: Outcome, case: Matter, people: Cast
) -> None:
    made = by_the_community(filed, case, people)
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    assert [row.rule for row in on_desk_of(town)] == [assigning.ACCEPT], "there is no clerk"
    clerk = account("clerk", Role.CLERK, room_no="100001")
    assert on_desk_of(town) == []
    (waits,) = on_desk_of(clerk)
    assert can_do(actor_for(clerk, clock.today()), waits, NOW)
    for who in (people.town, people.outsider, people.first, people.district, people.assigning):
        with pytest.raises(Denied):
            entering.accept(commitment=made, told=CALLED, actor=who, at=NOW)
    entering.accept(commitment=made, told=CALLED, actor=people.clerk, at=NOW)
    assert Relay.objects.get().place_name == "桃园社区协商议事室"


def test_what_was_decided_above_the_assigning_office_enters(
    filed: Outcome, case: Matter, people: Cast
) -> None:
    filed.state = "reported"
    filed.save()
    (made,) = assigning.assign(
        outcome=filed,
        route=Route.REPORTED,
        orders=[order(case)],
        actor=people.assigning,
        at=NOW,
        decision=assigning.Decision("一号"),
    )
    office = account("assigns", Role.ASSIGNING_OFFICE, area_path=COUNTY)
    (waits,) = on_desk_of(office)
    assert can_do(actor_for(office, clock.today()), waits, NOW)
    with pytest.raises(Denied):
        entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    entering.accept(commitment=made, told=CALLED, actor=people.assigning, at=NOW)


def test_what_a_room_does_itself_waits_for_the_town_where_it_has_no_clerk(
    filed: Outcome, case: Matter, people: Cast
) -> None:
    assigning.assign(
        outcome=filed, route=Route.COMMUNITY, orders=[order(case, by_unit=False)], actor=people.town, at=NOW
    )
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    (waits,) = on_desk_of(town)
    assert can_do(actor_for(town, clock.today()), waits, NOW)
    account("clerk", Role.CLERK, room_no="100001")
    assert on_desk_of(town) == []


@pytest.mark.parametrize("act", ["accept", "decline", "plan_work", "ask_extension", "reply"])
def test_what_came_on_paper_needs_its_photo(made: Commitment, people: Cast, act: str) -> None:
    if act not in {"accept", "decline"}:
        entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    said: dict[str, dict[str, Any]] = {
        "accept": {},
        "decline": {"reason": "归住建局"},
        "plan_work": {"plan": "先查线路"},
        "ask_extension": {"until": date(2027, 1, 20), "reason": "等配件"},
        "reply": {"answer": SOLVED},
    }
    given, do = said[act], getattr(entering, act)
    before = Relay.objects.count()
    with pytest.raises(Blocked) as found:
        do(commitment=made, told=Told(Way.PAPER), actor=people.town, at=NOW, **given)
    assert [gap.code for gap in found.value.unmet] == ["paper_missing"]
    do(commitment=made, told=Told(Way.PAPER, paper()), actor=people.town, at=NOW, **given)
    kept = Relay.objects.order_by("-pk")[0]
    assert Relay.objects.count() == before + 1
    assert (kept.way, kept.role, kept.place_name) == ("paper", "town_office", "正东路街道")
    with kept.paper.open("rb") as file:
        assert file.read() == paper()
    written = Entry.objects.filter(event=kept.event).order_by("-pk")[0]
    assert json.loads(Content.objects.get(pk=written.pk).body)["told"] == "paper"


def test_nobody_speaks_for_a_unit_by_the_units_own_acts(made: Commitment, people: Cast) -> None:
    for who in (people.town, people.clerk, people.assigning):
        with pytest.raises(Denied):
            handling.accept(commitment=made, actor=who, at=NOW)


def test_the_answer_is_reviewed_by_somebody_else_and_says_by_whom_it_was_entered(
    made: Commitment, people: Cast
) -> None:
    entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    reply = entering.reply(
        commitment=made, answer=SOLVED, told=Told(Way.PAPER, paper()), actor=people.town, at=LATER
    )
    made.refresh_from_db()
    assert (made.state, reply.release) == (C.ASKING, Release.IN_REVIEW)
    review = Clock.objects.running().get(subject_kind="reply")
    assert (review.role, review.area_path) != ("town_office", TOWN), "nobody reviews what they sent"
    words = "由正东路街道政协工委代为录入（承办单位书面告知）"
    reviewer = signed_in(account("reviewer", Role.REVIEWER, area_path=TOWN))
    page = reviewer.get("/desk/review").content.decode()
    assert words in page
    assert f"/desk/commitments/{made.no}/papers/{reply.relay_id}" in page
    reply.release = Release.RELEASED.value
    reply.save()
    public = Client().get(f"/topics/{made.topic.no}").content.decode()
    assert words in public
    assert "papers" not in public


def test_the_paper_is_for_the_desk_alone(made: Commitment, people: Cast) -> None:
    entering.accept(commitment=made, told=Told(Way.PAPER, paper()), actor=people.town, at=NOW)
    address = f"/desk/commitments/{made.no}/papers/{Relay.objects.get().pk}"
    town = signed_in(account("town", Role.TOWN_OFFICE, area_path=TOWN))
    sent = town.get(address)
    assert sent["Content-Type"] == "image/jpeg"
    sent.getvalue()
    assert signed_in(account("next", Role.CLERK, room_no="100002")).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert town.get(f"/desk/commitments/{made.no}/papers/999").status_code == 404


def test_the_page_says_so_and_offers_it_to_whoever_may(made: Commitment, people: Cast) -> None:
    town = signed_in(account("town", Role.TOWN_OFFICE, area_path=TOWN))
    address = f"/desk/commitments/{made.no}"
    page = town.get(address).content.decode()
    assert "承办单位没有账号" in page
    assert f'action="{address}/enter-accept"' in page
    room = signed_in(account("clerk", Role.CLERK, room_no="100001")).get(address).content.decode()
    assert "承办单位没有账号" in room
    assert "enter-accept" not in room
    assert "打电话请承办单位签收，代录" in town.get("/desk").content.decode()
    account("doer", Role.DOER, unit_code="property-1")
    page = town.get(address).content.decode()
    assert "承办单位没有账号" not in page
    assert "enter-accept" not in page


def test_it_is_entered_on_the_page_with_the_photo_kept_while_something_is_put_right(
    made: Commitment, people: Cast
) -> None:
    town = signed_in(account("town", Role.TOWN_OFFICE, area_path=TOWN))
    address = f"/desk/commitments/{made.no}"
    assert town.post(f"{address}/enter-accept", {"way": "telephone"}).status_code == 302
    answer = {"way": "paper", "kind": "a", "text": " ", "paper": photo_file()}
    tried = town.post(f"{address}/enter-reply", answer)
    page = tried.content.decode()
    assert "请写明办理情况。" in page
    assert "刚才选的还在（1 份）" in page
    held = page.split('name="held" value="', 1)[1].split('"', 1)[0]
    done = town.post(
        f"{address}/enter-reply", {"way": "paper", "kind": "a", "text": "换好了。", "held": held}
    )
    assert done.status_code == 302
    made.refresh_from_db()
    assert made.state == C.ASKING
    assert Relay.objects.get(reply__commitment=made).paper
    page = town.get(address).content.decode()
    assert page.count("代为录入（承办单位书面告知）") == 2, "beside the answer, and among what was entered"
    assert "电话代录" in page


def test_whoever_stands_behind_is_told(made: Commitment, people: Cast) -> None:
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    react(NOW)
    said = [str(row.title) for row in Message.objects.filter(recipient__ref=f"account:{town.pk}")]
    assert any("没有账号" in each for each in said), said


def test_a_plan_and_a_wish_for_more_time_reach_the_page_as_the_doers(made: Commitment, people: Cast) -> None:
    entering.accept(commitment=made, told=CALLED, actor=people.town, at=NOW)
    entering.plan_work(commitment=made, plan="先查线路", told=CALLED, actor=people.town, at=NOW)
    until = date(2027, 1, 20)
    entering.ask_extension(
        commitment=made, until=until, reason="等配件", told=CALLED, actor=people.town, at=NOW
    )
    made.refresh_from_db()
    assert (made.work_plan, made.asked_until) == ("先查线路", until)
    with pytest.raises(IllegalMove):
        entering.ask_extension(
            commitment=made, until=until, reason="等配件", told=CALLED, actor=people.town, at=NOW
        )
    handling.extend(commitment=made, until=until, reason="等配件", actor=people.town, at=NOW)
    later = replace(SOLVED, kind=ReplyKind.PLANNED, planned_on=until + timedelta(days=40))
    entering.reply(commitment=made, answer=later, told=CALLED, actor=people.town, at=NOW)
    made.refresh_from_db()
    assert made.state == C.PLANNED


def test_what_ran_before_has_whoever_stands_behind_it_too(filed: Outcome, case: Matter, people: Cast) -> None:
    """The migration says what the actions say: for the town, for the room's clerk, and for what was decided above."""
    for route in (Route.TOWN, Route.COMMUNITY, Route.REPORTED):
        Outcome.objects.filter(pk=filed.pk).update(
            state="reported" if route == Route.REPORTED else "filed", route=""
        )
        filed.refresh_from_db()
        office = people.assigning if route == Route.REPORTED else people.town
        decision = assigning.Decision("一号")
        assigning.assign(
            outcome=filed, route=route, orders=[order(case)], actor=office, at=NOW, decision=decision
        )
        running = Clock.objects.running().filter(role=Role.DOER.value).order_by("-pk")[0]
        said = running.behind
        assert said.role is not None
        running.behind_role = running.behind_area_path = running.behind_room_no = ""
        running.save()
        import_module("shangliang.outcomes.migrations.0014_stands_behind").fill(apps, None)
        running.refresh_from_db()
        assert running.behind == said, route
