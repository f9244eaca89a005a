"""Tables as Excel files, one row at a time: memory stays the same however long the table is.

Every text stays text. What begins with "=" or looks like an address or a number is somebody's words, never something
that Excel may work out, open or round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from shangliang.kit.clock import local_day
from shangliang.kit.text import plain

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_000  # characters; a cell of Excel takes 32,767
NARROW, WIDE = 14, 44  # of columns, in characters
DAY = "yyyy-mm-dd"

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    title: str
    is_wide: bool = False


def write(
    name: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]], about: Sequence[tuple[str, str]]
) -> IO[bytes]:
    """An open file with two sheets: the table, and what it is a table of. Whoever asked closes it."""
    file = TemporaryFile()  # noqa: SIM115  it is handed on
    with xlsxwriter.Workbook(file, {"constant_memory": True, **PLAIN}) as book:
        strong = book.add_format({"bold": True})
        day = book.add_format({"num_format": DAY, "align": "left"})
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.set_column(column, column, WIDE if head.is_wide else NARROW)
            sheet.write_string(0, column, head.title, strong)
        for line, column, cell in _cells(rows):
            if isinstance(cell, date):
                sheet.write_datetime(
                    line, column, local_day(cell) if isinstance(cell, datetime) else cell, day
                )
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, plain(cell)[:LONGEST])
        notes = book.add_worksheet(_("说明"))
        notes.set_column(0, 0, NARROW)
        notes.set_column(1, 1, WIDE)
        for line, (word, said) in enumerate(chain([(_("表名"), name)], about)):
            notes.write_string(line, 0, word, strong)
            notes.write_string(line, 1, said)
    file.seek(0)
    return file


def _cells(rows: Iterable[Sequence[Cell]]) -> Iterator[tuple[int, int, Cell]]:
    for line, row in enumerate(rows, start=1):
        yield from ((line, column, cell) for column, cell in enumerate(row))
