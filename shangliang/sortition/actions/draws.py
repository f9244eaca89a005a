"""The clerk's acts before the lot is drawn: seats and quotas, the open call, the question whether it is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import OnDesk, require_role
from shangliang.access.roles import Permission
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.kit.jobs import wake
from shangliang.places.models import Room
from shangliang.sortition import queries, rules
from shangliang.sortition.actions.transitions import begin_change, begin_draw, end
from shangliang.sortition.models import Draw, Quota


def prepare(*, desk: OnDesk, room: Room, title: str, origin: str, actor: Actor, at: datetime) -> Draw:
    """A draw on the desk of what it is for; who asks for it keeps the key."""
    role = require_role(actor, Permission.DRAW_KEEP, desk)
    draw = Draw.objects.create(
        key=ids.new_key(),
        title=fitted(Draw, "title", title),
        room=room,
        origin=origin,
        desk_path=desk.desk_path,
        desk_room_no=desk.desk_room_no,
        is_embargoed=desk.is_embargoed,
        made_at=at,
    )
    end(Begun(actor, role, Kind.DRAW_PREPARED, ""), draw, at)
    return draw


def say_when(*, draw: Draw, meets_at: datetime | None, where: str) -> None:
    """What those who are drawn read in their letter and on their page; None takes it back. On behalf of what it is for."""
    Draw.objects.filter(pk=draw.pk).update(meets_at=meets_at, meets_where=fitted(Draw, "meets_where", where))


@transaction.atomic
def set_up(
    *, draw: Draw, size: int, features: Sequence[rules.Feature], actor: Actor, at: datetime
) -> list[rules.Asked]:
    """How many seats, and which kinds of people: quotas follow in proportion, unless nothing has changed."""
    draw, begun = begin_change(draw, "set_up", actor)
    before = queries.asked(draw)
    if draw.size == size and [each.feature for each in before] == list(features):
        return before
    flexible = {(row.feature.category, row.feature.name) for row in before if row.is_flexible}
    draw.size = size
    draw.save(update_fields=["size"])
    draw.quotas.all().delete()
    Quota.objects.bulk_create(
        [
            Quota(
                draw=draw,
                category=each.feature.category,
                feature=each.feature.name,
                people=each.feature.people,
                low=each.low,
                high=each.high,
                is_flexible=(each.feature.category, each.feature.name) in flexible,
            )
            for each in rules.propose(features, size)
        ]
    )
    end(begun, draw, at, size=size, quotas=len(features))
    return queries.asked(draw)


@transaction.atomic
def bound(*, draw: Draw, ends: Mapping[int, tuple[int, int, bool]], actor: Actor, at: datetime) -> None:
    """Other ends of quotas, by their key: least, most, whether they may move. Raises Blocked."""
    draw, begun = begin_change(draw, "bound", actor)
    rows = list(draw.quotas.order_by("pk"))
    for row in rows:
        if row.pk in ends:
            row.low, row.high, row.is_flexible = ends[row.pk]
    keys = [row.pk for row in rows]
    require(rules.missing_in_quotas([queries.as_asked(row) for row in rows], draw.size, keys))
    Quota.objects.bulk_update(rows, ["low", "high", "is_flexible"])
    end(begun, draw, at, quotas=[[row.pk, row.low, row.high] for row in rows])


@transaction.atomic
def call(*, draw: Draw, is_open: bool, until: date | None, actor: Actor, at: datetime) -> None:
    """Let people put their names down by themselves, or end that. Raises Blocked where nobody would know for what,
    or where the last day is over already."""
    draw, begun = begin_change(draw, "call", actor)
    unmet = []
    if is_open and not draw.quotas.exists():
        unmet.append(Unmet("no_quota", mend="categories"))
    if is_open and until is not None and until < local_day(at):
        unmet.append(Unmet("call_over", mend="until"))
    require(unmet)
    draw.is_called, draw.call_until = is_open, until
    draw.save(update_fields=["is_called", "call_until"])
    end(begun, draw, at, open=is_open)


@transaction.atomic
def ask_check(*, draw: Draw, actor: Actor, at: datetime) -> None:
    """Ask the worker whether a panel exists; the answer stands on the page within seconds. Raises Blocked."""
    draw, _begun = begin_change(draw, "ask_check", actor)
    require(rules.missing_in_quotas(queries.asked(draw), draw.size))
    draw.check_asked_at = at
    draw.save(update_fields=["check_asked_at"])
    transaction.on_commit(wake)


@transaction.atomic
def answer_check(*, draw: Draw, asked_at: datetime, answer: Mapping[str, object]) -> None:
    """The worker's answer to the question asked at that moment; a newer question stays open."""
    Draw.objects.filter(pk=draw.pk).update(checked_at=asked_at, answer=dict(answer))


@transaction.atomic
def settle(*, draw: Draw, actor: Actor, at: datetime) -> None:
    """The panel is complete, or complete enough: it is handed on to whoever asked for it. Raises Blocked."""
    draw, begun = begin_draw(draw, "settle", actor)
    require(queries.missing_for_settling(draw))
    clocks.stop_all(draw.subject, at=at)
    draw.settled_at = at
    draw.save(update_fields=["state", "settled_at"])
    panel = [row.number for row in queries.seated(draw)]
    end(begun, draw, at, panel=panel)


@transaction.atomic
def cancel(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> None:
    """No lot is drawn after all. Raises Blocked without a reason, or while a lottery is open."""
    draw, begun = begin_draw(draw, "cancel", actor)
    unmet = [] if reason.strip() else [Unmet("reason_missing", mend="reason")]
    if queries.open_lottery(draw) is not None:
        unmet.append(Unmet("lottery_open", mend="lottery"))
    require(unmet)
    draw.is_called, draw.settled_at = False, at
    draw.reason = reason.strip()
    draw.save(update_fields=["state", "is_called", "settled_at", "reason"])
    clocks.stop_all(draw.subject, at=at)
    end(begun, draw, at)
