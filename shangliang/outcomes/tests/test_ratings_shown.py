"""What is said of ratings, and to whom: no share before five people's answers count; why, at once, to who must act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.roles import PERMISSIONS, Permission, Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.queries import actor_for
from shangliang.clocks.models import Clock
from shangliang.desks.queries import due_to
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.inbox.queries import words
from shangliang.kit import clock
from shangliang.kit.states import IllegalMove
from shangliang.outcomes import queries
from shangliang.outcomes.actions import explaining
from shangliang.outcomes.models import Commitment, Invitation, Outcome, Rating
from shangliang.outcomes.queries import Reason
from shangliang.outcomes.states import CommitmentState, RatedBy, ReplyKind
from shangliang.outcomes.tests.factories import PATH, Matter, cast, matter, staff
from shangliang.outcomes.tests.starts import BADLY, WELL, answer, begin, lead_on, promise, rate
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LEAST = 5
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
PLACES = {
    Role.CLERK: {"room_no": "100001"},
    Role.FIRST_CONVENER: {"room_no": "100001"},
    Role.SECOND_CONVENER: {"room_no": "100001"},
    Role.REVIEWER: {"area_path": TOWN},
    Role.TOWN_OFFICE: {"area_path": TOWN},
    Role.ASSIGNING_OFFICE: {"area_path": COUNTY},
    Role.DOER: {"unit_code": "property-1"},
    Role.LEADER: {"area_path": COUNTY},
    Role.DISTRICT_OFFICE: {"area_path": COUNTY},
    Role.CITY_OFFICE: {"area_path": "32/3211/"},
}
MUST_ACT = {
    Role.CLERK,
    Role.FIRST_CONVENER,
    Role.TOWN_OFFICE,
    Role.ASSIGNING_OFFICE,
    Role.DOER,
    Role.DISTRICT_OFFICE,
}
READERS = sorted(role for role, may in PERMISSIONS.items() if Permission.COMMITMENT_READ in may)


@pytest.fixture
def case() -> Matter:
    return matter(NOW, raised_by=7)


@pytest.fixture
def made(case: Matter) -> Commitment:
    desk = {"room": case.topic.room, "desk_path": case.topic.desk_path, "desk_room_no": "100001"}
    outcome = Outcome.objects.create(topic=case.topic, kind="minutes", route="town", state="assigned", **desk)
    return Commitment.objects.create(
        outcome=outcome, topic=case.topic, what="更换楼道灯", lead=case.unit, due_at=NOW,
        state=CommitmentState.ASKING.value, **desk,
    )  # fmt: skip


def rated(made: Commitment, case: Matter, count: int, by: RatedBy = RatedBy.SELF, *, first: int = 0) -> None:
    """`count` people answer: the first two are not satisfied, and each says something."""
    for n in range(first, first + count):
        invitation = Invitation.objects.create(
            commitment=made, submission=case.submissions[n], token_hash=f"t{made.reopened_count}-{n}",
            asked_at=NOW, closes_at=NOW + timedelta(days=20), round=made.reopened_count,
        )  # fmt: skip
        Rating.objects.create(
            invitation=invitation,
            commitment=made,
            level=1 if n < 2 else 4,
            is_solved=n >= 1,
            reason=f"第{n}句" if n != 3 else "",
            rated_by=by.value,
            at=NOW + timedelta(minutes=n),
        )


def said(made: Commitment, actor: Actor) -> list[str]:
    return [reason.text for reason in queries.reasons_for(made, actor)]


def as_role(role: Role) -> Client:
    client, user = Client(), User.objects.create(username=role.value)
    Grant.objects.create(user=user, role=role.value, from_on=NOW.date(), **PLACES[role])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_below_five_there_is_no_share(made: Commitment, case: Matter) -> None:
    rated(made, case, 4)
    found = queries.rated(made, LEAST).figures
    assert (found.asked, found.answered, found.satisfied_percent, found.solved_percent) == (4, 4, None, None)


def test_from_five_on_there_is_one(made: Commitment, case: Matter) -> None:
    rated(made, case, 5)
    found = queries.rated(made, LEAST).figures
    assert (found.answered, found.satisfied_percent, found.solved_percent) == (5, 60, 80)


def test_what_the_rooms_clerk_entered_does_not_fill_up_the_five(made: Commitment, case: Matter) -> None:
    rated(made, case, 4)
    rated(made, case, 2, RatedBy.ROOM_CLERK, first=4)
    found = queries.rated(made, LEAST)
    assert (found.figures.asked, found.figures.answered, found.entered_by_clerk) == (6, 4, 2)
    assert found.figures.satisfied_percent is None
    assert said(made, ANONYMOUS) == []


def test_without_any_answer_nothing_is_divided(made: Commitment) -> None:
    found = queries.rated(made, 0).figures
    assert (found.asked, found.answered, found.satisfied_percent) == (0, 0, None)


def test_only_the_last_round_is_the_result(made: Commitment, case: Matter) -> None:
    rated(made, case, 5)
    made.reopened_count = 1
    made.save()
    waiting = queries.rated(made, LEAST)
    assert (waiting.round, waiting.figures.answered) == (0, 5), (
        "nobody is asked again before it is answered again"
    )
    rated(made, case, 2, first=2)
    found = queries.rated(made, LEAST)
    assert (found.round, found.figures.asked, found.figures.answered) == (1, 2, 2)
    assert found.figures.satisfied_percent is None, "five of the round before do not fill it up"


@pytest.mark.parametrize("role", READERS)
def test_who_must_act_reads_why_at_once_and_others_from_five_people_on(
    made: Commitment, case: Matter, role: Role
) -> None:
    actor = staff(role, **PLACES[role])
    rated(made, case, 1)
    at_once = said(made, actor)
    assert at_once == (["第0句"] if role in MUST_ACT else [])
    rated(made, case, 4, first=1)
    assert said(made, actor) == ["第0句", "第1句", "第2句", "第4句"]


def test_nobody_else_reads_any_of_it(made: Commitment, case: Matter) -> None:
    rated(made, case, 5)
    elsewhere = [
        staff(Role.CLERK, room_no="100002"),
        staff(Role.DOER, unit_code="bureau-2"),
        staff(Role.TOWN_OFFICE, area_path="32/3211/321102/321102009/"),
        ANONYMOUS,  # as long as it is not released
    ]
    assert [said(made, actor) for actor in elsewhere] == [[], [], [], []]
    made.co_units.add(case.other_unit)
    assert len(said(made, staff(Role.DOER, unit_code="bureau-2"))) == 4, "协办 must redo it too"


def test_a_matter_about_the_rooms_own_cadres_is_read_by_nobody_in_the_room(
    made: Commitment, case: Matter
) -> None:
    rated(made, case, 5)
    Commitment.objects.filter(pk=made.pk).update(is_embargoed=True, desk_path=TOWN, desk_room_no="")
    made.refresh_from_db()
    people = cast()
    assert [len(said(made, who)) for who in (people.clerk, people.first, people.town, people.doer)] == [
        0,
        0,
        4,
        4,
    ]


def test_the_words_of_each_round_stand_there_the_newest_first(made: Commitment, case: Matter) -> None:
    rated(made, case, 2)
    made.reopened_count = 1
    made.save()
    rated(made, case, 1, RatedBy.ROOM_CLERK, first=2)
    assert queries.reasons_for(made, staff(Role.DOER, unit_code="property-1")) == [
        Reason("第2句", True, 1, not_scored="room_clerk"),
        Reason("第0句", False, 0, not_scored=""),
        Reason("第1句", True, 0, not_scored=""),
    ]


@pytest.mark.parametrize("role", [Role.DOER, Role.LEADER])
@pytest.mark.parametrize("count", [4, 5])
def test_the_page_keeps_to_it(made: Commitment, case: Matter, count: int, role: Role) -> None:
    assert book().at(NOW.date()).integer("outcomes.rating_public_min_count") == LEAST
    rated(made, case, count)
    page = as_role(role).get(f"/desk/commitments/{made.no}").content.decode()
    assert ("第2句" in page) is (role == Role.DOER or count == 5)
    assert ("满意率 60%" in page) is (count == 5)
    assert ("评价人数较少，不公布比例" in page) is (count == 4)


def test_what_was_said_to_the_district_alone_nobody_else_reads(made: Commitment, case: Matter) -> None:
    rated(made, case, 6)
    Rating.objects.filter(reason="第0句").update(for_district=True)
    readers = {role: said(made, staff(role, **PLACES[role])) for role in READERS}
    assert {role for role, words in readers.items() if "第0句" in words} == {Role.DISTRICT_OFFICE}
    assert {len(words) for words in readers.values()} == {4, 5}
    assert (
        "只给区推进办看" in as_role(Role.DISTRICT_OFFICE).get(f"/desk/commitments/{made.no}").content.decode()
    )
    shown = as_role(Role.DOER).get(f"/desk/commitments/{made.no}").content.decode()
    assert "第0句" not in shown
    assert "有群众把话只给区推进办说了" in shown
    assert "区里已经看过" not in shown, "said before the district had it as a task: nobody knows"


def test_and_it_reaches_the_district_at_once_and_no_message_to_others() -> None:
    with clock.at(NOW):
        for role in MUST_ACT:
            as_role(role)
        start = lead_on(promise(begin(NOW, cast()), NOW), CommitmentState.ASKING, NOW)
        follow(NOW)
        rate(start, replace(BADLY, reason="他们是亲戚", for_district=True), NOW)
        follow(NOW)
    district = f"account:{User.objects.get(username=Role.DISTRICT_OFFICE.value).pk}"
    rows = [row for row in Message.objects.all() if "他们是亲戚" in "".join(words(row))]
    assert [(row.recipient.ref, words(row)) for row in rows] == [
        (district, ("有群众评价，话只给区推进办看：更换楼道灯", "群众说：他们是亲戚"))
    ]
    assert told(Role.DOER) == [("群众说没有解决，请重新办理：更换楼道灯（2026年11月30日 前再答复）", "")]


def test_the_district_has_it_to_read_and_doer_and_clerk_learn_that_something_was_said() -> None:
    """What residents say to the district alone is a task there, also once it is closed; what may be said is passed on."""
    with clock.at(NOW):
        seen = {role: as_role(role) for role in MUST_ACT}
        start = lead_on(promise(begin(NOW, cast()), NOW), CommitmentState.ASKING, NOW)
        rate(start, replace(BADLY, reason="他们是亲戚", for_district=True), NOW)
        page, day = f"/desk/commitments/{start.made.no}", NOW.date()
        users = {role: User.objects.get(username=role.value) for role in (Role.DISTRICT_OFFICE, Role.DOER)}
        due = {role: [row.rule for row in due_to(actor_for(who, day), day)] for role, who in users.items()}
        assert explaining.KEPT in due[Role.DISTRICT_OFFICE]
        assert explaining.KEPT not in due[Role.DOER]
        district = seen[Role.DISTRICT_OFFICE]
        assert "看群众只给区里说的话" in district.get("/desk").content.decode()
        shown = district.get(page).content.decode()
        assert 'href="#hear"' in shown
        assert "他们是亲戚" in shown
        for role in (Role.DOER, Role.CLERK):
            other = seen[role].get(page).content.decode()
            assert "有群众把话只给区推进办说了" in other, role
            assert "他们是亲戚" not in other, role
            assert 'id="hear"' not in other, role
            assert seen[role].post(f"{page}/hear", {"note": "好"}).status_code in {403, 404}, role
        held = district.post(f"{page}/hear", {"note": "打 13805110001 问他"})
        assert held.status_code == 200, "asked back first"
        assert "打 13805110001 问他" in held.content.decode()
        district.post(f"{page}/hear", {"note": "请换一家队伍来修"})
        follow(NOW)
        for role in (Role.DOER, Role.CLERK):
            assert "区里转告：请换一家队伍来修" in seen[role].get(page).content.decode(), role
            account = f"account:{User.objects.get(username=role.value).pk}"
            rows = [words(row) for row in Message.objects.filter(recipient__ref=account)]
            assert ("区里看了群众只给区里说的话，转告您：更换楼道灯", "区里转告：请换一家队伍来修") in rows, (
                role
            )
        assert explaining.KEPT not in [
            row.rule for row in due_to(actor_for(users[Role.DISTRICT_OFFICE], day), day)
        ]


def test_it_waits_for_the_district_when_the_work_is_closed_and_nothing_passed_on_is_told_to_nobody() -> None:
    with clock.at(NOW):
        for role in MUST_ACT:
            as_role(role)
        start = lead_on(promise(begin(NOW, cast()), NOW), CommitmentState.ASKING, NOW)
        rate(start, replace(WELL, reason="来的人态度不好", for_district=True), NOW)
        start.made.refresh_from_db()
        assert start.made.state == CommitmentState.CLOSED
        running = Clock.objects.running().get(rule=explaining.KEPT)
        assert running.role == Role.DISTRICT_OFFICE
        follow(NOW)
        before = Message.objects.count()
        explaining.hear(commitment=start.made, note=" ", actor=start.people.district, at=NOW)
        follow(NOW)
        assert Message.objects.count() == before
        assert not Clock.objects.running().filter(rule=explaining.KEPT).exists()
        with pytest.raises(IllegalMove):
            explaining.hear(commitment=start.made, note="", actor=start.people.district, at=NOW)


def told(role: Role) -> list[tuple[str, str]]:
    """What the holder of that office was written since, about a matter that was not solved."""
    rows = Message.objects.filter(recipient__ref=f"account:{User.objects.get(username=role.value).pk}")
    return [words(row) for row in rows.order_by("pk") if "没有解决" in words(row)[0]]


def follow(at: datetime) -> None:
    while react(at):
        pass


def test_who_must_redo_it_or_decide_is_told_what_was_said() -> None:
    with clock.at(NOW):
        for role in MUST_ACT:
            as_role(role)
        start = lead_on(promise(begin(NOW, cast()), NOW), CommitmentState.ASKING, NOW)
        follow(NOW)
        rate(start, BADLY, NOW)
        follow(NOW)
        redo = ("群众说没有解决，请重新办理：更换楼道灯（2026年11月30日 前再答复）", "群众说：还是不亮")
        assert told(Role.DOER) == told(Role.TOWN_OFFICE) == [redo]
        assert told(Role.DISTRICT_OFFICE) == told(Role.CLERK) == []
        answer(start, ReplyKind.SOLVED, NOW)
        later = NOW + timedelta(hours=1)
        rate(start, replace(BADLY, reason="夜里又灭了"), later)
        follow(later)
        decide = ("返工以后群众仍说没有解决，请裁定：更换楼道灯", "群众说：夜里又灭了")
        assert told(Role.DISTRICT_OFFICE) == [decide]
        assert told(Role.DOER) == [redo]
