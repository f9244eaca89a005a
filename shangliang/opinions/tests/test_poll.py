"""A poll from the clerk's first sentence to the map: who may vote how, what is kept apart, what is never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangliang.access.actor import ANONYMOUS, SYSTEM
from shangliang.access.denied import Denied
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import NEIGHBOUR, make_clerk
from shangliang.events.kinds import Kind
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.opinions import queries, tasks
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.models import Poll, Statement, Vote, Voter
from shangliang.opinions.states import Part, PollState, StatementState, VoterClass
from shangliang.opinions.tests.polls import NOW, TEXTS, camps, make_poll
from shangliang.opinions.views import keys
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def clerk() -> User:
    return make_clerk()


# -- keeping a poll --------------------------------------------------------------------------------------------


def test_nothing_is_opened_without_a_statement() -> None:
    poll = make_poll(is_open=False, texts=())
    with pytest.raises(Blocked):
        polls.open_poll(poll=poll, actor=SYSTEM, at=NOW)
    with pytest.raises(IllegalMove):
        polls.close_poll(poll=poll, actor=SYSTEM, at=NOW)


def test_every_act_of_the_clerk_leaves_one_ledger_row_and_a_vote_none() -> None:
    poll = make_poll()
    statement = poll.statements.all()[0]
    polls.print_seats(poll=poll, count=3, actor=SYSTEM, at=NOW)
    polls.review(statement=statement, shown=False, actor=SYSTEM, at=NOW)
    polls.count_hands(statement=statement, agree=9, disagree=2, passed=0, actor=SYSTEM, at=NOW)
    polls.close_poll(poll=poll, actor=SYSTEM, at=NOW)
    events = list(Entry.objects.filter(subject_kind="poll").order_by("pk").values_list("event", flat=True))
    assert events == [
        Kind.POLL_PREPARED,
        Kind.POLL_OPENED,
        Kind.SEATS_PRINTED,
        Kind.STATEMENT_REVIEWED,
        Kind.HANDS_COUNTED,
        Kind.POLL_CLOSED,
    ]
    assert poll.key not in {entry.subject_no for entry in Entry.objects.all()}
    polls.open_poll(poll=poll, actor=SYSTEM, at=NOW)
    before = Entry.objects.count()
    camps(poll, 2)
    assert Entry.objects.count() == before


def test_the_same_thing_said_twice_is_noticed() -> None:
    poll = make_poll()
    texts = ["停车费，应当由业主定！", "电梯旁边装扶手", "门口加一盏灯"]
    new, twice = polls.seed(poll=poll, texts=texts, actor=SYSTEM, at=NOW)
    assert (new, twice) == (2, texts[:1])


def test_the_words_stay_once_somebody_has_voted() -> None:
    poll = make_poll()
    first, second = poll.statements.order_by("pk")[:2]
    voter = voting.join(poll=poll, kind=VoterClass.OPEN, token="t", at=NOW)
    voting.cast(voter=voter, votes={first.pk: 1}, at=NOW)
    polls.word(statement=first, text="指地面停车", actor=SYSTEM, at=NOW)
    polls.word(statement=second, text="车位按楼栋分", actor=SYSTEM, at=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.text, first.mark) == (TEXTS[0], "指地面停车")
    assert (second.text, second.mark) == ("车位按楼栋分", "")


# -- who votes -------------------------------------------------------------------------------------------------


def test_a_seat_code_serves_one_person() -> None:
    poll = make_poll(takes_open=False)
    code = polls.print_seats(poll=poll, count=1, actor=SYSTEM, at=NOW)[0]
    assert len(set(code)) > 4
    assert code not in str(list(poll.seats.values()))
    first = voting.join(poll=poll, kind=VoterClass.SEAT, token="one", seat=code, at=NOW)
    assert not first.is_flagged, "only who looks like a machine is marked"
    assert voting.join(poll=poll, kind=VoterClass.SEAT, token="one", seat=code, at=NOW) == first
    with pytest.raises(voting.NotTaken) as refused:
        voting.join(poll=poll, kind=VoterClass.SEAT, token="two", seat=code, at=NOW)
    assert refused.value.code == "seat_used"
    assert str(refused.value) == "seat_used", "a traceback names it"
    assert Voter.objects.count() == 1


def test_the_code_of_the_projector_works_for_minutes_only() -> None:
    poll = make_poll()
    code = keys.present_code(poll, NOW)
    assert keys.present_code(poll, NOW + timedelta(minutes=1)) != code
    assert keys.is_present(poll, code, NOW + timedelta(minutes=2))
    assert not keys.is_present(poll, code, NOW + timedelta(minutes=10))
    assert not keys.is_present(make_poll(), code, NOW)


def test_a_ticket_from_the_room_is_not_taken_home() -> None:
    poll = make_poll()
    statement = poll.statements.all()[0].pk
    with clock.at(NOW):
        collected = [keys.Ticket(VoterClass.PRESENT).signed(poll) for _ in range(3)]
        seat = keys.Ticket(VoterClass.SEAT, polls.print_seats(poll=poll, count=1, actor=SYSTEM, at=NOW)[0])
        from_seat = seat.signed(poll)
    with clock.at(NOW + timedelta(minutes=9)):
        assert vote(Client(), poll, [[statement, 1]], collected[0])[0] == 200
    with clock.at(NOW + timedelta(minutes=11)):
        status, said = vote(Client(), poll, [[statement, 1]], collected[1])
        assert (status, said["code"]) == (403, "no_ticket")
        assert vote(Client(), poll, [[statement, 1]], from_seat)[0] == 200, (
            "a printed code waits for its holder"
        )
    assert Voter.objects.filter(kind="present").count() == 1


def test_one_phone_that_makes_a_hundred_of_those_present_is_flagged() -> None:
    poll = make_poll()
    statement = poll.statements.all()[0].pk
    most = book().at(NOW.date()).integer("opinions.present_network_count")
    with clock.at(NOW):
        for _ in range(most + 3):
            vote(Client(), poll, [[statement, 1]], keys.Ticket(VoterClass.PRESENT).signed(poll))
    assert (queries.people(poll)[VoterClass.PRESENT], queries.flagged(poll)) == (most + 3, 3)


def test_who_is_not_in_the_room_votes_only_where_the_poll_says_so() -> None:
    with pytest.raises(voting.NotTaken) as refused:
        voting.join(poll=make_poll(takes_open=False), kind=VoterClass.OPEN, token="t", at=NOW)
    assert refused.value.code == "room_only"


def vote(client: Client, poll: Poll, votes: list[list[Any]], ticket: str = "") -> tuple[int, dict[str, Any]]:
    body = json.dumps({"votes": votes, "ticket": ticket})
    answer = client.post(f"/join/{poll.key}/votes", body, content_type="application/json")
    return answer.status_code, answer.json()


def ticket(poll: Poll, kind: VoterClass = VoterClass.OPEN) -> str:
    return keys.Ticket(kind).signed(poll)


def test_a_batch_is_taken_once_and_answers_with_what_comes_next() -> None:
    poll, client = make_poll(), Client()
    shown = list(poll.statements.order_by("pk").values_list("pk", flat=True))
    batch = [[shown[0], 1], [shown[1], -1], [shown[2], 0]]
    status, said = vote(client, poll, batch, ticket(poll))
    assert (status, said["taken"], said["left"]) == (200, 3, 5)
    assert {row["statement"] for row in said["next"]} == set(shown[3:])
    assert vote(client, poll, batch)[1]["left"] == 5
    assert Vote.objects.count() == 3
    assert Voter.objects.count() == 1
    assert vote(client, poll, [[shown[0], -1]])[0] == 200
    assert Vote.objects.get(statement_id=shown[0]).value == -1


def test_a_request_whose_answer_was_lost_makes_no_second_voter() -> None:
    poll, page = make_poll(), Client().get
    given = page(f"/join/{make_poll().key}").context["ticket"]
    assert given != page(f"/join/{poll.key}").context["ticket"]
    given = page(f"/join/{poll.key}").context["ticket"]
    statement = poll.statements.all()[0].pk
    for _ in range(2):  # from a browser that never got its cookie
        assert vote(Client(), poll, [[statement, 1]], given)[0] == 200
    assert Voter.objects.filter(poll=poll).count() == Vote.objects.filter(poll=poll).count() == 1


def test_a_vote_costs_six_statements_at_most() -> None:
    poll, client = make_poll(), Client()
    shown = list(poll.statements.order_by("pk").values_list("pk", flat=True))
    vote(client, poll, [[shown[0], 1]], ticket(poll))
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert vote(client, poll, [[shown[1], 1]])[0] == 200
    assert len(captured) <= 6


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"votes": ' + "[" * 19_000,
        '{"votes": 5}',
        '{"votes": []}',
        '{"votes": [[1]]}',
        '{"votes": [["1", 1]]}',
        '{"votes": [[1, true]]}',
        '{"votes": [[1, 1]], "ticket": 7}',
        json.dumps({"votes": [[each, 1] for each in range(51)]}),
        "\ud83d\ude00" * 10,
    ],
)
def test_what_is_no_vote_is_refused_in_words(body: str) -> None:
    poll, client = make_poll(), Client()
    answer = client.post(
        f"/join/{poll.key}/votes", body.encode("utf-8", "replace"), content_type="application/json"
    )
    assert answer.status_code in {400, 403}
    assert answer.json()["error"]
    assert not Voter.objects.exists() or not Vote.objects.exists()


def test_votes_on_what_is_not_there_and_strange_values_count_nothing() -> None:
    poll, other, client = make_poll(), make_poll(), Client()
    foreign = other.statements.all()[0].pk
    status, said = vote(client, poll, [[foreign, 1], [999_999, 1]], ticket(poll))
    assert (status, said["taken"], said["gone"]) == (200, 0, 2)
    assert vote(client, poll, [[poll.statements.all()[0].pk, 7]], ticket(poll))[0] == 400
    assert not Vote.objects.exists()


def test_of_a_batch_what_is_not_asked_any_more_is_counted_apart() -> None:
    poll, client = make_poll(), Client()
    first, second = poll.statements.order_by("pk")[:2]
    polls.review(statement=first, shown=False, actor=SYSTEM, at=NOW)
    status, said = vote(client, poll, [[first.pk, 1], [second.pk, 1]], ticket(poll))
    assert (status, said["taken"], said["gone"]) == (200, 1, 1)
    assert list(Vote.objects.values_list("statement_id", flat=True)) == [second.pk]


def test_a_refusal_names_its_reason_for_the_script() -> None:
    poll, client = make_poll(), Client()
    statement = poll.statements.all()[0].pk
    assert vote(client, poll, [[statement, 1]], "none of ours")[1]["code"] == "no_ticket"
    assert vote(client, poll, [[statement, 1]], ticket(poll))[0] == 200
    polls.close_poll(poll=poll, actor=SYSTEM, at=NOW)
    status, said = vote(client, poll, [[statement, -1]])
    assert (status, said["code"]) == (403, "closed")
    assert Vote.objects.get().value == 1


def test_a_ticket_of_another_poll_and_a_forged_one_are_refused() -> None:
    poll, other = make_poll(), make_poll()
    statement = poll.statements.all()[0].pk
    for other_ticket in (ticket(other), "x", ticket(poll)[:-1]):
        assert vote(Client(), poll, [[statement, 1]], other_ticket)[0] == 403


def test_voting_without_scripts() -> None:
    poll, client = make_poll(), Client()
    page = client.get(f"/join/{poll.key}")
    assert page.headers["Cache-Control"].endswith("no-store") or "no-store" in page.headers["Cache-Control"]
    statement = page.context["statement"]
    answer = client.post(
        f"/join/{poll.key}/vote", {"statement": statement, "value": "1", "ticket": page.context["ticket"]}
    )
    assert answer.status_code == 302
    assert Vote.objects.get().statement_id == statement
    again = client.get(f"/join/{poll.key}")
    assert again.context["done"] == 1
    assert again.context["statement"] != statement


def test_a_get_writes_nothing() -> None:
    poll, client = make_poll(), Client()
    for path in ("", "/map"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/join/{poll.key}{path}").status_code == 200
        assert not [q for q in captured if not q["sql"].startswith("SELECT")]


def test_a_closed_poll_takes_nothing_and_says_so() -> None:
    poll = make_poll()
    polls.close_poll(poll=poll, actor=SYSTEM, at=NOW)
    statement = poll.statements.all()[0].pk
    assert vote(Client(), poll, [[statement, 1]], ticket(poll))[0] == 403
    assert "征集已经结束" in Client().get(f"/join/{poll.key}").content.decode()


def test_what_somebody_adds_waits_for_the_clerk_unless_the_poll_says_otherwise() -> None:
    poll, client = make_poll(), Client()
    client.post(f"/join/{poll.key}/add", {"text": "楼下装个意见箱", "ticket": ticket(poll)})
    added = Statement.objects.get(text="楼下装个意见箱")
    assert added.state == StatementState.WAITING
    assert added.pk not in queries.questions(poll, Part.OPEN).texts
    polls.review(statement=added, shown=True, actor=SYSTEM, at=NOW)
    assert added.pk in queries.questions(poll, Part.OPEN).texts
    client.post(f"/join/{poll.key}/add", {"text": "楼下装个意见箱。"})
    assert Statement.objects.filter(text__startswith="楼下").count() == 1


def test_too_long_a_thought_is_kept_and_explained() -> None:
    poll, client = make_poll(), Client()
    answer = client.post(f"/join/{poll.key}/add", {"text": "很长" * 60, "ticket": ticket(poll)})
    assert answer.status_code == 400
    assert "很长" * 60 in answer.content.decode()
    assert ticket(poll)[:10] in answer.content.decode()


def test_many_from_one_network_are_flagged_and_not_stopped() -> None:
    poll = make_poll()
    statement = poll.statements.all()[0].pk
    for _ in range(32):
        assert vote(Client(), poll, [[statement, 1]], ticket(poll))[0] == 200
    assert Voter.objects.filter(is_flagged=True).count() == 2
    assert queries.flagged(poll) == 2


# -- pages -----------------------------------------------------------------------------------------------------


def test_the_wall_counts_and_names_every_class(client: Client, clerk: User) -> None:
    poll = make_poll()
    camps(poll, 1, VoterClass.PRESENT)
    camps(poll, 2, VoterClass.OPEN)
    client.force_login(clerk)
    wall = " ".join(client.get(f"/desk/polls/{poll.key}/screen/now").content.decode().split())
    assert '<b class="num">3</b> 人已表态' in wall
    assert "凭座位号 0 人，现场扫码 1 人，网上和门口 2 人" in wall


def test_the_clerk_goes_the_whole_way_on_the_page(client: Client, clerk: User) -> None:
    poll = make_poll(is_open=False, texts=())
    client.force_login(clerk)
    here = f"/desk/polls/{poll.key}"
    refused = client.post(f"{here}/do/open")
    assert refused.status_code == 400
    assert "先写上至少一句话" in refused.content.decode()
    poll.refresh_from_db()
    assert poll.state == PollState.PREPARED
    client.post(f"{here}/do/seed", {"texts": "车位先到先得\n\n夜里留出消防通道"})
    client.post(f"{here}/do/open")
    poll.refresh_from_db()
    assert poll.state == PollState.OPEN
    slips = client.post(f"{here}/seats", {"count": "2"})
    assert slips.content.decode().count("<svg") == 2
    statement = poll.statements.all()[0]
    client.post(f"{here}/do/hands", {"statement": statement.pk, "agree": "7", "disagree": "1", "passed": "0"})
    page = client.get(here).content.decode()
    assert "赞成 7 · 不赞成 1 · 说不准 0" in page
    assert page.count('class="tally"') == 1, "nobody but those who raised hands"
    screen = client.get(f"{here}/screen").content.decode()
    assert "扫码表态" in screen
    assert "<html" not in client.get(f"{here}/screen/now").content.decode()
    client.post(f"{here}/do/close")
    poll.refresh_from_db()
    assert poll.state == PollState.CLOSED


def test_exports_hold_no_name_and_no_class_below_the_least_size(client: Client, clerk: User) -> None:
    poll = make_poll()
    camps(poll, 8)
    camps(poll, 3, VoterClass.OPEN)
    tasks.draw_maps(NOW + timedelta(minutes=1))
    client.force_login(clerk)
    lines = client.get(f"/desk/polls/{poll.key}/votes.csv").content.decode().splitlines()
    assert lines[0] == "participant,statement,vote,timestamp_ms,class"
    assert len(lines) == 1 + 8 * len(TEXTS)
    assert {line.split(",")[-1] for line in lines[1:]} == {"present"}
    body = client.get(f"/desk/polls/{poll.key}/map.json").json()
    assert body["maps"]["room"]["people"] == 8


def test_the_next_rooms_clerk_and_whoever_is_not_signed_in_find_no_desk(client: Client) -> None:
    poll = make_poll()
    outsider = make_clerk("other", room_no=NEIGHBOUR)
    client.force_login(outsider)
    here = f"/desk/polls/{poll.key}"
    for path in ("", "/votes.csv", "/map.json", "/screen", "/screen/now"):
        assert client.get(here + path).status_code == 404
        assert Client().get(here + path).status_code == 302
    for path in ("/do/open", "/do/seed", "/seats"):
        assert client.post(here + path, {"texts": "x", "count": "2"}).status_code == 404


@pytest.mark.parametrize("act", ["open", "close", "seed", "seats", "hands", "review", "word", "settle"])
def test_nobody_without_the_role_can_act(act: str) -> None:
    poll = make_poll(is_open=act != "open")
    statement, actor = poll.statements.all()[0], ANONYMOUS
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: polls.open_poll(poll=poll, actor=actor, at=NOW),
        "close": lambda: polls.close_poll(poll=poll, actor=actor, at=NOW),
        "seed": lambda: polls.seed(poll=poll, texts=["a b"], actor=actor, at=NOW),
        "seats": lambda: polls.print_seats(poll=poll, count=1, actor=actor, at=NOW),
        "hands": lambda: polls.count_hands(
            statement=statement, agree=1, disagree=0, passed=0, actor=actor, at=NOW
        ),
        "review": lambda: polls.review(statement=statement, shown=False, actor=actor, at=NOW),
        "word": lambda: polls.word(statement=statement, text="ab", actor=actor, at=NOW),
        "settle": lambda: polls.settle(
            poll=poll, takes_open=True, shows_unreviewed=True, actor=actor, at=NOW
        ),
    }
    with pytest.raises(Denied):
        acts[act]()
