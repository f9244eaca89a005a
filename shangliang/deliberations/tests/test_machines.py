"""Random lives of sessions, their records and signatures: every act of both tables, by whoever comes along.

A refusal counts only where the table says so; what an act does to other machines is what its row declares; nothing
is written where it is refused; no clock is lost; and from wherever a session stands somebody can lead it to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.publication import Release
from shangliang.access.roles import Permission, Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.clocks.models import Clock
from shangliang.clocks.tests.passing import pass_until
from shangliang.deliberations import bound, queries
from shangliang.deliberations.actions import (
    announcing,
    any_time,
    asking,
    meeting,
    preparing,
    recording,
    seating,
    signing,
    telling,
)
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.labels import UNMET
from shangliang.deliberations.models import Deliberation, Record, Signature
from shangliang.deliberations.permissions import check_can_sign, is_ones_own, role_over
from shangliang.deliberations.states import (
    DELIBERATION,
    SIGNATURE,
    Conclusion,
    DeliberationState,
    Form,
    Seat,
    SignatureWay,
)
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import MONDAY, TOWN, World, again, make_world
from shangliang.deliberations.tests.test_seating import drawn
from shangliang.desks.actions import publication
from shangliang.desks.states import POST
from shangliang.desks.tests.turns import dead_tasks, take_back_last
from shangliang.events.tasks import react
from shangliang.inbox.states import HandWay
from shangliang.kit import clock
from shangliang.kit.states import IllegalMove
from shangliang.kit.tests import lives
from shangliang.kit.tests.lives import TIME, Moves, Step, dead_ends, live_all, ways
from shangliang.ledger.models import Entry
from shangliang.ledger.verifying import differing
from shangliang.sortition import queries as draws
from shangliang.topics.models import Topic
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db

D = DeliberationState
NOW = MONDAY + timedelta(days=8)  # on which sessions of the Monday before last have been held
EACH = 13  # so many lives begin with each act of the tables
# Whoever holds the key to a signature, and the draw that has ended: nobody's roles.
KEY = Actor(ActorKind.SUBMITTER, key="link")
DRAW = Actor(ActorKind.SUBMITTER, key="draw")
Try = Callable[["Life", Actor, datetime], object]


@dataclass(repr=False)
class Life:
    """One topic with its latest session, as far as that has come."""

    world: World
    topic: Topic
    session: Deliberation | None = None
    tokens: dict[int, str] = field(default_factory=dict)  # keys as they were handed out, by signature
    signatures: dict[str, Signature] = field(default_factory=dict)  # by seat, with record and session

    def __repr__(self) -> str:
        return where(self)

    @property
    def held(self) -> Deliberation:
        assert self.session is not None
        return self.session

    @property
    def record(self) -> Record | None:
        return queries.record_of(self.session) if self.session else None


def fetched(life: Life) -> Life:
    """The rows as they are now, as a page would fetch them."""
    topic = Topic.objects.select_related("room").get(pk=life.topic.pk)
    rows = Deliberation.objects.select_related("topic", "room", "record", "draw", "poll")
    found = Life(life.world, topic, rows.filter(topic=topic).order_by("-pk").first(), dict(life.tokens))
    if found.record is not None:
        for row in queries.signatures_of(found.record):
            row.record, found.record.deliberation = found.record, found.held
            found.signatures[row.seat] = row
    return found


def unsaved(life: Life, form: Form) -> Deliberation:
    """A session about the topic that is not there yet: whose desk it would lie on."""
    topic = life.topic
    place = {name: getattr(topic, name) for name in ("desk_path", "desk_room_no", "is_embargoed")}
    return Deliberation(topic=topic, room=topic.room, form=form.value, **place)


def _prepare(life: Life, who: Actor, at: datetime) -> object:
    plan, guests = make.draft(at), make.guests(life.world)
    return preparing.prepare(topic=life.topic, draft=plan, guests=guests, actor=who, at=at)


def _talk(life: Life, who: Actor, at: datetime) -> object:
    talk = Talk(at - timedelta(hours=1), "楼下", "楼道灯", 4, "物业：周五前换灯")
    return any_time.write(room=life.topic.room, talk=talk, topic=life.topic, actor=who, at=at)


def _change(life: Life, who: Actor, at: datetime) -> object:
    words = life.held.subject_line + "？" if len(life.held.subject_line) < 60 else "楼道灯"
    plan = make.draft(at, subject_line=words)
    return preparing.change(deliberation=life.held, draft=plan, actor=who, at=at)


def _invite(life: Life, who: Actor, at: datetime) -> object:
    kept = list(life.held.participants.values_list("pk", flat=True))
    return preparing.invite(deliberation=life.held, keep=kept, guests=[], actor=who, at=at)


def _attend(life: Life, who: Actor, at: datetime) -> object:
    here = frozenset(life.held.participants.values_list("pk", flat=True))
    attendance = meeting.Attendance(here=here, heads=6)
    return meeting.write_attendance(deliberation=life.held, attendance=attendance, actor=who, at=at)


def _tell(life: Life, who: Actor, at: datetime) -> object:
    refs = [guest.ref for guest in queries.told_guests(life.held)]
    return telling.tell(deliberation=life.held, refs=refs, way=HandWay.PHONE, actor=who, at=at)


def _write(conclusion: Conclusion) -> Try:
    more: dict[str, Any] = {"conclusion": conclusion, "was_read_back": True}
    if conclusion == Conclusion.NO_AGREEMENT:
        more |= {"measures": [], "dissent": "一楼不同意"}

    def do(life: Life, who: Actor, at: datetime) -> object:
        text = make.text(life.held, **more)
        return recording.save_draft(deliberation=life.held, text=text, actor=who, at=at)

    return do


def _keep(life: Life, who: Actor, at: datetime) -> object:
    return recording.keep(deliberation=life.held, text=make.text(life.held), actor=who, at=at)


def _seat_panel(life: Life, who: Actor, at: datetime) -> object:
    draw = life.held.draw
    if who is not DRAW or draw is None:
        raise Denied("")
    if not seating.seat_panel(draw=draw, at=at):
        raise IllegalMove(DELIBERATION.name, "seat_panel", life.held.state)
    return None


def _waiting_panel(life: Life) -> Deliberation | None:
    """A session whose panel was drawn and is not on its list yet."""
    row = life.session
    if row is None or row.draw is None or row.participants.exclude(ref="").exists():
        return None
    return row if draws.seated(row.draw) else None


def _d(act: str, do: Callable[..., object], *unmet: str, **facts: object) -> Step[Life]:
    """An act on the session that is there, with what its action is told."""

    def press(life: Life, who: Actor, at: datetime) -> object:
        return do(deliberation=life.held, actor=who, at=at, **facts)

    return Step(DELIBERATION, lambda life: life.session, lambda _: act, press, frozenset(unmet))


def _told(act: str, do: Try, *unmet: str) -> Step[Life]:
    return Step(DELIBERATION, lambda life: life.session, lambda _: act, do, frozenset(unmet))


def _post(act: str, do: Callable[..., object], of: Callable[[Life], Any], **facts: object) -> Step[Life]:
    def press(life: Life, who: Actor, at: datetime) -> object:
        return do(post=of(life), actor=who, at=at, **facts)

    return Step(POST, of, lambda _: act, press)


def _s(
    act: str, seat: Seat, do: Callable[[Life, Signature, Actor, datetime], object], **more: Any
) -> Step[Life]:
    def press(life: Life, who: Actor, at: datetime) -> object:
        return do(life, life.signatures[seat], who, at)

    return Step(SIGNATURE, lambda life: life.signatures.get(seat), lambda _: act, press, **more)


def _is_own(signature: Signature, who: Actor) -> bool:
    role = role_on_desk(who, Permission.RECORD_SIGN, signature.record.deliberation)
    return role is not None and is_ones_own(role, signature)


def _sign(*, own: bool) -> Callable[[Life, Signature, Actor, datetime], object]:
    """At the desk: whose name it is, or who stands in for them; the action finds out which of the two."""

    def do(life: Life, signature: Signature, who: Actor, at: datetime) -> object:
        role = role_on_desk(who, Permission.RECORD_SIGN, signature.record.deliberation)
        if role is not None and _is_own(signature, who) is not own:
            raise Denied("")  # the other act
        return signing.sign(signature=signature, actor=who, at=at)

    return do


def _by_link(life: Life, signature: Signature, who: Actor, at: datetime) -> object:
    """As the page behind the link does it."""
    if who is not KEY:
        raise Denied("")
    found = queries.signature_by_token(life.tokens.get(signature.pk, ""), at)
    if found is None:
        raise IllegalMove(SIGNATURE.name, "sign_by_link", "outdated")
    return signing.sign_by_link(signature=found, at=at)


def _link_is_dead(seat: Seat) -> Callable[[Life, Actor], bool]:
    def is_dead(life: Life, who: Actor) -> bool:
        signature = life.signatures.get(seat)
        token = life.tokens.get(signature.pk, "") if signature else ""
        return queries.signature_by_token(token, clock.now()) is None

    return is_dead


def _make_link(life: Life, signature: Signature, who: Actor, at: datetime) -> object:
    signing.send_link(signature=signature, actor=who, at=at)
    life.tokens[signature.pk] = signing.new_token(signature)  # as the message does
    return None


def _paper(life: Life, signature: Signature, who: Actor, at: datetime) -> object:
    return signing.mark_paper(signature=signature, signed_at=at, paper=make.sheet(), actor=who, at=at)


ANNOUNCE_LACKS = (
    "time_missing",
    "time_past",
    "lead_too_short",
    "route_missing",
    "not_reviewed",
    "in_review",
    "covered",
    "taken_down",
    "topic_not_ready",
)
RECORD_LACKS = tuple(code for code in UNMET if code.startswith(("record_", "measure", "conclusion"))) + (
    "not_read_back",
    "held_in_future",
    "statutory_only_proposal",
)
TOPIC_LACKS = frozenset({"already_open", "topic_not_ready"})
session, record = (lambda life: life.session), (lambda life: life.record)
STEPS: dict[str, Step[Life]] = {
    "prepare": Step(
        DELIBERATION, lambda life: unsaved(life, Form.FORMAL), lambda _: "prepare", _prepare, TOPIC_LACKS
    ),
    "talk": Step(
        DELIBERATION,
        lambda life: unsaved(life, Form.ANY_TIME),
        lambda _: "write_any_time",
        _talk,
        TOPIC_LACKS,
    ),
    "change": _told("change", _change),
    "invite": _told("invite", _invite),
    "send to review": _d(
        "send_to_review", announcing.send_to_review, "time_missing", "time_past", "lead_too_short"
    ),
    "announce": _d("announce", announcing.announce, *ANNOUNCE_LACKS),
    "postpone": _d("postpone", announcing.postpone, reason="下雨"),
    "cancel": _d("cancel", announcing.cancel, reason="已经修好"),
    "ask": _d("ask", asking.ask),
    "draw": _d("draw", seating.draw_for),
    "seat the panel": Step(DELIBERATION, _waiting_panel, lambda _: "seat_panel", _seat_panel),
    "who came": _told("write_attendance", _attend),
    "open": _d("open", meeting.open_session, "attendance_missing", "party_absent"),
    "close": _d("close", meeting.close),
    "agreed": _told("write_record", _write(Conclusion.AGREED)),
    "saved by itself": _told("keep_record", _keep),
    "not agreed": _told("write_record", _write(Conclusion.NO_AGREEMENT)),
    "send to sign": _d("send_to_sign", signing.send, *RECORD_LACKS),
    "take back": _d("take_back", recording.take_back),
    "tell": _told("tell", _tell, "nobody_told"),
    "add": _d("add", recording.add, text="灯已经换好。"),
    "release": _post("release", publication.release, session),
    "hold back": _post("hold_back", publication.hold_back, session, reason="有姓名"),
    "cover": _post("cover", publication.cover, session, reason="有姓名"),
    "confirm the cover": _post("confirm_cover", publication.confirm_cover, session),
    "restore": _post("restore", publication.restore, session),
    "release the record": _post("release", publication.release, record),
    "cover the record": _post("cover", publication.cover, record, reason="有姓名"),
}
for seat in (Seat.FIRST_CONVENER, Seat.SECOND_CONVENER):
    STEPS |= {
        f"{seat.value} signs": _s("sign", seat, _sign(own=True)),
        f"somebody signs for {seat.value}": _s("sign_for", seat, _sign(own=False)),
        f"{seat.value} gets a link": _s(
            "send_link", seat, _make_link, unmet=frozenset({"signer_without_address"})
        ),
        f"{seat.value} signs by link": _s("sign_by_link", seat, _by_link, is_over=_link_is_dead(seat)),
        f"{seat.value} signed on paper": _s(
            "mark_paper", seat, _paper, unmet=frozenset({"signature_day_wrong"})
        ),
    }


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    """Whether `who` holds what the table asks for, at that moment."""
    row = step.row(life)
    act = step.act(row)
    needed = step.machine.needs(act)
    if not needed:
        return who is (KEY if step.machine is SIGNATURE else DRAW)
    if step.machine is POST:
        is_own = act in {"release", "hold_back"} and publication.proposer_key(row.subject) == who.key
        return role_on_desk(who, Permission(needed), row.desk) is not None and not is_own
    if act in {"sign", "sign_for"}:
        try:
            role = check_can_sign(who, Permission(needed), row, at)
        except Denied:
            return False
        return role is not None and is_ones_own(role, row) == (act == "sign")
    if step.machine is SIGNATURE:  # neither convener notes it, nor sends a link, for the other
        return role_over(who, Permission(needed), row) is not None
    return role_on_desk(who, Permission(needed), row) is not None


def people_of(life: Life) -> list[Actor]:
    roles = (
        Role.CLERK,
        Role.FIRST_CONVENER,
        Role.SECOND_CONVENER,
        Role.STAND_IN,
        Role.REVIEWER,
        Role.TOWN_OFFICE,
        Role.DISTRICT_OFFICE,
    )
    return [*(life.world.actor(role) for role in roles), life.world.outsider, ANONYMOUS, KEY, DRAW]


def clocks_of(life: Life) -> dict[str, list[str]]:
    """What runs for the session and for its record: own clocks, and those of whoever reviews."""
    rows = Clock.objects.running()
    kinds = {"session": life.session, "record": life.record}
    return {
        name: sorted(rows.of(row.subject).values_list("rule", flat=True)) if row else []
        for name, row in kinds.items()
    }


def picture(life: Life) -> tuple[object, ...]:
    """What a refusal leaves as it was."""
    row, kept = life.session, life.record
    signed = sorted(kept.signatures.values_list("seat", "way", "token_hash")) if kept else []
    return (
        Topic.objects.values_list("state", flat=True).get(pk=life.topic.pk),
        (row.state, row.release, row.version, row.held_at, row.poll_id, row.draw_id) if row else (),
        (kept.release, kept.said, kept.written_at) if kept else (),
        signed,
        clocks_of(life),
        Entry.objects.count(),
    )


PREPARES, WRITES, SIGNS = "topics.prepare_days", queries.RECORD_ROOM, queries.SIGN
REVIEWS = {Release.IN_REVIEW: [publication.REVIEW], Release.COVERED: [publication.CONFIRM]}


def check(life: Life, act: str) -> None:
    """Where things stand now: one clock for whoever is next, one for whoever reviews, and the topic beside it."""
    row, kept, running = life.session, life.record, clocks_of(life)
    if row is None:
        return
    subjects = [each.subject for each in (row, kept) if each is not None]
    assert list(dead_tasks(people_of(life), clock.now(), subjects)) == [], act
    assert differing(bound.DELIBERATION, row) == [], act
    is_sent = kept is not None and kept.written_at is not None
    after = SIGNS if is_sent else WRITES
    own = {D.PREPARED: [PREPARES], D.ANNOUNCED: [WRITES], D.UNDER_WAY: [WRITES], D.TO_BE_CONFIRMED: [after]}
    expected = sorted(own.get(D(row.state), []) + REVIEWS.get(Release(row.release), []))
    assert running["session"] == expected, (act, row.state, row.release)
    if kept is not None:
        assert running["record"] == REVIEWS.get(Release(kept.release), []), (act, kept.release)
        signed = list(kept.signatures.values_list("way", flat=True))
        assert bool(signed) == is_sent, act
        is_complete = is_sent and SignatureWay.WAITING not in signed
        assert (row.state == D.ARCHIVED) == is_complete == (kept.confirmed_at is not None), act
    stands = Topic.objects.values_list("state", flat=True).get(pk=row.topic_id)
    if row.state in {D.ANNOUNCED, D.UNDER_WAY, D.TO_BE_CONFIRMED}:
        assert stands == TopicState.DELIBERATING, act
    if row.state == D.ARCHIVED and kept is not None:
        unsolved = kept.conclusion == Conclusion.NO_AGREEMENT
        assert stands == (TopicState.UNSOLVED if unsolved else TopicState.AGREED), act


def days_go_by(life: Life, at: datetime, moves: Moves) -> Life:
    """The worker looks after weeks: a stand-in is asked, nothing is decided."""
    subjects = [row.subject for row in (life.session, life.record) if row is not None]
    pass_until(at, *subjects)
    life = fetched(life)
    others_moved = {move.name for move in moves if move.machine in {"deliberation", "signature", "post"}}
    assert others_moved <= {"deliberation.seat_panel"}
    check(life, TIME)
    return life


def leads_to(step: Step[Life], act: str, life: Life) -> str:
    """The last signature confirms the record; what the reviewer does is not in these tables."""
    if step.machine is POST:
        return ""
    waiting = life.record.signatures.filter(signed_at=None).count() if life.record else 0
    return "deliberation.confirm" if waiting == 1 and act == "signature.sign" else act


def _inside(life: Life) -> tuple[object, ...]:
    """What is as before once a press was taken back; a record that was begun stays, and a version never goes back."""
    row = life.session
    state = (row.state, row.release, row.held_at, row.ended_at, row.poll_id, row.draw_id) if row else ()
    return (Topic.objects.values_list("state", flat=True).get(pk=life.topic.pk), state, clocks_of(life))


WORLD = lives.World(
    machines=(DELIBERATION, SIGNATURE),
    steps=STEPS,
    people=people_of,
    may=may,
    again=fetched,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
    take_back=take_back_last,
    inside=_inside,
    leads_to=leads_to,
    days_go_by=days_go_by,
    is_waiting=lambda life: bool(
        life.record and life.record.written_at and life.held.state == D.TO_BE_CONFIRMED
    ),
)


def starts() -> list[Life]:
    """One topic for each place where a session can stand, and those beside them that go another way."""
    world = make_world(now=MONDAY)
    give(make_user("reviewer"), Role.REVIEWER, room_no=world.room.no)

    def on(**changed: Any) -> World:
        """The same room with another topic."""
        place = {"desk_path": TOWN, "desk_room_no": "", "is_embargoed": True}
        facts = {"state": "adopted", **changed, **(place if changed.get("is_embargoed") else {})}
        topic = Topic.objects.get(pk=world.topic.pk)
        topic.pk = None
        for name, value in facts.items():
            setattr(topic, name, value)
        topic.save()
        return World(**{**vars(world), "topic": topic})

    def life(of: World, **more: Any) -> Life:
        return fetched(Life(of, of.topic, **more))

    def reach(build: Callable[..., Deliberation], at: datetime, **more: Any) -> Life:
        of = on()
        build(of, at, **more)
        return life(of)

    week_ago = MONDAY  # what was planned then was to take place yesterday
    found = [
        life(on()),
        life(on(is_embargoed=True)),
        life(on(is_statutory=True)),
        reach(make.prepared, NOW),
        reach(_sent, NOW),
        reach(_released, NOW),
        reach(make.announced, NOW),
        reach(make.announced, week_ago),
        reach(_attended, week_ago),
        reach(_with_panel, NOW),
        reach(make.under_way, week_ago),
        reach(make.held, week_ago),
        reach(_drafted, week_ago),
        reach(make.to_sign, week_ago),
        reach(_half_signed, week_ago),
        reach(make.to_sign, MONDAY - timedelta(days=14)),
        reach(make.archived, week_ago),
    ]
    while react(NOW):  # each convener gets a link by this, which those that follow outdate
        pass
    linked = reach(make.to_sign, week_ago)
    for signature in Signature.objects.exclude(person=None).select_related("person"):
        make.reachable(signature)
    return [*found, _with_links(linked)]


def _sent(world: World, at: datetime) -> Deliberation:
    deliberation = make.prepared(world, at)
    announcing.send_to_review(deliberation=deliberation, actor=world.clerk, at=at)
    return again(deliberation)


def _released(world: World, at: datetime) -> Deliberation:
    return make.reviewed(make.prepared(world, at), at)


def _attended(world: World, at: datetime) -> Deliberation:
    deliberation = make.announced(world, at)
    _attend(Life(world, world.topic, deliberation), world.clerk, at)
    return again(deliberation)


def _with_panel(world: World, at: datetime) -> Deliberation:
    """The draw has ended; the worker has not put the panel on the list yet."""
    deliberation = make.announced(world, at)
    draw = seating.draw_for(deliberation=deliberation, actor=world.clerk, at=at)
    drawn(draw)
    deliberation.participants.exclude(ref="").delete()
    return again(deliberation)


def _drafted(world: World, at: datetime) -> Deliberation:
    """Its record has its five and lies with the clerk."""
    deliberation = make.held(world, at)
    text = make.text(deliberation)
    recording.save_draft(deliberation=deliberation, text=text, actor=world.clerk, at=at)
    return again(deliberation)


def _half_signed(world: World, at: datetime) -> Deliberation:
    deliberation = make.to_sign(world, at)
    first = deliberation.record.signatures.get(seat=Seat.FIRST_CONVENER.value)
    signing.sign(signature=first, actor=world.actor(Role.FIRST_CONVENER), at=deliberation.ended_at or at)
    return again(deliberation)


def _with_links(life: Life) -> Life:
    for signature in life.signatures.values():
        _make_link(life, signature, life.world.clerk, NOW)
    return life


def test_lives_keep_their_promises() -> None:
    with clock.at(NOW):
        everything = starts()
    live_all(WORLD, everything, NOW, few=EACH)


def where(life: Life) -> str:
    """Where the whole of it stands: the session, its announcement, who came, its record and signatures."""
    row, kept = life.session, life.record
    if row is None:
        return "no session"
    signed = sorted(kept.signatures.values_list("seat", "way")) if kept else []
    is_written = bool(kept and kept.conclusion)
    at_the_table = bool(row.attendance_at), bool(row.held_at)
    return str(
        (row.form, row.state, row.release, at_the_table, is_written, bool(kept and kept.written_at), signed)
    )


@pytest.mark.one_engine
def test_from_everywhere_somebody_leads_on_to_an_end() -> None:
    with clock.at(NOW):
        everything = starts()
    found = ways(WORLD, everything, where, NOW)
    states = {state.value for state in D}
    assert states == {state for state in states if any(f"'{state}'" in here for here in found)}
    finals = {here for here in found if f"'{D.ARCHIVED}'" in here or f"'{D.CANCELLED}'" in here}
    assert dead_ends(found, found, finals) == set()
