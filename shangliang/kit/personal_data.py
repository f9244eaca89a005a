"""Personal data in what people write: numbers of telephones, cards and identity, e-mail, a name with its door.

Noticed, never guessed: only what can be told by its form or its check digit, in whatever width, with whatever
dashes, dots and blanks. A false alarm at a village number is worse than a missed nickname. Pure but for the words
of its kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric

from shangliang.kit.text import SPOKEN, fold


class Kind(StrEnum):
    """What was noticed."""

    IDENTITY_CARD = "identity_card"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    MAIL = "mail"
    NAME_AT_DOOR = "name_at_door"


NAMES = {
    Kind.IDENTITY_CARD: _("身份证号"),
    Kind.BANK_CARD: _("银行卡号"),
    Kind.MOBILE: _("手机号"),
    Kind.LANDLINE: _("电话号码"),
    Kind.MAIL: _("电子邮箱"),
    Kind.NAME_AT_DOOR: _("姓名和门牌"),
}
# Of these an office gives its own to everybody: a reply may say where to ask.
OFFICIAL = frozenset({Kind.LANDLINE, Kind.MAIL})

_GAP = r"[ .\-]{0,3}"
_DOOR = (  # down to the flat; a building alone is where something happens  # not shown: what people type
    r"(?:\d{1,3}(?:号楼|幢|栋|座) ?(?:\d{1,2}单元 ?)?\d{3,4}(?!\d)室?|\d{1,2}单元 ?\d{3,4}(?!\d)室?"
    r"|\d{3,4}室|\d{1,3}-\d{1,2}-\d{3,4}(?!\d)室?|\d{1,2}组 ?\d{1,3}号)"
)
# The hundred that nine of ten bear, without those that begin everyday words more often than names.
_SURNAMES = (  # not shown: what people type
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁沈"
    "姚卢姜崔钟谭陆汪范廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛阎雷龙陶贺郝龚邵钱覃顾赖武戴莫孔汤倪"
)
_COMPOUND = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟"  # not shown: what people type
_NOT_NAMES = (  # not shown: what people type
    "马桶|马路|马达|高空|高层|高楼|高处|高压|高温|黄泥|黄线|黄沙|金属|金额|方向|方面|方便|方案|龙头|石板|石膏|石材|石头"
    "|白蚁|白墙|白天|毛坯|毛病|孔洞|田地|田间|夏季|夏天|钱款|余款|何时|何处|周边|周围|周末|周一|周二|周三|周四|周五|周六|周日|许多"
    "|曾经|程度|程序|林木|林荫|杨树|杨柳|陶瓷|谢绝|郑重|叶子|杜绝|范围|陆续|顾客|顾虑|武装|江边|莫名|汤水|于是|罗列|宋体"
)
_HONOURED = "大爷|大妈|大叔|大娘|阿姨|奶奶|爷爷|师傅|先生|女士|老师|老伯|婆婆"  # not shown: what people type
_GIVEN = r"(?!某)[\u4e00-\u9fff](?!某)[\u4e00-\u9fff]?"  # not shown: what people type
_OLD = "老"  # not shown: what people type
_NAME = rf"(?!{_NOT_NAMES})(?:{_OLD}[{_SURNAMES}]|(?:{_COMPOUND}|[{_SURNAMES}])(?:{_HONOURED}|{_GIVEN}))"
_BETWEEN = r"(?:的|住户|业主|居民|[ :,(])*"  # not shown: what people type
_AFTER = r"(?=$|[^\u4e00-\u9fff]|[说讲提问答家认表希建要反])"  # not shown: what people type
_PATTERNS = (
    (Kind.IDENTITY_CARD, rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])"),
    (Kind.IDENTITY_CARD, r"(?<!\d)\d{6} ?\d{6} ?\d{3}(?!\d)"),
    (Kind.BANK_CARD, rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)"),
    (Kind.MOBILE, rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1[3-9](?:{_GAP}\d){{9}}(?!\d)"),
    (
        Kind.LANDLINE,
        rf"(?<!\d)(?:\(0\d{{2,3}}\){_GAP}|0\d{{2,3}}[ .\-]{{1,3}}|0(?:10|2\d|[3-9]\d\d)(?=[2-8]))"
        r"(?:\d{7,8}|\d{3,4}[ \-]\d{4})(?!\d)",
    ),
    (Kind.MAIL, r"(?<![\w.%+\-])[\w.%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+"),
    (Kind.NAME_AT_DOOR, rf"{_NAME}(?: ?\( ?| ?家?住(?:在)? ?){_DOOR}\)?"),  # not shown: what people type
    (Kind.NAME_AT_DOOR, rf"{_DOOR}{_BETWEEN}{_NAME}{_AFTER}"),
)
# Overlapping: a digit with a blank before a number must not hide it.
PATTERNS = tuple((kind, re.compile(f"(?=({pattern}))")) for kind, pattern in _PATTERNS)

_HEARD = "".join(SPOKEN)
SPOKEN_MOBILE = re.compile(  # not shown: what people type
    rf"(?<![{_HEARD}十百千万])[幺一](?:[{_HEARD}] ?){{10}}(?![{_HEARD}十百千万年])"
)
_NUMBERS = "编号|单号|工单|订单|户号|表号|流水|文号"  # not shown: what people type
NUMBERED = re.compile(rf"(?:{_NUMBERS})[^\d]{{0,4}}$")
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
KEEP_TAIL = 2  # characters left visible, so that its owner recognises it


@dataclass(frozen=True)
class Finding:
    """One piece of personal data in a text."""

    kind: Kind
    start: int
    end: int


def find(text: str, *, is_public: bool = False) -> list[Finding]:
    """Everything noticed, in order, without overlaps.

    A name with its door only where everybody will read it: to the desk it says whom to visit.
    """
    plain = fold(text)
    found: list[Finding] = []
    for kind, start, end in _candidates(plain.text):
        if kind is Kind.NAME_AT_DOOR and not is_public:
            continue
        first, last = plain.span(start, end)
        if not any(first < other.end and other.start < last for other in found):
            found.append(Finding(kind, first, last))
    return sorted(found, key=lambda finding: finding.start)


def _candidates(plain: str) -> Iterator[tuple[Kind, int, int]]:
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if _holds(kind, match.group(1), plain[: match.start(1)]):
                yield kind, match.start(1), match.end(1)
    for match in SPOKEN_MOBILE.finditer(plain):
        digits = "".join(SPOKEN.get(char, "") for char in match.group())
        if digits[1] in "3456789":
            yield Kind.MOBILE, match.start(), match.end()


def mask(text: str) -> str:
    """The text with every number starred out but for its last characters."""
    masked = text
    for finding in find(text):
        hidden = finding.end - finding.start - KEEP_TAIL
        masked = masked[: finding.start] + "*" * hidden + masked[finding.start + hidden :]
    return masked


def names(text: str, *, is_public: bool = False) -> list[Promise]:
    """The kinds that were noticed, in words, each once."""
    return [NAMES[kind] for kind in _kinds(text, is_public=is_public)]


def private(text: str) -> list[Promise]:
    """The kinds in a text of an office that everybody will read; its own number and address it may give."""
    return [NAMES[kind] for kind in _kinds(text, is_public=True) if kind not in OFFICIAL]


def _kinds(text: str, *, is_public: bool) -> list[Kind]:
    return list(dict.fromkeys(finding.kind for finding in find(text, is_public=is_public)))


def _holds(kind: Kind, matched: str, before: str) -> bool:
    digits = "".join(char for char in matched if char.isdecimal() or char in "Xx").upper()
    if kind == Kind.IDENTITY_CARD and len(digits) == 15:  # of before 1999, without a check digit
        return int(digits[:2]) in PROVINCES and _is_day(f"19{digits[6:12]}") and not NUMBERED.search(before)
    if kind == Kind.IDENTITY_CARD:  # by its check digit alone: the list of counties in the library has gaps
        century = digits[6:8] in {"19", "20"}
        return century and _is_day(digits[6:14]) and ric.calc_check_digit(digits) == digits[-1]
    if kind == Kind.BANK_CARD:
        return luhn.is_valid(digits)
    return True


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
