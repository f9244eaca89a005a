"""Can the rated room rate itself? Whatever it has had in its hands is shown and never scored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from shangliang.access.actor import submitter
from shangliang.kit import clock, crypto
from shangliang.kit.tests.reading import flat
from shangliang.ledger.models import Content, Entry
from shangliang.outcomes import queries
from shangliang.outcomes.actions import rating, transitions
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.models import Commitment, Invitation, Rating
from shangliang.outcomes.states import Closing, CommitmentState, Level, RatedBy
from shangliang.outcomes.tests.factories import Cast
from shangliang.outcomes.tests.starts import begin, lead_on, promise
from shangliang.topics.actions import contact
from shangliang.topics.models import SEALED_PHONE, SEALED_SLIP, Submission, key_hash, slip_hash

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
WELL = rating.Opinion(Level.VERY_SATISFIED, True)
BADLY = rating.Opinion(Level.DISSATISFIED, False, "还是不亮")
SLIP, KEY = "100000000009", "the-long-key"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def asked(people: Cast) -> Commitment:
    """One resident with a telephone raised it, and is asked now."""
    start = promise(begin(NOW, people), NOW)
    (raised,) = start.case.submissions
    raised.phone_sealed = crypto.seal("13900001234", SEALED_PHONE)
    raised.slip_hash, raised.slip_sealed = slip_hash(SLIP), crypto.seal(SLIP, SEALED_SLIP)
    raised.key_hash = key_hash(KEY)
    raised.save()
    return lead_on(start, CommitmentState.ASKING, NOW).made


def raised_by() -> Submission:
    return Submission.objects.get()


def says(made: Commitment, opinion: rating.Opinion = WELL, *, by_link: bool = False) -> Rating:
    """Somebody who can open the slip presses."""
    row = made.invitations.get(round=made.reopened_count)
    who = submitter(raised_by().slip_hash)
    return rating.rate(invitation=row, opinion=opinion, actor=who, at=NOW, by_link=by_link)


@pytest.mark.parametrize("way", ["reveal", "read_slip", "renew_slip"])
def test_whoever_has_the_slip_from_the_clerk_settles_nothing(
    asked: Commitment, people: Cast, way: str
) -> None:
    more = {"reason": "check"} if way == "reveal" else {}
    getattr(contact, way)(submission=raised_by(), actor=people.clerk, at=NOW, **more)
    given = says(asked)
    asked.refresh_from_db()
    assert (given.rated_by, asked.state) == ("in_hands", CommitmentState.ASKING)
    found = queries.rated(asked, 1)
    assert (found.figures.answered, found.in_hands, found.entered_by_clerk) == (0, 1, 0)
    assert list(asked.invitations.unanswered()) == [given.invitation], "their own answer is still wanted"
    entry = Entry.objects.filter(event="commitment.rated").get()
    assert '"in_hands"' in Content.objects.get(entry_id=entry.pk).body


def test_a_look_from_outside_the_room_takes_nothing_away(asked: Commitment, people: Cast) -> None:
    contact.reveal(submission=raised_by(), reason="check", actor=people.town, at=NOW)
    assert says(asked).rated_by == RatedBy.SELF
    asked.refresh_from_db()
    assert asked.closing == Closing.CONFIRMED


def test_what_nobody_has_scored_is_called_back_and_then_counts(asked: Commitment, people: Cast) -> None:
    contact.read_slip(submission=raised_by(), actor=people.clerk, at=NOW)
    says(asked)
    rating.weigh(transitions.locked(asked.pk), NOW, window_over=True)
    asked.refresh_from_db()
    assert asked.state == CommitmentState.CALLING_BACK
    rating.rate_for(commitment=asked, opinion=WELL, rated_by=RatedBy.CALL_BACK, actor=people.town, at=NOW)
    asked.refresh_from_db()
    assert asked.closing == Closing.CONFIRMED
    assert [row.rated_by for row in Rating.objects.standing()] == ["call_back"]


def test_the_link_on_their_own_telephone_counts_and_is_not_pressed_away(
    asked: Commitment, people: Cast
) -> None:
    contact.read_slip(submission=raised_by(), actor=people.clerk, at=NOW)
    other = Submission.objects.create(
        slip_hash="other", slip_sealed=b"", key_hash="k", form_nonce="n", channel="resident",
        state="merged", room=raised_by().room, topic=asked.topic, desk_path=asked.desk_path,
    )  # fmt: skip
    Invitation.objects.create(
        commitment=asked, submission=other, token_hash="t", closes_at=NOW.replace(day=30)
    )
    row = asked.invitations.get(submission__slip_hash=slip_hash(SLIP))
    who = submitter(raised_by_slip().slip_hash)
    rating.rate(invitation=row, opinion=BADLY, actor=who, at=NOW, by_link=True)
    rating.rate(invitation=row, opinion=WELL, actor=who, at=NOW)
    standing = Rating.objects.standing().filter(invitation=row).order_by("pk")
    assert [(row.rated_by, row.is_solved) for row in standing] == [("link", False), ("in_hands", True)]
    assert queries.rated(asked, 1).figures.solved_percent == 0


def raised_by_slip() -> Submission:
    return Submission.objects.get(slip_hash=slip_hash(SLIP))


def test_the_page_behind_the_link_and_the_slip_tell_them_apart(asked: Commitment, people: Cast) -> None:
    contact.read_slip(submission=raised_by(), actor=people.clerk, at=NOW)
    holder, told = Client(), "只给人看，不计分"
    holder.get(reverse("slip_key", args=[SLIP, KEY]))
    holder.cookies["key"] = KEY
    by_slip = reverse("slip_rate", args=[SLIP, asked.no])
    assert told in flat(holder.get(reverse("slip", args=[SLIP])).content.decode())
    assert told in flat(holder.get(by_slip).content.decode())
    by_link = reverse("rate", args=[new_link(asked.invitations.get())])
    assert told not in flat(Client().get(by_link).content.decode())
    Client().post(by_link, {"is_solved": "yes", "level": "4", "reason": ""})
    asked.refresh_from_db()
    assert (asked.closing, Rating.objects.get().rated_by) == (Closing.CONFIRMED, "link")
