"""Fills {小区}, {庄}, {户} … with what is at hand at a site: the same value wherever a matter says it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

from shangliang.demo.corpus.places import Site

SLOT = re.compile(r"\{([^{}]+)\}")

ROADS: Mapping[str, Sequence[str]] = {
    "321102": ("解放路", "正东路", "学府路", "梦溪路", "花山路", "东吴路", "长江路", "健康路", "谏辛路"),
    "321111": ("中山西路", "黄山西路", "北府路", "金山路", "运河路", "朱方路", "南徐大道", "电力路"),
    "321112": ("谷阳大道", "长山路", "瑞江路", "盛丹路", "沿江公路", "镇南路"),
    "321171": ("丁卯桥路", "谷阳路", "银山路", "兴港路", "港中路", "智慧大道"),
    "321181": ("云阳路", "丹金路", "西环路", "北环路", "新民中路", "华阳路", "金陵西路", "开发区大道"),
    "321182": ("江洲路", "扬子路", "环城东路", "明珠路", "港隆路", "翠竹路"),
    "321183": ("华阳路", "建设路", "人民路", "宁杭路", "崇明路", "文昌路", "长龙山路"),
}
ANY_ROAD = ("人民路", "建设路", "中心路")
VILLAGE_ROADS = ("村中心路", "东西大路", "通组路", "进村路", "沿河路", "老机耕路")
HAMLET_TAILS: Mapping[str, Sequence[str]] = {
    "321112": ("家村", "家湾", "家庄", "巷"),
    "321171": ("家湾", "家庄", "家圩", "家村"),
    "321181": ("家村", "家庄", "家甲", "家桥"),
    "321182": ("家埭", "家圩", "家桥", "家滩"),
    "321183": ("家边", "家岗", "家村", "家棚"),
}
HAMLET_HEADS = "王张李陈徐朱吴孙赵戴蒋许潘韦眭笪郦步钱丁贡袁汤史巫景严陆"
ESTATE_NAMES = (
    "新村",
    "花园",
    "家园",
    "苑",
    "人家",
    "小区",
    "新城",
    "花城",
    "星城",
    "名洲",
    "山庄",
    "世纪",
    "尚都",
)
PARTS = ("", "一区", "二区", "东区", "西区", "南区", "北区")


def _estate(rng: Random, site: Site) -> str:
    stem = site.tiers[-1].stem
    if site.kind == "village":
        return stem + rng.choice(("集中居住区", "新村", "安置小区"))
    if site.tiers[-1].is_zone:
        return rng.choice(("园区公寓", "人才公寓", "安居小区", "滨江新村", "园区家园"))
    if stem.endswith(ESTATE_NAMES):
        return stem + rng.choice(PARTS)
    return stem + rng.choice(("新村", "小区", "花园", "家园", "南苑", "北苑", "一村", "二村", "佳苑", "公寓"))


def _road(rng: Random, site: Site) -> str:
    if site.kind == "village":
        return rng.choice(VILLAGE_ROADS)
    return rng.choice(ROADS.get(site.county.code, ANY_ROAD))


def _hamlet(rng: Random, site: Site) -> str:
    tails = HAMLET_TAILS.get(site.county.code, ("家村", "家庄", "家湾"))
    return rng.choice(HAMLET_HEADS) + rng.choice(tails)


def _number(low: int, high: int) -> Callable[[Random, Site], str]:
    return lambda rng, site: str(rng.randint(low, high))


def _one_of(*words: str) -> Callable[[Random, Site], str]:
    return lambda rng, site: rng.choice(words)


# Where it is, in few words: made of other slots, so that it names the same estate or hamlet.
SPOTS: Mapping[str, Callable[[str], str]] = {
    "处": lambda kind: "{庄}" if kind == "village" else "{小区}{幢}",
    "此处": lambda kind: {"village": "{庄}", "community": "{小区}{幢}"}.get(kind, "{村社}"),
}
# Texts written for both kinds of place say here what fits only one.
LOCAL_WORDS = {
    "village": (
        (r"居民(?![区楼点])", "村民"),
        (r"村（社区）", "村"),
        ("楼长（组长）", "组长"),
        ("单元门（庄口）", "庄口"),
    ),
    "community": (
        (r"村民(?!组)", "居民"),
        (r"村（社区）", "社区"),
        ("楼长（组长）", "楼长"),
        ("单元门（庄口）", "单元门"),
        ("村规民约", "居民公约"),
        ("村里|村部", "社区"),
    ),
}

TOWN_WORDS = ((r"镇（街道）", "镇里"),)
STREET_WORDS = (
    (r"镇（街道）|镇里", "街道"),
    ("镇上", "街上"),
    (r"镇(?=农经站|民政|畜牧站)", "街道"),
    ("全镇", "全街道"),
)

MAKERS: Mapping[str, Callable[[Random, Site], str]] = {
    "村社": lambda rng, site: site.town.said if site.kind in ("sector", "town") else site.name,
    "镇街": lambda rng, site: site.town.said,
    "区县": lambda rng, site: site.county.name,
    "字头": lambda rng, site: site.tiers[-1].stem,
    "小区": _estate,
    "幢": lambda rng, site: f"{rng.randint(1, 46)}幢",
    "单元": lambda rng, site: f"{rng.choice('一二三四')}单元",
    "楼": lambda rng, site: f"{rng.choice('四五六')}楼",
    "路": _road,
    "巷": lambda rng, site: rng.choice("东西南北中") + rng.choice(("巷", "弄", "大院", "后街")),
    "组": lambda rng, site: f"{rng.randint(1, 22)}组",
    "庄": _hamlet,
    "塘": _one_of("门前塘", "大塘", "东塘", "西塘", "荷花塘", "老鱼塘", "洗菜塘", "学堂塘"),
    "河": _one_of("中心河", "引水河", "村前河", "老通济河", "团结河", "新丰河", "界河", "东风河"),
    "户": _number(12, 68),
    "少户": _number(3, 9),
    "人": _number(26, 180),
    "亩": _number(8, 96),
    "大亩": _number(110, 420),
    "万": _number(3, 28),
    "米": _number(120, 480),
    "个": _number(4, 12),
    "年": _one_of("两年多", "三四年", "五六年", "七八年", "十来年", "好几年"),
    "时段": _one_of(
        "上午九点以后",
        "晚上七点半以后",
        "中午十二点到一点",
        "周六上午",
        "周日下午",
        "下午四点以后",
        "早上八点前",
        "晚饭后",
        "礼拜三下午",
        "双休日",
    ),
    "近": _one_of("上个礼拜", "前几天", "前天", "上个月底", "这个月初", "大前天", "上周末", "前不久"),
    "店": _one_of(
        "小吃店", "早点店", "烧烤店", "面馆", "水果店", "卤菜店", "五金店", "理发店", "棋牌室", "洗车店"
    ),
    "校": lambda rng, site: (
        f"{site.tiers[-1].stem}小学" if site.kind == "community" else f"{site.town.stem}中心小学"
    ),
    "菜场": lambda rng, site: f"{site.tiers[-1].stem}菜场",
    "广场": lambda rng, site: rng.choice(("文化广场", "健身广场", "小游园", "百姓舞台", "口袋公园")),
    "作物": _one_of("稻子", "麦子", "油菜", "山芋", "玉米"),
    "果": _one_of("葡萄", "草莓", "桃子", "梨", "无花果", "蓝莓"),
}


class Slots:
    """Values drawn as they are first asked for and kept."""

    def __init__(self, rng: Random, site: Site) -> None:
        self.rng = rng
        self.site = site
        self.values: dict[str, str] = {}

    def fill(self, template: str) -> str:
        """The template with every slot filled, {这样|那样} by either; an unknown slot is an error in the data."""
        text = SLOT.sub(self._value, template)
        for written, said in LOCAL_WORDS.get(self.site.kind, ()):
            text = re.sub(written, said, text)
        for written, said in TOWN_WORDS if self.site.town.name.endswith("镇") else STREET_WORDS:
            text = re.sub(written, said, text)
        return text

    def _value(self, match: re.Match[str]) -> str:
        name: str = match[1]
        if "|" in name:
            return self.rng.choice(name.split("|"))
        if name in SPOTS:
            return self.fill(SPOTS[name](self.site.kind))
        if name not in self.values:
            self.values[name] = MAKERS[name](self.rng, self.site)
        return self.values[name]
