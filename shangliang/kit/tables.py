"""Tables as CSV, as people send them: with a head, in either encoding of Excel; says which line is wrong and why."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from shangliang.kit.files import BadFile

ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel saves here, with either choice
LARGEST_NUMBER = 1_000_000


class Table:
    """A CSV file with a head; iterates over (line number, fields) and passes over empty lines."""

    def __init__(self, content: bytes, file: str, needed: list[str | tuple[str, ...]]) -> None:
        self.file = file
        self.reader = csv.reader(StringIO(decoded(content, file), newline=""), strict=True)
        self.line = 0
        head = [field.strip() for field in next(self._rows(), [])]
        for name, times in Counter(head).items():
            if name and times > 1:
                raise BadFile(file, 1, f"“{name}”这一列有两个。There are two columns {name!r}.")
        self.place = {name: at for at, name in enumerate(head)}
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
        if not (found.isascii() and found.isdigit()) or len(found) > 7 or int(found) > LARGEST_NUMBER:
            raise BadFile(
                self.file,
                line,
                f"“{name}”应是 0 到 {LARGEST_NUMBER} 的整数，不是“{found[:40]}”。"
                f"{name!r} is a whole number from 0 to {LARGEST_NUMBER}, not {found[:40]!r}.",
            )
        return int(found)

    def maybe(self, row: list[str], line: int, name: str) -> int | None:
        """The same where the column and the field may be missing."""
        place = self.place.get(name)
        if place is None or place >= len(row) or not row[place].strip():
            return None
        return self.number(row, line, name)


def decoded(content: bytes, file: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise BadFile(file, line, "文字编码不是 UTF-8，也不是 GB 18030。The text is neither UTF-8 nor GB 18030.")
