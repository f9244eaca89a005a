"""Who does what was agreed: 45 units of the demo city, the committees, and the offices that assign work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shangliang.demo.corpus.places import Place, Site
from shangliang.people.states import UnitKind
from shangliang.places.states import AreaLevel
from shangliang.topics.states import Theme

T = Theme


class Doer(StrEnum):
    """A kind of doer as the matters name it; `unit_for` finds the unit that is competent at a place."""

    HOUSING = "housing"  # 住建局
    URBAN = "urban"  # 城管局（综合行政执法局）
    MARKET = "market"
    HEALTH = "health"
    EDUCATION = "education"
    CIVIL = "civil"  # 民政局
    POLICE = "police"  # 派出所
    TRAFFIC_POLICE = "traffic_police"
    TRANSPORT = "transport"
    FARMING = "farming"
    LAND = "land"  # 自然资源和规划局
    WATERWAYS = "waterways"  # 水利局
    ECOLOGY = "ecology"
    EMERGENCY = "emergency"
    FIRE = "fire"
    JUSTICE = "justice"
    LABOUR = "labour"  # 人社局
    CULTURE = "culture"
    DISABLED = "disabled"  # 残联
    POWER = "power"
    WATER = "water"
    GAS = "gas"
    BUS = "bus"
    TELECOM = "telecom"
    SANITATION = "sanitation"
    VOLUNTEERS = "volunteers"
    PROPERTY = "property"  # 物业
    OWNERS = "owners"  # 业委会
    COMMITTEE = "committee"  # 村（居）委会
    COLLECTIVE = "collective"  # 股份经济合作社
    ENTERPRISE = "enterprise"
    MEMBER = "member"  # 委员认领
    TOWN = "town"  # 镇政府、街道办、园区管委会


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """One doer or office, as `people.models.Unit` wants it."""

    code: str
    name: str
    kind: UnitKind
    doer: Doer | None
    area_code: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    kind: UnitKind
    themes: tuple[Theme, ...]


EVERY = tuple(Theme)
CITY: Mapping[Doer, _Kind] = {
    Doer.MARKET: _Kind("市市场监管局", UnitKind.BUREAU, (T.SAFETY, T.GOVERNANCE)),
    Doer.HEALTH: _Kind("市卫健委", UnitKind.BUREAU, (T.ELDERLY_CARE,)),
    Doer.EDUCATION: _Kind("市教育局", UnitKind.BUREAU, (T.GOVERNANCE, T.SAFETY)),
    Doer.CIVIL: _Kind("市民政局", UnitKind.BUREAU, (T.ELDERLY_CARE, T.VILLAGE_RULES, T.GOVERNANCE)),
    Doer.POLICE: _Kind("市公安局治安大队（派出所）", UnitKind.BUREAU, (T.SAFETY, T.NEIGHBOURS)),
    Doer.TRAFFIC_POLICE: _Kind("市公安局交警大队", UnitKind.BUREAU, (T.SAFETY, T.GOVERNANCE)),
    Doer.TRANSPORT: _Kind("市交通运输局", UnitKind.BUREAU, (T.GOVERNANCE, T.SAFETY)),
    Doer.FARMING: _Kind("市农业农村局", UnitKind.BUREAU, (T.LAND, T.COLLECTIVE_INCOME, T.ENVIRONMENT)),
    Doer.LAND: _Kind("市自然资源和规划局", UnitKind.BUREAU, (T.LAND,)),
    Doer.WATERWAYS: _Kind("市水利局", UnitKind.BUREAU, (T.ENVIRONMENT, T.SAFETY)),
    Doer.ECOLOGY: _Kind("市生态环境局", UnitKind.BUREAU, (T.ENVIRONMENT,)),
    Doer.EMERGENCY: _Kind("市应急管理局", UnitKind.BUREAU, (T.SAFETY,)),
    Doer.FIRE: _Kind("市消防救援大队", UnitKind.BUREAU, (T.SAFETY, T.OLD_ESTATES)),
    Doer.JUSTICE: _Kind("市司法局", UnitKind.BUREAU, (T.NEIGHBOURS, T.VILLAGE_RULES)),
    Doer.LABOUR: _Kind("市人社局", UnitKind.BUREAU, (T.COLLECTIVE_INCOME, T.GOVERNANCE)),
    Doer.CULTURE: _Kind("市文广旅局", UnitKind.BUREAU, (T.COLLECTIVE_INCOME, T.GOVERNANCE)),
    Doer.DISABLED: _Kind("市残联", UnitKind.BUREAU, (T.ELDERLY_CARE,)),
    Doer.POWER: _Kind("供电公司", UnitKind.ENTERPRISE, (T.OLD_ESTATES, T.SAFETY)),
    Doer.WATER: _Kind("自来水公司", UnitKind.ENTERPRISE, (T.OLD_ESTATES, T.ENVIRONMENT)),
    Doer.GAS: _Kind("燃气公司", UnitKind.ENTERPRISE, (T.OLD_ESTATES, T.SAFETY)),
    Doer.BUS: _Kind("公交公司", UnitKind.ENTERPRISE, (T.GOVERNANCE,)),
    Doer.TELECOM: _Kind("通信线路维护中心", UnitKind.ENTERPRISE, (T.OLD_ESTATES, T.SAFETY)),
    Doer.SANITATION: _Kind("环卫服务公司", UnitKind.ENTERPRISE, (T.REFUSE, T.ENVIRONMENT)),
    Doer.VOLUNTEERS: _Kind("“邻里帮”志愿服务总队", UnitKind.VOLUNTEERS, (T.ELDERLY_CARE, T.NEIGHBOURS)),
}
COUNTY: Mapping[Doer, _Kind] = {
    Doer.HOUSING: _Kind("住建局", UnitKind.BUREAU, (T.OLD_ESTATES, T.ENVIRONMENT)),
    Doer.URBAN: _Kind(
        "城管局（综合行政执法局）", UnitKind.BUREAU, (T.REFUSE, T.ENVIRONMENT, T.GOVERNANCE, T.NEIGHBOURS)
    ),
    Doer.PROPERTY: _Kind(
        "物业服务联合企业", UnitKind.PROPERTY, (T.OLD_ESTATES, T.NEIGHBOURS, T.SAFETY, T.REFUSE)
    ),
}
LOCAL: Mapping[Doer, _Kind] = {
    Doer.OWNERS: _Kind("业委会联席会", UnitKind.OWNERS, (T.OLD_ESTATES, T.NEIGHBOURS)),
    Doer.COMMITTEE: _Kind("", UnitKind.COMMITTEE, EVERY),
    Doer.COLLECTIVE: _Kind("股份经济合作社", UnitKind.COLLECTIVE, (T.COLLECTIVE_INCOME, T.LAND)),
    Doer.ENTERPRISE: _Kind("企业商户联络站", UnitKind.ENTERPRISE, (T.GOVERNANCE, T.ENVIRONMENT)),
    Doer.MEMBER: _Kind("政协委员工作小组", UnitKind.MEMBER, EVERY),
    Doer.TOWN: _Kind("", UnitKind.TOWN, EVERY),
}
OFFICES = {
    AreaLevel.CITY: ("市政协办公室", "市委办公室", "市政府办公室（督查室）", "市协商议事工作推进办公室"),
    AreaLevel.COUNTY: ("政协办公室", "党委办公室", "政府办公室（督查室）", "协商议事工作推进办公室"),
    AreaLevel.TOWN: ("政协工委", "党政办公室（交办）"),
}


def doers(among: Iterable[Place]) -> list[UnitSpec]:
    """The bureaus, utilities, property firms and volunteers of one city: 45 in Zhenjiang (24 + 3 × 7)."""
    found: list[UnitSpec] = []
    for place in among:
        if place.level is AreaLevel.CITY:
            found += [_spec(doer, place, CITY[doer], CITY[doer].name) for doer in CITY]
        elif place.level is AreaLevel.COUNTY:
            found += [_spec(doer, place, COUNTY[doer], place.name + COUNTY[doer].name) for doer in COUNTY]
    return found


def unit_for(doer: Doer, site: Site) -> UnitSpec:
    """The unit competent at a site. Bureaus stand in `doers`; committees, collectives, owners and towns are made here.

    A community has no collective and a village no owners' meeting: there the committee does it.
    """
    village, town = site.village, site.town
    if doer in CITY:
        return _spec(doer, site.city, CITY[doer], CITY[doer].name)
    if doer in COUNTY:
        return _spec(doer, site.county, COUNTY[doer], site.county.name + COUNTY[doer].name)
    if doer is Doer.MEMBER:
        return _spec(doer, site.county, LOCAL[doer], site.county.name + LOCAL[doer].name)
    if doer is Doer.ENTERPRISE:
        return _spec(doer, town, LOCAL[doer], town.said + LOCAL[doer].name)
    if doer is Doer.TOWN or village is None:
        return town_hall(town)
    if doer is (Doer.COLLECTIVE if village.is_rural else Doer.OWNERS):
        return _spec(doer, village, LOCAL[doer], village.said + LOCAL[doer].name)
    return committee(village)


def committee(village: Place) -> UnitSpec:
    """村委会 or 居委会."""
    name = village.name if village.name.endswith("委会") else f"{village.name}居委会"
    return _spec(Doer.COMMITTEE, village, LOCAL[Doer.COMMITTEE], name)


def town_hall(town: Place) -> UnitSpec:
    """镇政府, 街道办, 管委会."""
    tail = "管委会" if town.is_zone else "办事处" if town.name.endswith("街道") else "人民政府"
    return _spec(Doer.TOWN, town, LOCAL[Doer.TOWN], town.name + tail)


def offices(place: Place) -> list[UnitSpec]:
    """The offices that record and assign at one tier; a village has none."""
    return [
        UnitSpec(
            code=f"{place.code}-office{number}",
            name=name if place.level is AreaLevel.CITY else place.name + name,
            kind=UnitKind.OFFICE,
            doer=None,
            area_code=place.code,
            themes=EVERY,
        )
        for number, name in enumerate(OFFICES.get(place.level, ()), 1)
    ]


def _spec(doer: Doer, place: Place, kind: _Kind, name: str) -> UnitSpec:
    return UnitSpec(
        code=f"{place.code}-{CODES.get(doer, doer.value)}",
        name=name,
        kind=kind.kind,
        doer=doer,
        area_code=place.code,
        themes=kind.themes,
    )


# A unit's code has 20 characters, a village's own code 9 or 12.
CODES = {Doer.TRAFFIC_POLICE: "traffic", Doer.COMMITTEE: "seat", Doer.COLLECTIVE: "coop"}
