"""Pools, quotas and panels from CSV files in the Sortition Foundation's forms; says which line is wrong and why."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from io import StringIO

from shangliang.deliberations.engine.draw.pool import Pool, Quota
from shangliang.kit.files import BadFile

ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel saves here, with either choice
MOST_ASKED = 1_000_000


def read_quotas(content: bytes, file: str) -> list[Quota]:
    """`category,feature,min,max[,min_flex,max_flex]`. Raises BadFile."""
    # The Sortition Foundation's earlier files say category and name, its later ones feature and value.
    table = _Table(content, file, [("category", "feature"), ("value", "feature", "name"), "min", "max"])
    quotas: dict[tuple[str, str], Quota] = {}
    for line, row in table:
        category = table.text(row, line, "category")
        feature = table.text(row, line, "value")
        low, high = table.number(row, line, "min"), table.number(row, line, "max")
        if low > high:
            raise BadFile(file, line, f"min {low} 大于 max {high}。min {low} is greater than max {high}.")
        low_flex, high_flex = table.maybe(row, line, "min_flex"), table.maybe(row, line, "max_flex")
        if (low_flex is not None and low_flex > low) or (high_flex is not None and high_flex < high):
            raise BadFile(
                file,
                line,
                "min_flex 不能大于 min，max_flex 不能小于 max。"
                "min_flex must not exceed min, nor max_flex fall below max.",
            )
        if (category, feature) in quotas:
            raise BadFile(
                file, line, f"“{category} {feature}”写了两次。{category!r} {feature!r} stands there twice."
            )
        quotas[category, feature] = Quota(category, feature, low, high, low_flex, high_flex)
    if not quotas:
        raise BadFile(file, 1, "没有一行配额。There is no quota in it.")
    return list(quotas.values())


def read_pool(content: bytes, file: str, quotas: list[Quota], household: str = "") -> Pool:
    """`id` and a column for each category of the quotas; other columns are passed over. Raises BadFile."""
    features: dict[str, set[str]] = {}
    for quota in quotas:
        features.setdefault(quota.category, set()).add(quota.feature)
    categories = tuple(features)
    table = _Table(content, file, ["id", *categories, *([household] if household else [])])
    ids: dict[str, int] = {}
    values, homes = [], []
    for line, row in table:
        who = table.text(row, line, "id")
        if who in ids:
            raise BadFile(
                file,
                line,
                f"编号“{who}”在第 {ids[who]} 行已有。The id {who!r} stands in line {ids[who]} already.",
            )
        ids[who] = line
        found = tuple(table.text(row, line, category) for category in categories)
        for category, value in zip(categories, found, strict=True):
            if value not in features[category]:
                raise BadFile(
                    file,
                    line,
                    f"“{category}”里的“{value}”没有配额。{value!r} of {category!r} has no quota.",
                )
        values.append(found)
        if household:
            homes.append((row[table.place[household]] if len(row) > table.place[household] else "").strip())
    return Pool(categories, tuple(ids), tuple(values), tuple(homes) if household else None)


def read_ids(content: bytes, file: str, known: Collection[str]) -> list[str]:
    """`id`, one a line, each in the pool. Raises BadFile."""
    table = _Table(content, file, ["id"])
    found: dict[str, int] = {}
    for line, row in table:
        who = table.text(row, line, "id")
        if who not in known:
            raise BadFile(file, line, f"名单里没有“{who}”。{who!r} is not in the pool.")
        if who in found:
            raise BadFile(
                file,
                line,
                f"编号“{who}”在第 {found[who]} 行已有。The id {who!r} stands in line {found[who]} already.",
            )
        found[who] = line
    return list(found)


def read_panels(content: bytes, file: str) -> list[list[str]]:
    """`panel,id`, panels counted from 1 and one after the other, as `prepare` writes them. Raises BadFile."""
    table = _Table(content, file, ["panel", "id"])
    panels: list[list[str]] = []
    for line, row in table:
        number, who = table.number(row, line, "panel"), table.text(row, line, "id")
        if number == len(panels) + 1:
            panels.append([])
        elif number != len(panels) or number == 0:
            raise BadFile(
                file,
                line,
                f"这里应是第 {len(panels) or 1} 组或下一组，却是 {number}。"
                f"Panel {len(panels) or 1} or the next one belongs here, not {number}.",
            )
        if who in panels[-1]:
            raise BadFile(file, line, f"“{who}”在这一组里写了两次。{who!r} stands in this panel twice.")
        panels[-1].append(who)
    if not panels:
        raise BadFile(file, 1, "没有一组名单。There is no panel in it.")
    return panels


class _Table:
    """A CSV file with a head; iterates over (line number, fields) and passes over empty lines."""

    def __init__(self, content: bytes, file: str, needed: list[str | tuple[str, ...]]) -> None:
        self.file = file
        self.reader = csv.reader(StringIO(_decoded(content, file), newline=""), strict=True)
        self.line = 0
        head = [field.strip() for field in next(self._rows(), [])]
        self.place: dict[str, int] = {}
        for name in head:
            if name and name in self.place:
                raise BadFile(file, 1, f"“{name}”这一列有两个。There are two columns {name!r}.")
            self.place[name] = len(self.place)
        self.place = {name: head.index(name) for name in head}
        for names in needed:
            choices = (names,) if isinstance(names, str) else names
            known = [name for name in choices if name in self.place]
            if not known:
                raise BadFile(file, 1, f"缺少“{choices[0]}”这一列。The column {choices[0]!r} is missing.")
            self.place[choices[0]] = self.place[known[0]]

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for row in self._rows():
            if any(field.strip() for field in row):
                yield self.line, row

    def _rows(self) -> Iterator[list[str]]:
        while True:
            self.line = self.reader.line_num + 1
            try:
                yield next(self.reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadFile(
                    self.file, self.line, f"这一行不是合规的 CSV。Not a valid line of CSV: {error}."
                ) from error

    def text(self, row: list[str], line: int, name: str) -> str:
        """A field that must not be empty."""
        found = row[self.place[name]].strip() if self.place[name] < len(row) else ""
        if not found:
            raise BadFile(self.file, line, f"“{name}”是空的。{name!r} is empty.")
        return found

    def number(self, row: list[str], line: int, name: str) -> int:
        """A field that is a whole number from 0 on."""
        found = self.text(row, line, name)
        if not (found.isascii() and found.isdigit()) or len(found) > 7 or int(found) > MOST_ASKED:
            raise BadFile(
                self.file,
                line,
                f"“{name}”应是 0 到 {MOST_ASKED} 的整数，不是“{found[:40]}”。"
                f"{name!r} is a whole number from 0 to {MOST_ASKED}, not {found[:40]!r}.",
            )
        return int(found)

    def maybe(self, row: list[str], line: int, name: str) -> int | None:
        """The same where the column and the field may be missing."""
        place = self.place.get(name)
        if place is None or place >= len(row) or not row[place].strip():
            return None
        return self.number(row, line, name)


def _decoded(content: bytes, file: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise BadFile(file, line, "文字编码不是 UTF-8，也不是 GB 18030。The text is neither UTF-8 nor GB 18030.")
