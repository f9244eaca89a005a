"""The worker's part: is a panel possible, the panels and chances of a lottery, and erasing what has served its purpose."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.jobs import Job, Lost
from shangliang.rulebook import book
from shangliang.sortition import queries, rules
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.engine import drawing as engine
from shangliang.sortition.engine.mending import Infeasible
from shangliang.sortition.engine.pool import Pool, Quota
from shangliang.sortition.engine.relaxed import Relaxed
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import DrawState

PACKAGE = "shangliang.sortition.tasks"
SPARE = 30  # seconds in which a job that has used up its time writes what it has found


def next_check(now: datetime) -> Job | None:
    """The question that has waited longest."""
    draw = queries.waiting_checks().first()
    if draw is None:
        return None
    asked_at, today = draw.check_asked_at or now, book().at(local_day(now))
    return Job(
        run=f"{PACKAGE}.check",
        args=(str(draw.pk),),
        seconds=today.integer("sortition.check_seconds") + SPARE,
        megabytes=today.integer("sortition.memory_megabytes"),
        lost=partial(_check_lost, draw, asked_at),
    )


def _check_lost(draw: Draw, asked_at: datetime, _why: Lost) -> None:
    draws.answer_check(draw=draw, asked_at=asked_at, answer={"possible": None})


def check(key: str) -> None:
    """Answer whether a panel exists with the quotas and the pool as they are now."""
    draw = Draw.objects.get(pk=int(key))
    asked_at = draw.check_asked_at
    if asked_at is None:
        return
    pool, quotas, size = table_of(draw)
    answer: dict[str, Any] = {"people": len(pool), "size": size, "at": clock.now().isoformat()}
    seconds = book().at(local_day(clock.now())).integer("sortition.check_seconds")
    try:
        shape = engine.possible(pool, quotas, size, seconds)
    except Infeasible as found:
        answer |= {"possible": False, "mends": _mends(found), "largest": found.largest}
    except TimeoutError:
        answer |= {"possible": None}
    else:
        level = Relaxed(shape).level()
        answer |= {"possible": True, "least": level.chance if level else None}
    draws.answer_check(draw=draw, asked_at=asked_at, answer=answer)


def next_lottery(now: datetime) -> Job | None:
    """The lottery that has waited longest for its panels."""
    lottery = queries.waiting_lotteries().first()
    if lottery is None:
        return None
    today = book().at(local_day(now))
    return Job(
        run=f"{PACKAGE}.fix",
        args=(str(lottery.pk),),
        seconds=today.integer("sortition.fix_seconds") + SPARE,
        megabytes=today.integer("sortition.memory_megabytes"),
        lost=partial(_lottery_lost, lottery),
    )


def _lottery_lost(lottery: Lottery, why: Lost) -> None:
    drawing.give_up(lottery=lottery, report={"lost": why.value}, at=clock.now())


def fix(key: str) -> None:
    """Make the panels and everybody's chance, and put their seals on record."""
    lottery = Lottery.objects.select_related("draw").get(pk=int(key))
    today = book().at(local_day(clock.now()))
    pool, quotas, size = table_of(lottery.draw)
    try:
        made = engine.prepare(
            pool,
            quotas,
            size,
            panels=today.integer("sortition.panels_count"),
            seconds=float(today.integer("sortition.fix_seconds")),
        )
    except Infeasible as found:
        report = {"mends": _mends(found), "largest": found.largest, "pool": len(pool)}
        drawing.give_up(lottery=lottery, report=report, at=clock.now())
        return
    except TimeoutError:
        drawing.give_up(lottery=lottery, report={"lost": Lost.TIME.value}, at=clock.now())
        return
    drawing.put_on_record(lottery=lottery, fixed=_fixed(made, pool, quotas), at=clock.now())


def _fixed(made: engine.Prepared, pool: Pool, quotas: list[Quota]) -> drawing.Fixed:
    return drawing.Fixed(
        panels=rules.canonical(made.panels).decode(),
        panels_sha256=made.fingerprint,
        pool_sha256=engine.fingerprint(pool, quotas),
        chances={who: round(float(chance), 12) for who, chance in zip(pool.ids, made.chances, strict=True)},
        report={
            "least": made.least,
            "most": float(made.chances.max()),
            "bound": made.bound,
            "is_proven": made.is_proven,
            "open_bound": made.open_bound,
            "without_chance": [
                int(who) for who, chance in zip(pool.ids, made.chances, strict=True) if chance == 0
            ],
            "gini": engine.gini(made.chances),
            "deviation": made.deviation,
            "pool": len(pool),
            "panels": len(made.panels),
            "different": len(set(made.panels)),
            "seconds": round(made.seconds, 2),
        },
    )


def table_of(draw: Draw) -> tuple[Pool, list[Quota], int]:
    """Pool, quotas and seats as the engine takes them; after a first draw only what the empty seats still need.

    Who has not said to which kinds they belong is not in the pool: quotas could not be kept with them.
    """
    asked = queries.asked(draw)
    quotas = [
        Quota(
            each.feature.category,
            each.feature.name,
            each.low,
            each.high,
            None if each.is_flexible else each.low,
            None if each.is_flexible else each.high,
        )
        for each in asked
    ]
    stay = queries.seated(draw)
    rows = [row for row in [*queries.pool(draw), *stay] if queries.is_whole(row, asked)]
    pool = _pool(
        sorted(rows, key=lambda row: row.number), tuple(dict.fromkeys(each.category for each in quotas))
    )
    if draw.state == DrawState.COLLECTING:
        return pool, quotas, draw.size
    empty = [f"empty-{seat}" for seat in range(draw.size - len(stay))]
    panel = [*(str(row.number) for row in stay), *empty]
    return engine.still_needed(pool, quotas, panel, empty)


def _pool(rows: list[Volunteer], categories: tuple[str, ...]) -> Pool:
    homes = tuple(row.home_hash for row in rows)
    return Pool(
        categories,
        tuple(str(row.number) for row in rows),
        tuple(tuple(row.values[category] for category in categories) for row in rows),
        homes if any(homes) else None,
    )


def _mends(found: Infeasible) -> list[dict[str, Any]]:
    return [
        {
            "category": each.quota.category,
            "feature": each.quota.feature,
            "low": each.quota.low,
            "high": each.quota.high,
            "new_low": each.low,
            "new_high": each.high,
        }
        for each in found.mends
    ]


def retain(now: datetime) -> int:
    """Erase names, homes and telephones once the table is over; of who may be asked again, once that time is over too."""
    today = book().at(local_day(now))
    over = now - timedelta(days=today.integer("sortition.keep_calendar_days"))
    standing = now - timedelta(days=today.integer("sortition.register_calendar_days"))
    done = 0
    for row in queries.erasable(over, standing):
        volunteering.erase(row)
        done += 1
    return done
