"""The rooms of a city in Zhenjiang's proportions: 1,063 of nine families, each with what hangs on its door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random

from shangliang.demo.corpus.persons import office_phone
from shangliang.demo.corpus.places import Place, Site, by_code, site
from shangliang.places.states import AreaLevel, Family

# Above the 769 + 60 + 7 + 1 that the places themselves give, the 1,063 of July 2021 leave 226.
SECTOR_ROOMS, ENTERPRISE_ROOMS, MOBILE_POINTS = 116, 84, 26

# The sectors of the CPPCC: code, name, what its room is called after.
SECTORS: tuple[tuple[str, str, str], ...] = (
    ("ccp", "中国共产党界", "党建"),
    ("rckmt", "民革界", "民革"),
    ("cdl", "民盟界", "民盟"),
    ("cndca", "民建界", "民建"),
    ("capd", "民进界", "民进"),
    ("cpwdp", "农工党界", "农工党"),
    ("zhigong", "致公党界", "致公党"),
    ("jiusan", "九三学社界", "九三学社"),
    ("nonparty", "无党派人士界", "无党派人士"),
    ("youth", "共青团和青联界", "青年"),
    ("union", "工会界", "工会"),
    ("women", "妇联界", "妇联"),
    ("business", "工商联界", "工商联"),
    ("science", "科学技术界", "科技"),
    ("taiwan", "台联和侨联界", "侨界台胞"),
    ("culture", "文化艺术界", "文艺"),
    ("economy", "经济界", "经济"),
    ("farming", "农业界", "农业"),
    ("education", "教育界", "教育"),
    ("sport", "体育界", "体育"),
    ("press", "新闻出版界", "新闻"),
    ("medicine", "医药卫生界", "医卫"),
    ("welfare", "社会福利和社会保障界", "社会福利"),
    ("ethnic", "少数民族界", "民族"),
    ("religion", "宗教界", "宗教"),
    ("ecology", "环境资源界", "环境资源"),
    ("invited", "特邀界", "特邀"),
)
FIRM_NAMES = (
    "恒润",
    "金桥",
    "江苏沿江",
    "润山",
    "同泰",
    "新禾",
    "宏远",
    "三友",
    "长源",
    "华盛",
    "瑞丰",
    "永佳",
    "康泰",
    "鼎新",
    "江潮",
    "茂达",
)
FIRM_TRADES = (
    "眼镜",
    "香醋酿造",
    "木业",
    "汽车配件",
    "五金工具",
    "电气",
    "船舶配件",
    "新材料",
    "食品",
    "物流",
    "纺织",
    "农机",
    "园艺苗木",
    "电子",
)
# 一室多用: where a room is housed, and with what.
SHARED_VILLAGE = (
    "党群服务中心",
    "农家书屋",
    "村民活动室",
    "新时代文明实践站",
    "老年活动室",
    "村部会议室",
    "文化礼堂",
)
SHARED_COMMUNITY = (
    "党群服务中心",
    "图书室",
    "居民活动室",
    "新时代文明实践站",
    "老年活动室",
    "社区会议室",
    "妇女儿童之家",
)
SHARED_OTHER = {
    Family.TOWN: ("便民服务中心", "综合文化站", "镇街会议室", "委员之家"),
    Family.PARK: ("园区党群服务中心", "企业服务中心"),
    Family.SECTOR: ("委员工作室", "委员之家", "界别活动室", "社情民意联系点"),
    Family.ENTERPRISE: ("职工之家", "职工书屋", "企业党员活动室", "员工食堂二楼会议室"),
    Family.CENTRE: ("委员之家", "文化馆", "图书馆"),
    Family.ALLIANCE: ("历史文化街区议事长廊",),
    Family.MOBILE: ("流动议事车", "凉亭", "老槐树下", "小广场", "渡口候船室", "菜场门口", "公园长廊"),
}
HOURS = (
    "周一至周五 8:30-11:30、14:00-17:30",
    "周一至周五 9:00-11:30、14:00-17:00，周六上午有人值班",
    "每天 8:00-17:30，周二、周四晚上到 20:00",
    "周一至周六 8:30-17:00，中午不关门",
    "周一至周五 8:30-17:30，晚上可以电话约",
)
MOBILE_HOURS = ("每月 5 日、20 日上午 8:30-10:30", "每周六上午 8:00-10:00", "每月第一个周日下午 14:00-16:00")


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """One room, as `places.models.Room` wants it, and the site whose matters come to it."""

    no: str
    name: str
    family: Family
    area_code: str
    sector_code: str
    site: Site
    introduction: str
    address: str
    hours: str
    phone: str
    shared_with: str
    has_step_free_entrance: bool
    has_accessible_toilet: bool
    has_hearing_help: bool
    has_large_type: bool


def rooms(among: Sequence[Place], rng: Random, mobile_points: int = MOBILE_POINTS) -> list[RoomSpec]:
    """Every room of one city, the alliance first, then county by county."""
    return list(_Network(among, rng, mobile_points).all())


class _Network:
    """Numbers rooms by county: 321102-017 can be read out on the telephone."""

    def __init__(self, among: Sequence[Place], rng: Random, mobile_points: int) -> None:
        self.among = among
        self.mobile_points = mobile_points
        self.rng = rng
        self.codes = by_code(among)
        self.serials: dict[str, int] = {}
        self.names: set[str] = set()

    def all(self) -> Iterator[RoomSpec]:
        towns = [place for place in self.among if place.level is AreaLevel.TOWN]
        villages = [place for place in self.among if place.level is AreaLevel.VILLAGE]
        for place in self.among:
            if place.level is AreaLevel.CITY:
                yield self._alliance(place, villages)
            elif place.level is AreaLevel.COUNTY:
                yield self._centre(place, towns)
        for town in towns:
            yield self._plain(town, Family.PARK if town.is_zone else Family.TOWN)
        for village in villages:
            yield self._plain(village, Family.VILLAGE if village.is_rural else Family.COMMUNITY)
        share = len(villages) / 769  # a smaller place has fewer of the families that no area gives
        yield from self._sectors(towns, round(SECTOR_ROOMS * share))
        yield from self._enterprises(towns, round(ENTERPRISE_ROOMS * share))
        yield from self._mobile(villages, round(self.mobile_points * share))

    def _alliance(self, city: Place, villages: Sequence[Place]) -> RoomSpec:
        corridor = next((place for place in villages if place.stem == "西津古渡"), villages[0])
        where = site(Family.ALLIANCE, corridor, self.codes, city.said)
        return self._room(Family.ALLIANCE, f"{city.name}开放式协商议事联盟", city, where)

    def _centre(self, county: Place, towns: Sequence[Place]) -> RoomSpec:
        seat = next(town for town in towns if town.parent_code == county.code)
        where = site(Family.CENTRE, seat, self.codes, county.said)
        return self._room(Family.CENTRE, f"{county.name}协商议事中心", county, where)

    def _plain(self, place: Place, family: Family) -> RoomSpec:
        return self._room(family, f"{place.said}协商议事室", place, site(family, place, self.codes))

    def _sectors(self, towns: Sequence[Place], count: int) -> Iterator[RoomSpec]:
        sectors, places = cycle(SECTORS), cycle(towns)
        for _ in range(count):
            (code, _name, called), town = next(sectors), next(places)
            where = site(Family.SECTOR, town, self.codes, f"{town.said}{called}界别")
            yield self._room(Family.SECTOR, f"{town.stem}{called}界别协商议事室", town, where, code)

    def _enterprises(self, towns: Sequence[Place], count: int) -> Iterator[RoomSpec]:
        firms = [f"{name}{trade}" for name in FIRM_NAMES for trade in FIRM_TRADES]
        self.rng.shuffle(firms)
        for firm, town in zip(firms[:count], cycle(towns), strict=False):
            yield self._room(
                Family.ENTERPRISE, f"{firm}协商议事室", town, site(Family.ENTERPRISE, town, self.codes, firm)
            )

    def _mobile(self, villages: Sequence[Place], count: int) -> Iterator[RoomSpec]:
        for village in self.rng.sample(list(villages), min(count, len(villages))):
            yield self._room(
                Family.MOBILE, f"{village.said}流动议事点", village, site(Family.MOBILE, village, self.codes)
            )

    def _room(self, family: Family, name: str, area: Place, where: Site, sector_code: str = "") -> RoomSpec:
        rng, village = self.rng, where.village
        if family in SHARED_OTHER:
            shared = rng.choice(SHARED_OTHER[family])
        else:
            shared = rng.choice(SHARED_VILLAGE if where.is_rural else SHARED_COMMUNITY)
        likely = 0.85 if family in (Family.CENTRE, Family.ALLIANCE, Family.TOWN) else 0.6
        return RoomSpec(
            no=self._number(area),
            name=self._name(name, where),
            family=family,
            area_code=area.code,
            sector_code=sector_code,
            site=where,
            introduction=_introduction(rng, family, where, shared),
            address=f"{where.county.name}{where.town.name}{village.said if village else ''}{shared}",
            hours=rng.choice(MOBILE_HOURS if family is Family.MOBILE else HOURS),
            phone=office_phone(rng),
            shared_with=shared,
            has_step_free_entrance=rng.random() < likely + 0.1,
            has_accessible_toilet=rng.random() < likely - 0.2,
            has_hearing_help=rng.random() < likely - 0.35,
            has_large_type=rng.random() < likely + 0.15,
        )

    def _name(self, name: str, where: Site) -> str:
        """26 villages share a name: the second says which town it is in."""
        if name in self.names:
            name = f"{where.town.stem}{name}"
        self.names.add(name)
        return name

    def _number(self, area: Place) -> str:
        tier = area.code[:6]
        self.serials[tier] = self.serials.get(tier, 0) + 1
        return f"{tier}-{self.serials[tier]:03d}"


WHERE = {
    Family.VILLAGE: ("设在{place}{shared}里，和{shared}合用一间屋。", "就在{place}{shared}，进门右手边。"),
    Family.COMMUNITY: ("设在{place}{shared}一楼，不用爬楼。", "在{place}{shared}里，和居民办事是一个门。"),
    Family.TOWN: ("设在{place}{shared}，办完事可以顺路来坐坐。",),
    Family.PARK: ("设在{place}{shared}，企业、职工、周边村民都能来。",),
    Family.SECTOR: ("设在{shared}，由{place}委员轮流接待。",),
    Family.ENTERPRISE: ("设在{place}{shared}，职工和周边居民的事都可以商量。",),
    Family.CENTRE: ("{place}的协商议事中心，设在{shared}，跨镇街的事在这里商量。",),
    Family.ALLIANCE: ("一条没有围墙的议事长廊，谁路过都可以坐下来；跨区的事由联盟邀请有关单位一起商量。",),
    Family.MOBILE: ("没有固定的屋子，凳子摆在{shared}，哪里有事就挪到哪里。",),
}
WAYS = (
    "有事先讲给召集人听，或者扫门口的码。",
    "大事小事都可以来讲，有人记、有人办、有回音。",
    "不会用手机的，来人、打电话、递条子都一样。",
    "几个人一起来更好，当面商量。",
    "茶水自备，话可以慢慢讲。",
)


def _introduction(rng: Random, family: Family, where: Site, shared: str) -> str:
    line = rng.choice(WHERE[family]).format(place=where.name, shared=shared)
    return f"{line}{rng.choice(WAYS)}"
