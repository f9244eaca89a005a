"""What is wrong with a book, as sentences that say where it stands and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# code -> (Chinese, English); %(…)s are details of the finding
SENTENCES: Mapping[str, tuple[str, str]] = {
    "no_folder": ("找不到这个文件夹。", "there is no such folder."),
    "unreadable": (
        "文件读不出来，请检查写法：%(error)s",
        "the file cannot be read, check how it is written: %(error)s",
    ),
    "not_utf8": ("文件不是 UTF-8 编码，请另存为 UTF-8。", "the file is not in UTF-8; save it as UTF-8."),
    "missing_key": ("缺少这一项，请补上。", "the key is missing, please add it."),
    "unknown_key": ("没有这样的项，可能写错了字。", "there is no such key; is it misspelt?"),
    "wrong_type": ("应当是%(wanted)s。", "must be %(wanted_en)s."),
    "bad_id": (
        "编号应写成“模块.名称_单位”，小写字母，如 topics.ack_days。",
        "an id is <app>.<noun>_<unit> in small letters, such as topics.ack_days.",
    ),
    "unknown_app": ("没有叫“%(word)s”的模块。", "there is no app called %(word)s."),
    "duplicate_id": ("这个编号在 %(other)s 里已经有了。", "this id already stands in %(other)s."),
    "unknown_word": ("“%(word)s”不认识，只能是：%(known)s。", "%(word)s is unknown; use one of: %(known)s."),
    "unit_unlike_id": (
        "编号的结尾和单位不一致：单位 %(unit)s 的编号要以 %(endings)s 结尾。",
        "id and unit differ: an id with unit %(unit)s ends in %(endings)s.",
    ),
    "no_values": (
        "至少要有一个值，写成 {from = 日期, value = …}。",
        "at least one {from = date, value = …} is needed.",
    ),
    "unordered_dates": (
        "日期要由早到晚、不能重复（%(earlier)s 之后又写了 %(later)s）。",
        "dates must rise without repeating (%(later)s stands after %(earlier)s).",
    ),
    "wrong_value": (
        "单位是 %(unit)s，值应当是%(wanted)s。",
        "with unit %(unit)s the value must be %(wanted_en)s.",
    ),
    "out_of_range": (
        "%(value)s 超出允许的范围：%(least)s 到 %(most)s。",
        "%(value)s is out of range: %(least)s to %(most)s.",
    ),
    "bad_range": (
        "范围要写成 [最小, 最大] 两个数，且只用于数字。",
        "a range is [least, most], two numbers, and only for numbers.",
    ),
    "not_a_choice": ("“%(value)s”不在可选的值里：%(known)s。", "%(value)s is not one of: %(known)s."),
    "sourced_without_source": (
        "写明“有出处”的，必须写出处；没有出处的请改为 default。",
        "a sourced number needs its source; without one its basis is default.",
    ),
    "unknown_source": ("出处表里没有 %(word)s。", "%(word)s does not stand in the list of sources."),
    "columns_without_table": (
        "只有表格（table）要写列，而且必须写。",
        "columns belong to a table, and a table needs them.",
    ),
    "bad_row": (
        "第 %(row)s 行的“%(column)s”应当是%(wanted)s。",
        "row %(row)s: %(column)s must be %(wanted_en)s.",
    ),
    "unknown_rule": (
        "规则册里没有这个编号，改不了。请照着规则页上的编号填写。",
        "the book has no such id; copy it from the page of rules.",
    ),
    "bad_area_path": (
        '区划路径要写成 32/3211/321102/ 这样，以 / 结尾；全部署通用就写空的 ""。',
        'an area path looks like 32/3211/321102/ and ends in /; "" stands for the whole deployment.',
    ),
    "fixed": (
        "这一条由法律、标准或对群众的承诺定死，本地不能改；要改，请换新的规则册。",
        "law, a standard or a promise to residents fixes this rule: only a new book can change it.",
    ),
    "out_of_scope": (
        "%(tier)s无权改这一条，这一条只能由%(allowed)s修改。",
        "this tier (%(tier_en)s) may not change this rule; it may be changed by: %(allowed_en)s.",
    ),
    "duplicate_override": (
        "同一个地方对同一条改了两次（另一处在 %(other)s），请并成一处，用日期分开。",
        "the same place changes the same rule twice (also in %(other)s); join them, with their dates.",
    ),
    "ends_before_it_begins": (
        "终止日期早于最后一个起始日期。",
        "`until` lies before the last date from which a value holds.",
    ),
    "not_in_book": (
        "%(where)s 用到了这个编号，规则册里却没有。",
        "%(where)s uses this id, but the book does not have it.",
    ),
    "unused": (
        "模块 %(stage)s 已写完，却没有代码用到这一条。请用上、删去，或写明 waiting 的缘由。",
        "the app %(stage)s is complete, yet no code uses this rule: use it, delete it, or say why it is waiting.",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One fault: in which file, at which rule, at which of its keys."""

    code: str
    file: str
    id: str = ""
    key: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def zh(self) -> str:
        return f"{self._where}：{SENTENCES[self.code][0] % self.details}"

    @property
    def en(self) -> str:
        return f"{self._where}: {SENTENCES[self.code][1] % self.details}"

    @property
    def _where(self) -> str:
        return " › ".join(part for part in (self.file, self.id, self.key) if part)

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


class BadBook(ValueError):
    """The book cannot be used; every fault is named at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))
