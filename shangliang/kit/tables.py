"""Tables as CSV, as people send them: with a head, in either encoding of Excel; says which line is wrong and why."""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from shangliang.kit.files import BadFile
from shangliang.kit.text import shortened

ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel saves here, with either choice
BOMS = (BOM_UTF16_LE, BOM_UTF16_BE)  # its third choice, "Unicode text"
SEPARATORS = (",", "\t", ";")
TITLES = 2  # lines that may stand above a head
LARGEST_NUMBER = 1_000_000


class Table:
    """A CSV file with a head; iterates over (line number, fields) and passes over empty lines.

    A title above the head is passed over, and names of columns are found in whichever case they are written.
    """

    def __init__(self, content: bytes, file: str, needed: list[str | tuple[str, ...]]) -> None:
        self.file = file
        text = decoded(content, file)
        self.reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
        self.line = 0
        self.place = self._head(needed)

    def _head(self, needed: list[str | tuple[str, ...]]) -> dict[str, int]:
        """Where each column stands, by the first of the lines that could be the head."""
        wrong: BadFile | None = None
        for _line, row in islice(self, TITLES + 1):
            try:
                return self._places([field.strip() for field in row], needed)
            except BadFile as bad:
                wrong = wrong or bad
        if wrong is not None:
            raise wrong
        return self._places([], needed)

    def _places(self, head: list[str], needed: list[str | tuple[str, ...]]) -> dict[str, int]:
        line = max(self.line, 1)
        for name, times in Counter(head).items():
            if name and times > 1:
                raise BadFile(self.file, line, f"“{name}”这一列有两个。There are two columns {name!r}.")
        place = {name: at for at, name in enumerate(head)}
        in_any_case = {name.casefold(): at for at, name in reversed(list(enumerate(head)))}
        for names in needed:
            choices = (names,) if isinstance(names, str) else names
            found = [place[name] for name in choices if name in place]
            found += [in_any_case[name.casefold()] for name in choices if name.casefold() in in_any_case]
            if not found:
                raise BadFile(
                    self.file, line, f"缺少“{choices[0]}”这一列。The column {choices[0]!r} is missing."
                )
            place[choices[0]] = found[0]
        return place

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
            shown = shortened(found, 40)
            raise BadFile(
                self.file,
                line,
                f"“{name}”应是 0 到 {LARGEST_NUMBER} 的整数，不是“{shown}”。"
                f"{name!r} is a whole number from 0 to {LARGEST_NUMBER}, not {shown!r}.",
            )
        return int(found)

    def maybe(self, row: list[str], line: int, name: str) -> int | None:
        """The same where the column and the field may be missing."""
        place = self.place.get(name)
        if place is None or place >= len(row) or not row[place].strip():
            return None
        return self.number(row, line, name)


def decoded(content: bytes, file: str) -> str:
    """The text in whichever encoding spreadsheets save it here. Raises BadFile with the line that cannot be read."""
    encodings = ("utf-16",) if content.startswith(BOMS) else ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise BadFile(
        file,
        line,
        "文字编码不是 UTF-8、UTF-16，也不是 GB 18030。The text is neither UTF-8, UTF-16 nor GB 18030.",
    )


def delimiter_of(text: str) -> str:
    """What parts the columns, by the first lines: a tab wherever there is one, else the more frequent sign."""
    first = "\n".join(text.splitlines()[: TITLES + 1])
    return "\t" if "\t" in text else max(SEPARATORS, key=first.count)
