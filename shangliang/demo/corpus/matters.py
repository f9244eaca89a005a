"""A matter from the first complaint to the last rating, drawn from the theme files: `matter(rng, theme, site)`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from shangliang.deliberations.states import Seat, StatutoryRoute
from shangliang.demo.corpus.doers import Doer
from shangliang.demo.corpus.places import Site
from shangliang.demo.corpus.slots import Slots
from shangliang.demo.corpus.voices import Said, speakers, spoken
from shangliang.topics.states import Grade, Theme, Weight

LONGEST_TITLE = 24
IN_SEASON = 4.0  # how much likelier a seasonal matter is in its months; out of them it is not raised


@dataclass(frozen=True, slots=True)
class Remark:
    """One line said at the table."""

    seat: Seat
    text: str


@dataclass(frozen=True, slots=True)
class MeasureText:
    """One thing agreed: what, by whom, within how many days, how one will see it."""

    what: str
    doer: Doer
    days: int
    seen: str
    is_done_on_spot: bool


@dataclass(frozen=True, slots=True)
class ReplyTexts:
    """A, B and C in an officer's plain words, and what the picture with A shows."""

    solved: str
    evidence: str
    planned: str
    lacking: str


@dataclass(frozen=True, slots=True)
class MatterText:
    """One matter at one site with every slot filled."""

    code: str  # theme.matter, for telling draws of the same matter
    theme: Theme
    weight: Weight
    grade: Grade
    place: str  # where exactly, as the form's second field has it
    said: Said  # the first submission
    echoes: tuple[Said, ...]  # other people's words about the same thing: to be merged
    by_grid: str  # the same raised through the other three channels
    by_member: str
    by_government: str
    title: str
    summary: str
    concerned: tuple[str, ...]
    found: str  # what a look on the spot showed
    agenda: tuple[str, ...]
    remarks: tuple[Remark, ...]
    dissent: str
    measures: tuple[MeasureText, ...]
    effect: str
    replies: ReplyTexts
    satisfied: tuple[str, ...]  # reasons given with a good rating
    dissatisfied: tuple[str, ...]
    statutory_route: StatutoryRoute | None
    is_about_cadres: bool

    @property
    def is_statutory(self) -> bool:
        return self.statutory_route is not None


@cache
def templates(theme: Theme) -> tuple[Mapping[str, Any], ...]:
    """The matters of one theme as they stand in its file."""
    text = (
        files("shangliang.demo.corpus").joinpath("themes", f"{theme.value}.toml").read_text(encoding="utf-8")
    )
    return tuple(tomllib.loads(text)["matter"])


# How often each theme comes up, by kind of place; 0: it does not arise there.
WEIGHTS: Mapping[str, Mapping[Theme, int]] = {
    "village": {
        Theme.GOVERNANCE: 9,
        Theme.VILLAGE_RULES: 10,
        Theme.LAND: 12,
        Theme.COLLECTIVE_INCOME: 8,
        Theme.ELDERLY_CARE: 9,
        Theme.OLD_ESTATES: 0,
        Theme.REFUSE: 13,
        Theme.ENVIRONMENT: 17,
        Theme.NEIGHBOURS: 9,
        Theme.SAFETY: 13,
    },
    "community": {
        Theme.GOVERNANCE: 14,
        Theme.VILLAGE_RULES: 4,
        Theme.LAND: 3,
        Theme.COLLECTIVE_INCOME: 2,
        Theme.ELDERLY_CARE: 13,
        Theme.OLD_ESTATES: 22,
        Theme.REFUSE: 12,
        Theme.ENVIRONMENT: 11,
        Theme.NEIGHBOURS: 14,
        Theme.SAFETY: 15,
    },
    "town": {
        Theme.GOVERNANCE: 20,
        Theme.VILLAGE_RULES: 5,
        Theme.LAND: 10,
        Theme.COLLECTIVE_INCOME: 10,
        Theme.ELDERLY_CARE: 14,
        Theme.OLD_ESTATES: 10,
        Theme.REFUSE: 10,
        Theme.ENVIRONMENT: 14,
        Theme.NEIGHBOURS: 0,
        Theme.SAFETY: 12,
    },
    "sector": {
        Theme.GOVERNANCE: 25,
        Theme.VILLAGE_RULES: 0,
        Theme.LAND: 0,
        Theme.COLLECTIVE_INCOME: 15,
        Theme.ELDERLY_CARE: 25,
        Theme.OLD_ESTATES: 0,
        Theme.REFUSE: 0,
        Theme.ENVIRONMENT: 15,
        Theme.NEIGHBOURS: 0,
        Theme.SAFETY: 15,
    },
    "enterprise": {
        Theme.GOVERNANCE: 35,
        Theme.VILLAGE_RULES: 0,
        Theme.LAND: 0,
        Theme.COLLECTIVE_INCOME: 0,
        Theme.ELDERLY_CARE: 0,
        Theme.OLD_ESTATES: 0,
        Theme.REFUSE: 15,
        Theme.ENVIRONMENT: 20,
        Theme.NEIGHBOURS: 0,
        Theme.SAFETY: 30,
    },
}


def theme_weights(site: Site) -> dict[Theme, int]:
    """How often each theme comes up at a site; themes that do not arise there are left out."""
    return {theme: weight for theme, weight in WEIGHTS[site.kind].items() if weight}


def any_theme(rng: Random, site: Site) -> Theme:
    """A theme drawn by `theme_weights`."""
    weights = theme_weights(site)
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def suited(theme: Theme, site: Site, *, month: int | None = None, about_cadres: bool = False) -> list[Any]:
    """The matters of a theme that can arise at a site, in a month of the year when one is given."""
    return [
        found
        for found in templates(theme)
        if _arises(found["kinds"], site)
        and found.get("cadres", False) == about_cadres
        and (month is None or month in found.get("months", (month,)))
    ]


def _arises(kinds: Sequence[str], site: Site) -> bool:
    """A city street has no matters of fields: those that villages know and communities do not."""
    if site.kind not in kinds:
        return False
    return site.kind != "town" or site.is_rural or "village" not in kinds or "community" in kinds


def matter(rng: Random, theme: Theme, site: Site, month: int | None = None) -> MatterText:
    """One matter of `theme` at `site`; with a month, seasonal ones come in their season only, and more often."""
    found = suited(theme, site, month=month)
    if not found:
        raise LookupError(f"no matter of {theme} arises at a {site.kind}")
    weights = [IN_SEASON if month is not None and "months" in item else 1.0 for item in found]
    return _filled(rng, theme, site, rng.choices(found, weights)[0])


def cadre_matter(rng: Random, site: Site) -> MatterText:
    """A matter about the village's own cadres: its room must never learn of it."""
    found = [(theme, item) for theme in Theme for item in suited(theme, site, about_cadres=True)]
    if not found:
        raise LookupError(f"no matter about cadres arises at a {site.kind}")
    theme, item = rng.choice(found)
    return _filled(rng, theme, site, item)


def _filled(rng: Random, theme: Theme, site: Site, item: Mapping[str, Any]) -> MatterText:
    slots = Slots(rng, site)
    place = slots.fill(item["where"])
    manner = "careful" if item.get("cadres") else ""
    said = [
        spoken(rng, slots.fill, voice, words, manner) for voice, words in speakers(item["says"], site.kind)
    ]
    rng.shuffle(said)
    title, summary = _title(slots, item["title"]), slots.fill(item["summary"])
    measures = tuple(_measure(slots, row) for row in item["measures"])
    return MatterText(
        code=f"{theme.value}.{item['id']}",
        theme=theme,
        weight=Weight(item["weight"]),
        grade=Grade(item["grade"]),
        place=place,
        said=said[0],
        echoes=tuple(said[1:]),
        by_grid=slots.fill(_one(rng, GRID_LEADS)) + summary,
        by_member=f"{slots.fill(_one(rng, MEMBER_LEADS))}{summary}{_one(rng, MEMBER_ENDS)}",
        by_government=f"{slots.fill(_one(rng, GOVERNMENT_LEADS))}“{title}”，{_one(rng, GOVERNMENT_ENDS)}",
        title=title,
        summary=summary,
        concerned=tuple(slots.fill(who) for who in item["concerned"]),
        found=slots.fill(item["found"]),
        agenda=_agenda(rng, title),
        remarks=tuple(Remark(SEATS[seat], slots.fill(text)) for seat, text in item["table"].items()),
        dissent=slots.fill(item.get("dissent", "")),
        measures=measures,
        effect=slots.fill(item["effect"]),
        replies=ReplyTexts(
            solved=slots.fill(item["solved"]),
            evidence=slots.fill(item["evidence"]),
            planned=slots.fill(item["planned"]),
            lacking=slots.fill(item["lacking"]),
        ),
        satisfied=tuple(slots.fill(text) for text in item["good"]),
        dissatisfied=tuple(slots.fill(text) for text in item["bad"]),
        statutory_route=_route(item, site),
        is_about_cadres=item.get("cadres", False),
    )


def _one(rng: Random, texts: str | Sequence[str]) -> str:
    return texts if isinstance(texts, str) else rng.choice(texts)


def _title(slots: Slots, titles: str | Sequence[str]) -> str:
    """A title says where: one written without a place gets the village's, community's or town's name."""
    written = _one(slots.rng, titles)
    title = slots.fill(written)
    if "{" in written:
        return title
    where = slots.fill("{村社}")
    return where + title if len(where + title) <= LONGEST_TITLE else title


def _measure(slots: Slots, row: Mapping[str, Any]) -> MeasureText:
    return MeasureText(
        what=slots.fill(row["what"]),
        doer=Doer(row["who"]),
        days=row["days"],
        seen=slots.fill(row["seen"]),
        is_done_on_spot=row.get("spot", False),
    )


def _route(item: Mapping[str, Any], site: Site) -> StatutoryRoute | None:
    """四议两公开 in villages, 居民会议 in communities; 业主共同决定 (民法典 278) where the file says so."""
    if "statutory" not in item:
        return None
    route = StatutoryRoute(item["statutory"])
    if route is StatutoryRoute.OWNERS:
        return route
    return StatutoryRoute.VILLAGE if site.is_rural else StatutoryRoute.COMMUNITY


def _agenda(rng: Random, title: str) -> tuple[str, ...]:
    return (
        rng.choice(("说明来由，通报现场了解的情况", "联络员通报情况", "现场看一看，再回屋里说")),
        f"就“{title}”逐个发言，先请当事的住户讲",
        rng.choice(("有关单位说明政策和能做的事", "承办单位答问", "讲解人说清楚政策")),
        rng.choice(("商定谁来办、什么时候办好、怎么算办好", "把措施一条条定下来，当场念一遍")),
    )


SEATS = {
    "convener": Seat.FIRST_CONVENER,
    "second": Seat.SECOND_CONVENER,
    "member": Seat.MEMBER,
    "concerned": Seat.PARTY_CONCERNED,
    "resident": Seat.RESIDENT,
    "unit": Seat.UNIT,
    "explainer": Seat.EXPLAINER,
    "expert": Seat.EXPERT,
}
GRID_LEADS = (
    "网格员走访中，多户反映：",
    "{近}入户时了解到：",
    "网格巡查发现：",
    "微信网格群里连着几天有人讲，上门核实：",
    "代老人反映，老人不会用手机：",
)
MEMBER_LEADS = (
    "在{村社}走访时了解到：",
    "接待日里几位群众谈到：",
    "到联系点坐班，听到同一件事不止一次：",
    "调研中发现：",
)
MEMBER_ENDS = ("建议请有关各方坐下来商量。", "建议列入近期协商。", "建议先去现场看，再定怎么议。")
GOVERNMENT_LEADS = ("结合今年民生实事安排，拟就", "党政联席会议研究，拟请群众商议", "年度协商计划中列有")
GOVERNMENT_ENDS = ("请先听群众意见，再定方案。", "请协商议事室组织当事各方商量。", "请于本季度内商量出办法。")
