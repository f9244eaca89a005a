"""The worker's part: maps, each at most every two seconds while votes arrive, a large one never before a small one."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

import numpy as np
from django.db import transaction

from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.kit.jobs import Job, Lost
from shangliang.opinions import queries
from shangliang.opinions.engine.opinion_map import compute
from shangliang.opinions.engine.picture import aims, picture, stability
from shangliang.opinions.engine.state import BadState, State
from shangliang.opinions.engine.votes import Ints
from shangliang.opinions.models import OpinionMap, Poll, Vote
from shangliang.opinions.states import PARTS, Part, StatementState
from shangliang.rulebook import book

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 20_000


def draw_maps(now: datetime) -> bool:
    """Draw what is due and small; returns whether more will be due in a moment. One that fails says so on its page, and
    the old one stays."""
    today = book().at(local_day(now))
    least = timedelta(seconds=today.integer("opinions.map_seconds"))
    most, more = today.integer("opinions.apart_count"), False
    for row in queries.undrawn(now):
        if row.tried is not None and row.tried > now - least:
            more = True
        elif not queries.is_large(row.poll, most):
            try:
                draw(row.poll, row.part, row.newest)
            except Exception as error:  # the others must not wait for this one
                log.exception("the map of poll %s (%s) failed", row.poll.pk, row.part)
                more = True
                _failed(row.poll, row.part, f"{type(error).__name__}: {error}")
    return more


def next_apart(now: datetime) -> Job | None:
    """The large map that has waited longest, for a process of its own. One that failed waits as long as it may take."""
    today = book().at(local_day(now))
    seconds, most = today.integer("opinions.apart_seconds"), today.integer("opinions.apart_count")
    least = today.integer("opinions.map_seconds")
    for row in queries.undrawn(now):
        pause = timedelta(seconds=seconds if row.has_failed else least)
        if (row.tried is None or row.tried <= now - pause) and queries.is_large(row.poll, most):
            return Job(
                run="shangliang.opinions.tasks.draw_apart",
                args=(str(row.poll.pk), row.part.value, row.newest.isoformat()),
                seconds=seconds,
                megabytes=today.integer("opinions.apart_megabytes"),
                lost=partial(_lost, row.poll, row.part),
            )
    return None


def _lost(poll: Poll, part: Part, why: Lost) -> None:
    _failed(poll, part, why.value)


def _failed(poll: Poll, part: Part, why: str) -> None:
    defaults = {"failed_at": clock.now(), "error": fitted(OpinionMap, "error", why)}
    OpinionMap.objects.update_or_create(poll=poll, part=part.value, defaults=defaults)


def draw_apart(key: str, part: str, newest: str) -> None:
    """One large map, in a process of its own."""
    draw(Poll.objects.get(pk=int(key)), Part(part), datetime.fromisoformat(newest))


def draw(poll: Poll, part: Part, newest: datetime) -> None:
    """One map: read, compute outside of any transaction, write."""
    begun = time.monotonic()
    columns = _votes(poll, part, newest)
    hidden = poll.statements.exclude(state=StatementState.SHOWN.value)
    rejected = set(hidden.values_list("pk", flat=True))
    meta = set(poll.statements.filter(is_meta=True).values_list("pk", flat=True))
    kept = OpinionMap.objects.filter(poll=poll, part=part.value).first()
    found = compute(*columns, moderated=rejected, meta=meta, state=_state(kept))
    today = book().at(local_day(newest))
    least, sure = today.integer("opinions.group_count"), today.integer("opinions.division_count")
    shown = picture(found, least, sure, rejected | meta)
    shown["stability"] = stability(columns, found)
    with transaction.atomic():
        OpinionMap.objects.update_or_create(
            poll=poll,
            part=part.value,
            defaults={
                "drawn_at": clock.now(),
                "votes_until": newest,
                "picture": shown,
                "aims": aims(found, rejected | meta),
                "saved": found.state.to_bytes(),
                "seconds": time.monotonic() - begun,
                "failed_at": None,
                "error": "",
            },
        )


def _state(kept: OpinionMap | None) -> State | None:
    if kept is None or not kept.saved:
        return None
    try:
        return State.from_bytes(bytes(kept.saved))
    except BadState:  # written by another version: this map starts afresh
        return None


def _votes(poll: Poll, part: Part, newest: datetime) -> tuple[Ints, Ints, Ints]:
    """Who, on what, says what; in any order, for a person has one vote on a statement."""
    kinds = [kind.value for kind, its in PARTS.items() if its is part]
    rows = Vote.objects.filter(poll=poll, voter__kind__in=kinds, at__lte=newest)
    cells = chain.from_iterable(
        rows.values_list("voter_id", "statement_id", "value").iterator(chunk_size=ROWS_AT_ONCE)
    )
    table = np.fromiter(cells, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
