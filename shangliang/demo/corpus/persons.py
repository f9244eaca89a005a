"""Invented people: names by generation and telephone numbers that cannot exist. The product marks them as invented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

# The surnames one meets around Zhenjiang, roughly as often as one meets them.
SURNAMES = (
    "王王王张张张陈陈陈李李徐徐朱朱孙孙吴吴周周刘刘杨杨赵赵黄黄丁丁钱蒋戴陆严谢沈韩马袁潘于夏何殷许郭姜范殷束贡眭"
    "巫笪步郦汤史邹魏高唐宋郑冯曹田董贾尹施陶万景柏欧毛解仲姚崔邵包季凌樊祁"
)


class AgeBand(StrEnum):
    """A generation."""

    YOUNG = "young"  # born after 1990
    MIDDLE = "middle"  # about 35 to 59
    OLD = "old"  # 60 and older


class Gender(StrEnum):
    """Women and men."""

    WOMAN = "woman"
    MAN = "man"


# Characters that families of each generation liked; a given name takes one, or one of each half.
GIVEN: dict[tuple[AgeBand, Gender], tuple[str, str]] = {
    (AgeBand.OLD, Gender.WOMAN): ("秀桂玉凤兰金巧腊素翠小惠福美根春", "英兰珍芳娣琴凤华妹梅莲宝芬香娥"),
    (AgeBand.OLD, Gender.MAN): ("国建长德金根福正明志永文锁荣炳维", "生根保林富祥春发贵清宏庆山才余龙"),
    (AgeBand.MIDDLE, Gender.WOMAN): ("丽红晓海春小玉爱文雪慧亚月美建", "萍燕霞芳琴娟梅玲敏红英云华蓉"),
    (AgeBand.MIDDLE, Gender.MAN): ("建志卫海小文永晓国伟立爱宏云东", "军明平华斌峰强兵俊勇荣健东林"),
    (AgeBand.YOUNG, Gender.WOMAN): ("雨思佳梦欣雅诗婷静子可晨若心语", "琪涵婷怡妍瑶洁悦雯萱彤然宁蕾"),
    (AgeBand.YOUNG, Gender.MAN): ("子浩宇俊天嘉明思一泽志文家晨逸", "轩豪杰涛航凯鑫哲睿宇恒辰阳洋"),
}
SINGLE: dict[Gender, str] = {Gender.WOMAN: "敏静燕倩娟芳莉颖洁琴", Gender.MAN: "军伟勇斌涛磊峰健俊超"}
SINGLE_SHARE = {AgeBand.OLD: 0.05, AgeBand.MIDDLE: 0.35, AgeBand.YOUNG: 0.15}
AGES = {AgeBand.YOUNG: (22, 35), AgeBand.MIDDLE: (36, 59), AgeBand.OLD: (60, 82)}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    age_band: AgeBand
    gender: Gender

    @property
    def masked(self) -> str:
        """王某兰; 王某 where the given name is one character."""
        return f"{self.name[0]}某{self.name[2:]}"

    @property
    def address(self) -> str:
        """How a clerk writes of them: 王女士, 李先生."""
        return self.name[0] + ("女士" if self.gender is Gender.WOMAN else "先生")


def person(rng: Random, age_band: AgeBand | None = None, gender: Gender | None = None) -> Person:
    """One invented person."""
    band = age_band or rng.choices(tuple(AgeBand), (2, 5, 4))[0]
    sex = gender or rng.choice(tuple(Gender))
    surname = rng.choice(SURNAMES)
    if rng.random() < SINGLE_SHARE[band]:
        return Person(surname + rng.choice(SINGLE[sex]), band, sex)
    first, second = GIVEN[band, sex]
    a, b = rng.choice(first), rng.choice(second)
    return Person(surname + a + (b if b != a else ""), band, sex)


def phone(rng: Random) -> str:
    """A mobile number that cannot ring: no operator has the segment 160, and 0000 follows."""
    return f"1600000{rng.randrange(10_000):04d}"


def office_phone(rng: Random) -> str:
    """A landline that cannot ring: no subscriber's number begins with 0."""
    return f"0511-0000 {rng.randrange(10_000):04d}"


# What members do for a living, as it stands after their name on a room's page.
MEMBER_JOBS = (
    "中学教师",
    "小学校长",
    "医院主任医师",
    "社区卫生服务中心医生",
    "律师",
    "会计师",
    "规划设计师",
    "农技推广研究员",
    "葡萄种植合作社负责人",
    "眼镜企业负责人",
    "食品企业负责人",
    "建筑工程师",
    "环保工程师",
    "扬剧演员",
    "书法工作者",
    "图书馆馆员",
    "银行网点负责人",
    "养老机构负责人",
    "电商创业者",
    "快递网点负责人",
    "公交驾驶员",
    "护士长",
    "体育教练",
    "物流企业职工",
    "非遗传承人",
)


def member_post(rng: Random, level: str) -> str:
    """市政协委员，律师: `level` as the label table says it."""
    return f"{level}，{rng.choice(MEMBER_JOBS)}"


def head_post(place: str) -> str:
    """The post of a first convener: the head of the Party organisation of that place."""
    return f"{place}党组织书记"


def clerk_post(rng: Random, place: str, *, is_rural: bool) -> str:
    """The post of a room's clerk."""
    posts = (
        ("村务工作者", "妇联主席", "民兵营长", "文书") if is_rural else ("社区工作者", "网格长", "居委会委员")
    )
    return f"{place}{rng.choice(posts)}"
