"""Asking the book: which value holds on a day, at a place. Cheap enough for every request."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from shangliang.rulebook.findings import Finding
from shangliang.rulebook.parameters import APPS, Dated, Override, Parameter
from shangliang.rulebook.units import MANY

VERSION_LENGTH = 16  # 64 bits: enough to tell books apart, short enough to stand in every ledger row


class UnknownRule(KeyError):
    """No such rule, or none yet on that day."""

    def __init__(self, id: str, day: date | None = None) -> None:
        super().__init__(id)
        self.id, self.day = id, day

    def __str__(self) -> str:
        when = f" on {self.day}" if self.day else ""
        return f"the rulebook has no {self.id}{when}; every id stands in shangliang/rulebook/standards"


class WrongKind(TypeError):
    """The rule is of another kind than the code asks for."""


@dataclass(frozen=True)
class Rules:
    """What holds on one day. Each question names the place by its area path; "" asks for the book's own value."""

    version: str
    since: date
    values: Mapping[str, Any]
    local: Mapping[str, Mapping[str, Any]]  # id -> area path -> value

    def value(self, id: str, area_path: str = "") -> Any:
        """The value for that place: its own, or that of the nearest tier above that has one."""
        here = self.local.get(id)
        while here is not None and area_path:
            if area_path in here:
                return here[area_path]
            area_path = area_path[: area_path.rfind("/", 0, -1) + 1]
        try:
            return self.values[id]
        except KeyError:
            raise UnknownRule(id, self.since) from None

    def allows(self, id: str, area_path: str = "") -> bool:
        value = self.value(id, area_path)
        if isinstance(value, bool):
            return value
        raise WrongKind(f"{id} is not a yes or a no")

    def integer(self, id: str, area_path: str = "") -> int:
        value = self.value(id, area_path)
        if isinstance(value, int):
            return value
        raise WrongKind(f"{id} is not a whole number")

    def number(self, id: str, area_path: str = "") -> float:
        value = self.value(id, area_path)
        if isinstance(value, int | float):
            return float(value)
        raise WrongKind(f"{id} is not a number")

    def text(self, id: str, area_path: str = "") -> str:
        value = self.value(id, area_path)
        if isinstance(value, str):
            return value
        raise WrongKind(f"{id} is not a text")

    def items(self, id: str, area_path: str = "") -> list[str]:
        return list(self._many(id, area_path, str))

    def days(self, id: str, area_path: str = "") -> list[date]:
        return list(self._many(id, area_path, date))

    def table(self, id: str, area_path: str = "") -> list[dict[str, Any]]:
        return [dict(row) for row in self._many(id, area_path, dict)]

    def _many(self, id: str, area_path: str, kind: type) -> tuple[Any, ...]:
        value = self.value(id, area_path)
        if isinstance(value, tuple) and (not value or isinstance(value[0], kind)):
            return value
        raise WrongKind(f"{id} is not a list of {kind.__name__}")


@dataclass(frozen=True)
class Chapter:
    """The rules of one app, in printable order."""

    app: str
    title: str
    title_en: str
    parameters: tuple[Parameter, ...]


TITLES: Mapping[str, tuple[str, str]] = {
    "places": ("议事室", "Rooms"),
    "people": ("召集人与委员", "Conveners and members"),
    "topics": ("来件与议题", "Submissions and topics"),
    "feedback": ("对本系统的意见建议", "What is said about the system"),
    "opinions": ("意见图谱", "Opinions"),
    "sortition": ("公平抽签", "The fair draw"),
    "deliberations": ("协商活动", "Deliberations"),
    "outcomes": ("成果与办理", "Outcomes and what was promised"),
    "oversight": ("督导", "Oversight"),
    "stars": ("星级评定", "Stars"),
    "training": ("培训", "Training"),
    "outreach": ("宣传", "Outreach"),
    "reports": ("统计", "Reports"),
    "clocks": ("时限与提醒", "Deadlines and reminders"),
    "inbox": ("消息", "Messages"),
    "access": ("公开与审核", "Publication and review"),
    "accounts": ("登录", "Sign-in"),
    "web": ("页面", "Pages"),
    "api": ("接口", "Interfaces"),
    "search": ("检索", "Search"),
    "ledger": ("留痕", "The ledger"),
    "events": ("后台事务", "Background work"),
    "config": ("运行", "Operation"),
}


@dataclass(frozen=True, eq=False)
class Book:
    """All rules with all their dates, and what places have set for themselves."""

    parameters: tuple[Parameter, ...]
    overrides: tuple[Override, ...] = ()

    @cached_property
    def version(self) -> str:
        """Changes with anything in the book: values, dates, wording, sources, overrides."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:VERSION_LENGTH]

    @cached_property
    def canonical(self) -> str:
        """The whole book as one text, always the same for the same content; kept, it proves which rules applied."""
        rules = sorted(self.parameters, key=lambda rule: rule.id)
        own = sorted(self.overrides, key=lambda rule: (rule.id, rule.area_path))
        plain = {"parameters": [_plain(rule) for rule in rules], "overrides": [_plain(rule) for rule in own]}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def has(self, id: str) -> bool:
        """Whether there is such a rule."""
        return id in self._by_id

    def parameter(self, id: str) -> Parameter:
        try:
            return self._by_id[id]
        except KeyError:
            raise UnknownRule(id) from None

    def overrides_of(self, id: str) -> tuple[Override, ...]:
        """What places have set for themselves, the widest first."""
        return tuple(sorted((own for own in self.overrides if own.id == id), key=lambda own: own.area_path))

    def at(self, day: date) -> Rules:
        """The rules of that day; before the first day of the book there are none."""
        place = bisect_right(self._changes, day) - 1
        return self._rules[place] if place >= 0 else Rules(self.version, day, {}, {})

    def chapters(self) -> tuple[Chapter, ...]:
        """The printable order: by app, along the flow; in each, numbers before tables, like beside like."""
        ordered = sorted(self.parameters, key=lambda rule: (rule.unit in MANY, rule.id))
        chapters = (
            Chapter(app, *TITLES[app], tuple(rule for rule in ordered if rule.app == app)) for app in APPS
        )
        return tuple(chapter for chapter in chapters if chapter.parameters)

    def problems(
        self,
        used: Mapping[str, Collection[str]] | Iterable[str],
        *,
        mentioned: Mapping[str, Collection[str]] | None = None,
        complete: Collection[str] = (),
    ) -> list[Finding]:
        """Ids that code uses (id -> files) but the book lacks; and rules that a complete app leaves unused.

        `mentioned` are ids that stand in code without being applied, as in a table of labels: they must exist too.
        """
        places = used if isinstance(used, Mapping) else dict.fromkeys(used, ())
        everywhere = {**(mentioned or {}), **places}
        missing = [
            Finding(
                "not_in_book", "standards", id, details={"where": "、".join(sorted(everywhere[id])) or "?"}
            )
            for id in sorted(everywhere)
            if id not in self._by_id
        ]
        idle = [
            Finding("unused", rule.file, rule.id, details={"stage": rule.stage})
            for rule in self.parameters
            if rule.stage in complete and rule.id not in places and not rule.waiting
        ]
        return missing + idle

    def waiting(self, used: Collection[str]) -> list[Parameter]:
        """Rules that no code uses yet: their app, or their part of it, is still to come."""
        return [rule for rule in self.parameters if rule.id not in used]

    @cached_property
    def _by_id(self) -> dict[str, Parameter]:
        return {rule.id: rule for rule in self.parameters}

    @cached_property
    def _changes(self) -> list[date]:
        """Every day on which any value changes."""
        days = {dated.since for rule in self.parameters for dated in rule.values}
        days |= {dated.since for own in self.overrides for dated in own.values}
        days |= {own.until + timedelta(days=1) for own in self.overrides if own.until is not None}
        return sorted(days)

    @cached_property
    def _rules(self) -> list[Rules]:
        return [self._rules_on(day) for day in self._changes]

    def _rules_on(self, day: date) -> Rules:
        values: dict[str, Any] = {}
        local: dict[str, dict[str, Any]] = {}
        for rule in self.parameters:
            if (dated := _latest(rule.values, day)) is not None:
                values[rule.id] = dated.value
        for own in self.overrides:
            dated = _latest(own.values, day)
            if dated is None or (own.until is not None and day > own.until):
                continue
            if own.area_path:
                local.setdefault(own.id, {})[own.area_path] = dated.value
            else:
                values[own.id] = dated.value
        return Rules(self.version, day, values, local)


def _latest(values: Sequence[Dated], day: date) -> Dated | None:
    place = bisect_right(values, day, key=lambda dated: dated.since) - 1
    return values[place] if place >= 0 else None


def _plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as what JSON can write. File names are left out: moving a rule changes nothing."""
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.name != "file"}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
