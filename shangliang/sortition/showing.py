"""What the pages say: unmet conditions, history in plain words, what the worker found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.events.kinds import Kind
from shangliang.kit.jobs import Lost
from shangliang.kit.punctuation import listed
from shangliang.ledger.queries import Line, in_words
from shangliang.people.showing import said
from shangliang.sortition import rules
from shangliang.sortition.labels import (
    CALL_RESULTS,
    OUT_REASONS,
    SEED_WAYS,
    VOLUNTEER_KINDS,
    VOLUNTEER_STATES,
)
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.queries import Share
from shangliang.sortition.states import CallResult, OutReason, SeedWay, VolunteerState

BAR = 100  # width of a whole bar


def history_lines(draw: Draw, lotteries: Iterable[Lottery], lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Ledger rows as sentences; words that people wrote stand in the rows of the draw, never in the ledger."""
    by_number = {row.number: row for row in lotteries}
    found = list(lines)
    words = [
        {**each, "text": _detail(line, draw, by_number)}
        for line, each in zip(found, in_words(found, "draw"), strict=True)
    ]
    return said(found, words)


def _detail(line: Line, draw: Draw, lotteries: Mapping[int, Lottery]) -> str:
    facts = line.content
    lottery = lotteries.get(int(str(facts.get("lottery") or 0)))
    match line.event:
        case Kind.DRAW_FIXED:
            return _("各组的指纹 %(seal)s") % {"seal": facts.get("panels_sha256", "")}
        case Kind.DRAW_DRAWN if lottery is not None:
            return _("%(way)s：%(seed)s，抽中第 %(panel)s 组") % {
                "way": SEED_WAYS[SeedWay(lottery.seed_way)],
                "seed": lottery.seed,
                "panel": lottery.panel_number,
            }
        case Kind.DRAW_FILLED | Kind.VOLUNTEER_LEFT | Kind.VOLUNTEER_REPLIED:
            return _about_people(line.event, facts)
        case Kind.VOLUNTEER_CALLED | Kind.VOLUNTEER_LETTER_BROUGHT:
            result = facts.get("result")
            words = CALL_RESULTS[CallResult(str(result))] if result else ""
            return " · ".join(filter(None, [str(facts.get("volunteer", "")), str(words)]))
        case Kind.DRAW_TAKEN_BACK if lottery is not None:
            return lottery.reason
        case Kind.DRAW_CANCELLED:
            return draw.reason
        case Kind.VOLUNTEER_ENTERED if facts.get("count"):
            return _people(facts["count"])
        case Kind.DRAW_PREPARED if facts.get("size"):
            return _seats(facts["size"])
        case Kind.DRAW_CALLED:
            return _("开始") if facts.get("open") else _("结束")
    return ""


def _people(n: Any) -> str:
    return ngettext("%(n)s 人", "%(n)s 人", n) % {"n": n}


def _seats(n: Any) -> str:
    return ngettext("抽 %(n)s 位", "抽 %(n)s 位", n) % {"n": n}


def answer(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the last check found: a title, its kind, and sentences."""
    if not found:
        return None
    if found.get("possible") is None:
        return {
            "kind": "warn",
            "title": _("时间不够，还不知道能不能抽成"),
            "lines": [_("人分得太细了。请少分几类，或者放宽几项，再看一次。")],
        }
    people = {"people": found.get("people", 0), "n": found.get("size", 0)}
    if found["possible"]:
        lines = [_("按现在参加抽签的 %(people)s 人，抽 %(n)s 位，抽得成。") % people]
        if found.get("least"):
            lines.append(
                _("最公平的抽法，机会最小的人有 %(percent)s。")
                % {"percent": rules.in_percent(found["least"])}
            )
        return {"kind": "good", "title": _("抽得成"), "lines": lines}
    return {"kind": "late", "title": _("抽不成"), "lines": mends(found)}


def mends(found: Mapping[str, Any]) -> list[str]:
    """The smallest changes after which a panel exists, as sentences."""
    if found.get("lost") == Lost.TIME:
        return [_("规定的时间里没有编完。请少分几类，或者放宽几项，再试一次。")]
    if found.get("lost"):
        return [_("编组的程序出了错，名单没有动。请再试一次；还不行，请告诉系统管理员。")]
    lines = []
    for each in found.get("mends", []):
        words = {**each, "name": f"{each['category']} {each['feature']}"}
        if each["new_low"] < each["low"]:
            lines.append(_("“%(name)s”最少人数由 %(low)s 降到 %(new_low)s。") % words)
        if each["new_high"] > each["high"]:
            lines.append(_("“%(name)s”最多人数由 %(high)s 升到 %(new_high)s。") % words)
    if lines:
        return [_("改动最小的办法："), *lines]
    most = found.get("largest", 0)
    return [
        ngettext(
            "现在参加抽签的人里，最多只能抽出 %(n)s 位：同一家的只能来一位。",
            "现在参加抽签的人里，最多只能抽出 %(n)s 位：同一家的只能来一位。",
            most,
        )
        % {"n": most}
    ]


MOST_NUMBERS = 5  # in one sentence; more are counted, and each person reads it on the own page


def _chances(least: float, most: float) -> str:
    """Of those who can be drawn at all: where somebody cannot, only the largest is known here."""
    if least <= 0:
        return _("抽得到的人里，机会最大的是 %(most)s。") % {"most": rules.in_percent(most)}
    return _("机会最小的人是 %(least)s，最大的是 %(most)s。") % {
        "least": rules.in_percent(least),
        "most": rules.in_percent(most),
    }


def _without_chance(numbers: Sequence[int]) -> str:
    if len(numbers) <= MOST_NUMBERS:
        return _("%(numbers)s 号那一类这次没有名额，抽不到。") % {"numbers": listed(numbers)}
    n = len(numbers)
    return ngettext(
        "另有 %(n)s 人，所在的那一类这次没有名额，抽不到。",
        "另有 %(n)s 人，所在的那一类这次没有名额，抽不到。",
        n,
    ) % {"n": n}


def lottery_lines(lottery: Lottery) -> list[str]:
    """What the fixed panels promise, in sentences."""
    report = lottery.report
    if "least" not in report:
        return []
    lines = [
        _("%(pool)s 人参加抽签，抽 %(n)s 位，编成 %(panels)s 组，每一组被抽中的机会一样大。")
        % {"pool": report["pool"], "n": lottery.size, "panels": report["panels"]},
        _chances(report["least"], report["most"]),
    ]
    if left := report.get("without_chance"):
        lines.append(_without_chance(left))
    if report["is_proven"]:
        lines.append(_("已经证明：在这些人数要求下，没有更公平的抽法。"))
    else:
        lines.append(
            _("规定的时间里没有证明这是最公平的：还没定下来的人，机会最多能到 %(bound)s。")
            % {"bound": rules.in_percent(report["open_bound"])}
        )
    return lines


def wanted(asked: Iterable[rules.Asked]) -> list[dict[str, str]]:
    """How many of each kind are asked for, attribute by attribute; for the facts of the open call."""
    found: dict[str, list[str]] = {}
    for each in asked:
        ends = str(each.low) if each.low == each.high else f"{each.low}–{each.high}"
        found.setdefault(each.feature.category, []).append(f"{each.feature.name} {ends}")
    return [{"label": category, "value": listed(parts)} for category, parts in found.items()]


def bars(rows: Iterable[Share]) -> list[dict[str, Any]]:
    """Attribute by attribute: place, pool and panel as three bars with their figures."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.category, []).append(
            {
                "row": row,
                "people": row.people_percent,
                "people_bar": _bar(row.people_percent),
                "pool_bar": _bar(row.pool_percent),
                "panel_bar": _bar(row.panel_percent),
            }
        )
    return [{"category": category, "rows": of} for category, of in found.items()]


def _bar(percent: float | None) -> int:
    return round(BAR * (percent or 0) / 100)


def _about_people(event: str, facts: Mapping[str, object]) -> str:
    if event == Kind.DRAW_FILLED:
        return filled_words(zip(_list(facts.get("seats")), _list(facts.get("drawn")), strict=False))
    if event == Kind.VOLUNTEER_REPLIED:
        state = VolunteerState.ACCEPTED if facts.get("comes") else VolunteerState.DECLINED
        return f"{facts.get('volunteer', '')} · {VOLUNTEER_STATES[state]}"
    reason = facts.get("reason")
    return f"{facts.get('volunteer', '')} · {OUT_REASONS[OutReason(str(reason))]}" if reason else ""


def filled_words(filled: Iterable[tuple[object, object]]) -> str:
    """Who was asked for whose seat, by number."""
    parts = [_("%(seat)s 号来不了，请 %(number)s 号") % {"seat": seat, "number": who} for seat, who in filled]
    return str(_("；")).join(parts)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _called(row: Volunteer) -> str:
    """What came of the last call, and when it was."""
    if row.called_at is None or not row.call_result:
        return ""
    when = date_format(timezone.localtime(row.called_at), _("n月j日 H:i"))
    return f"{CALL_RESULTS[CallResult(row.call_result)]} · {when}"


def volunteer_row(row: Volunteer, mates: Mapping[str, list[int]], offices: frozenset[str]) -> dict[str, Any]:
    """One volunteer on the desk's list."""
    state = VolunteerState(row.state)
    together = [each for each in mates.get(row.home_hash, []) if each != row.number] if row.home_hash else []
    return {
        "row": row,
        "kind": VOLUNTEER_KINDS[state],
        "word": VOLUNTEER_STATES[state],
        "kinds": " · ".join(row.values.values()),
        "together": listed(together),
        "is_office": row.name in offices and not row.was_checked and state == VolunteerState.WAITING,
        "is_waiting": state == VolunteerState.WAITING,
        "is_out": state == VolunteerState.OUT,
        "awaits_reply": state == VolunteerState.DRAWN,
        "called": _called(row),
        "is_drawn": state in {VolunteerState.DRAWN, VolunteerState.ACCEPTED, VolunteerState.DECLINED},
    }
