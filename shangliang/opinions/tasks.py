"""The worker's part: maps, each at most every two seconds while votes arrive, a large one never before a small one."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.opinions import queries
from shangliang.opinions.engine.opinion_map import compute
from shangliang.opinions.engine.picture import aims, picture, stability
from shangliang.opinions.engine.state import BadState, State
from shangliang.opinions.models import OpinionMap, Poll, Vote
from shangliang.opinions.states import PARTS, Part, StatementState
from shangliang.rulebook import book

log = logging.getLogger(__name__)


def draw_maps(now: datetime) -> bool:
    """Draw what is due; returns whether more will be due in a moment. One that fails says so on its page, and the
    old one stays."""
    least = timedelta(seconds=book().at(local_day(now)).integer("opinions.map_seconds"))
    more = False
    for row in queries.undrawn():
        if row.tried is not None and row.tried > now - least:
            more = True
            continue
        try:
            draw(row.poll, row.part, row.newest)
        except Exception as error:  # the others must not wait for this one
            log.exception("the map of poll %s (%s) failed", row.poll.pk, row.part)
            more = True
            OpinionMap.objects.update_or_create(
                poll=row.poll,
                part=row.part.value,
                defaults={"failed_at": clock.now(), "error": f"{type(error).__name__}: {error}"[:200]},
            )
    return more


def draw(poll: Poll, part: Part, newest: datetime) -> None:
    """One map: read, compute outside of any transaction, write."""
    begun = time.monotonic()
    kinds = [kind.value for kind, its in PARTS.items() if its is part]
    rows = Vote.objects.filter(poll=poll, voter__kind__in=kinds, at__lte=newest).order_by("at", "pk")
    table = np.array(list(rows.values_list("voter_id", "statement_id", "value")), np.int64).reshape(-1, 3)
    columns = (table[:, 0], table[:, 1], table[:, 2])
    hidden = poll.statements.exclude(state=StatementState.SHOWN.value)
    rejected = set(hidden.values_list("pk", flat=True))
    kept = OpinionMap.objects.filter(poll=poll, part=part.value).first()
    found = compute(*columns, moderated=rejected, state=_state(kept))
    shown = picture(found, book().at(local_day(newest)).integer("opinions.group_count"))
    shown["stability"] = stability(columns, found)
    with transaction.atomic():
        OpinionMap.objects.update_or_create(
            poll=poll,
            part=part.value,
            defaults={
                "drawn_at": clock.now(),
                "votes_until": newest,
                "picture": shown,
                "aims": aims(found, rejected),
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
