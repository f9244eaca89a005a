"""What follows by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.deliberations import queries, tasks
from shangliang.deliberations.actions import announcing, recording, signing
from shangliang.deliberations.engine import layouts
from shangliang.deliberations.models import Participant
from shangliang.deliberations.states import DeliberationState, Seat, SignatureWay
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import MONDAY, World, again, make_world
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message, Recipient
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.ledger.models import Entry
from shangliang.topics.models import Submission
from shangliang.topics.states import Channel, SubmissionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def run(at: object = MONDAY) -> None:
    react()
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))


def told(title: str) -> set[str]:
    """Who has a message that begins so."""
    rows = Message.objects.filter(title__startswith=title).values_list("recipient__ref", flat=True)
    return set(rows)


def ref(world: World, name: str) -> str:
    return f"account:{world.users[name].pk}"


def test_guests_are_told_by_account_and_whoever_raised_it_by_slip(world: World) -> None:
    submission = Submission.objects.create(
        slip_hash="s",
        slip_sealed=b"",
        key_hash="k",
        form_nonce="n",
        channel=Channel.RESIDENT.value,
        state=SubmissionState.ACCEPTED.value,
        room=world.room,
        desk_path=make.PATH,
        desk_room_no=world.room.no,
        topic=world.topic,
    )
    deliberation = make.reviewed(make.prepared(world))
    Participant.objects.create(deliberation=deliberation, seat=Seat.PARTY_CONCERNED.value, is_by_slip=True)
    announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    run()
    assert {ref(world, "first_convener"), ref(world, "second_convener"), ref(world, "clerk")} <= told(
        "请您来商量"
    )
    slips = Recipient.objects.filter(ref__contains=submission.no)
    assert slips.filter(ref__in=told("请您来商量")).exists()


def test_a_cancelled_session_is_told_only_to_those_who_knew_of_it(world: World) -> None:
    unknown = make.prepared(world)
    announcing.cancel(deliberation=unknown, reason="议题并了", actor=world.clerk, at=MONDAY)
    run()
    assert told("取消了") == set()
    deliberation = make.announced(world)
    announcing.cancel(deliberation=deliberation, reason="台风", actor=world.clerk, at=MONDAY)
    run()
    assert ref(world, "first_convener") in told("取消了")


def test_a_postponed_session_is_told_with_its_reason(world: World) -> None:
    deliberation = make.announced(world)
    announcing.postpone(deliberation=deliberation, reason="台风", actor=world.clerk, at=MONDAY)
    run()
    message = Message.objects.filter(title__startswith="改期了").first()
    assert message is not None
    assert message.params["why"] == "台风"


def test_each_convener_gets_a_link_of_their_own_that_signs(world: World) -> None:
    deliberation = make.to_sign(world)
    run()
    assert told("请您看一看协商记录") == {ref(world, "first_convener"), ref(world, "second_convener")}
    links = {
        row.recipient.ref: row.link for row in Message.objects.filter(title__startswith="请您看一看协商记录")
    }
    token = links[ref(world, "second_convener")].removeprefix("/t/sign/")
    found = queries.signature_by_token(token, deliberation.ended_at or MONDAY)
    assert found is not None
    assert found.person == world.second


def test_whoever_sends_a_link_once_more_never_sees_it(world: World) -> None:
    deliberation = make.to_sign(world)
    run()
    second = deliberation.record.signatures.get(seat="second_convener")
    at = deliberation.ended_at or MONDAY
    with pytest.raises(Blocked) as blocked:  # without an address of their own there is nowhere to send it
        signing.send_link(signature=second, actor=world.clerk, at=at)
    assert [row.code for row in blocked.value.unmet] == ["signer_without_address"]
    make.reachable(second)
    before = Message.objects.count()
    assert signing.send_link(signature=second, actor=world.clerk, at=at) is None
    entry = Entry.objects.filter(event="record.link_sent").get()
    assert entry.office.startswith("clerk@")
    run()
    made = Message.objects.order_by("pk")[before:]
    assert {row.recipient.ref for row in made} == {ref(world, "second_convener")}
    token = made[0].link.removeprefix("/t/sign/")
    assert queries.signature_by_token(token, at) == second


def test_a_draft_asks_nobody(world: World) -> None:
    deliberation = make.held(world)
    recording.save_draft(
        deliberation=deliberation,
        text=make.text(deliberation),
        actor=world.clerk,
        at=deliberation.ended_at or MONDAY,
    )
    run()
    assert told("请您看一看协商记录") == set()
    assert not again(deliberation).record.document


def test_the_paper_is_set_when_it_goes_to_sign_and_again_when_all_have_signed(world: World) -> None:
    deliberation = make.to_sign(world)
    run()
    first = again(deliberation).record.document.name
    assert first
    at = (deliberation.ended_at or MONDAY) + timedelta(hours=1)
    for role in (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
        signature = deliberation.record.signatures.get(seat=role.value)
        signing.sign(signature=signature, actor=world.actor(role), at=at)
    run()
    assert again(deliberation).record.document.name != first
    assert again(deliberation).outcomes.count() == 1


def test_a_record_that_came_without_a_file_gets_one(world: World) -> None:
    """As those of the demo city, which come in bulk; a draft gets none."""
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    assert tasks.set_missing_papers(at) == 1
    assert again(deliberation).record.document.size > 0
    assert tasks.set_missing_papers(at) == 0


def opened(client: Client, page: str) -> Any:
    """The file, taken whole."""
    answer: Any = client.get(f"{page}/record.docx")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    return answer


class TestAPaperThatCannotBeMade:
    """A full disk, a face that is missing: it is tried a few times, said on the page, and made when somebody asks."""

    tries = 0

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        def fail(paper: object) -> bytes:
            self.tries += 1
            raise OSError("no space left")

        self.tries = 0
        monkeypatch.setattr(layouts, "plain", fail)
        return monkeypatch.undo

    def test_it_is_tried_three_times_with_waits_and_then_left(
        self, world: World, broken: Callable[[], None]
    ) -> None:
        deliberation = make.to_sign(world)
        at = deliberation.ended_at or MONDAY
        run()
        assert (self.tries, again(deliberation).record.document_tries) == (1, 1)
        assert not Failure.objects.exists(), "nothing is tried for ever"
        start = again(deliberation).record.document_tried_at or at
        for minutes, tries in ((5, 1), (10, 2), (15, 2), (20, 3), (30, 3), (600, 3)):
            assert tasks.set_missing_papers(start + timedelta(minutes=minutes)) == 0
            assert self.tries == tries, minutes
        broken()
        assert tasks.set_missing_papers(start + timedelta(days=1)) == 0

    def test_the_page_says_so_and_a_press_makes_it(
        self, world: World, client: Client, broken: Callable[[], None]
    ) -> None:
        deliberation = make.to_sign(world)
        run()
        at = again(deliberation).record.document_tried_at or MONDAY
        here = f"/desk/deliberations/{deliberation.no}"
        client.force_login(world.users["clerk"])
        assert "Word 文件没有做成" in client.get(here).content.decode()
        answer = client.get(f"{here}/record.docx")
        assert answer.status_code == 503
        assert f'action="{here}/record/again"' in answer.content.decode()
        broken()
        client.force_login(User.objects.get(username="outsider"))
        assert client.post(f"{here}/record/again").status_code == 404
        client.force_login(world.users["second_convener"])
        assert "record/again" not in client.get(f"{here}/record.docx").content.decode()
        assert client.post(f"{here}/record/again").status_code == 403
        client.force_login(world.users["clerk"])
        assert client.post(f"{here}/record/again").status_code == 302
        assert tasks.set_missing_papers(at) == 1
        assert again(deliberation).record.document_tries == 0
        assert opened(client, here).status_code == 200
        assert "Word 文件没有做成" not in client.get(here).content.decode()

    def test_an_older_file_is_not_given_out_in_its_place(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliberation = make.to_sign(world)
        run()
        record = again(deliberation).record
        assert record.document
        monkeypatch.setattr(layouts, "plain", lambda paper: 1 / 0)
        assert tasks.try_document(record, MONDAY) is False
        assert not again(deliberation).record.document

    def test_one_that_is_not_where_it_was_kept_is_made_anew(self, world: World, client: Client) -> None:
        deliberation = make.to_sign(world)
        run()
        record = again(deliberation).record
        record.document.storage.delete(str(record.document.name))
        here = f"/desk/deliberations/{deliberation.no}"
        client.force_login(world.users["clerk"])
        assert client.get(f"{here}/record.docx").status_code == 503
        client.post(f"{here}/record/again")
        assert tasks.set_missing_papers(MONDAY) == 1
        assert opened(client, here).status_code == 200


@pytest.mark.parametrize("has_stand_in", [True, False])
def test_the_stand_in_takes_over_when_the_conveners_let_time_pass(world: World, has_stand_in: bool) -> None:
    if not has_stand_in:
        Grant.objects.filter(role=Role.STAND_IN.value).delete()
    deliberation = make.to_sign(world)
    late = (deliberation.ended_at or MONDAY) + timedelta(days=5)
    run()
    with clock.at(late):
        tick(late)
        run()
    row = Clock.objects.running().of(deliberation.subject).get()
    role = Role.STAND_IN if has_stand_in else Role.TOWN_OFFICE
    assert (row.role, row.stand_in) == (role.value, role.value)
    for signature in deliberation.record.signatures.all():
        signing.sign(signature=signature, actor=world.actor(role), at=late)
    found = again(deliberation)
    assert found.state == DeliberationState.ARCHIVED
    assert {row.way for row in found.record.signatures.all()} == {SignatureWay.STAND_IN.value}
