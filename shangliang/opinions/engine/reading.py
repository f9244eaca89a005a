"""Files of votes, statements and groups: our own columns or those that Polis exports. Says which line is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO, StringIO
from itertools import pairwise
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from shangliang.kit.files import BadFile
from shangliang.kit.tables import BOMS, decoded, delimiter_of
from shangliang.opinions.engine.votes import Ints, Named

CHUNK = 1 << 20  # bytes parsed at a time
LINES = 1 << 14  # rows whose fields are worked on at a time, so that they stay in the cache
FRONT = 64  # bytes of the longest id that is read in bulk
LONGEST = 18  # digits of a whole number that surely fits 64 bits

# What a column is called: ours first, then Polis's exports (votes.csv, comments.csv, participants-votes.csv).
PARTICIPANT = ("participant", "voter-id", "voter_id", "participant_id")
STATEMENT = ("statement", "comment-id", "comment_id", "statement_id")
VOTE = ("vote",)
TIME = ("timestamp_ms", "timestamp")
MODERATED = ("moderated",)
META = ("is_meta", "is-meta")
GROUP = ("group", "group-id", "group_id")
WIDE = {"participant", "n-votes", "n-agree"}  # Polis's participants-votes.csv: a column for each statement
VOTES_OF = {"1": 1, "+1": 1, "0": 0, "-1": -1}
TRUTH = {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False, "": False}


class NotUtf8(BadFile):
    """The text is in another encoding."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__(file, line, "文字编码不是 UTF-8。The text is not UTF-8.")


@dataclass(frozen=True)
class Log:
    """The votes of a file in its order; `times` is None where the file has none or is in order of time already."""

    participants: NDArray[Any] | Named
    statements: NDArray[Any] | Named
    votes: NDArray[np.int8]
    times: Ints | None
    has_times: bool = (
        True  # whether the file says when; else its rows are taken to stand in the order of time
    )


@dataclass(frozen=True)
class Texts:
    """Ids that are text: the different ones, and for each row its place among them."""

    distinct: list[str]
    where: NDArray[Any]

    @classmethod
    def of(cls, found: list[str]) -> Texts:
        places: dict[str, int] = {}
        where = [places.setdefault(each, len(places)) for each in found]
        return cls(list(places), np.array(where, np.int64))


@dataclass
class Ids:
    """Ids of one column: whole numbers as long as all are, else text."""

    numbers: list[NDArray[Any]]
    texts: dict[str, int] | None = None  # of each text its number, once there is one that is no plain number

    def add(self, found: Ints | Texts) -> None:
        if isinstance(found, Texts):
            self.add_texts(found)
        elif self.texts is None:
            small = len(found) == 0 or int(found.max()) < 2**31
            self.numbers.append(found.astype(np.int32) if small else found)
        else:
            distinct, where = np.unique(found, return_inverse=True)
            self.number(Texts([str(each) for each in distinct.tolist()], where))

    def add_texts(self, found: Texts) -> None:
        if self.texts is None and all(is_plain(each) for each in found.distinct):
            self.add(np.array(found.distinct, np.int64)[found.where])
            return
        if self.texts is None:
            earlier, self.numbers, self.texts = self.numbers, [], {}
            for each in earlier:
                self.add(each.astype(np.int64))
        self.number(found)

    def number(self, found: Texts) -> None:
        texts: dict[str, int] = self.texts if self.texts is not None else {}
        codes = np.array([texts.setdefault(each, len(texts)) for each in found.distinct], np.int32)
        self.numbers.append(codes[found.where])

    def joined(self) -> NDArray[Any] | Named:
        whole = joined(self.numbers, np.int32)
        return whole if self.texts is None else Named(whole, np.array(list(self.texts)))


def joined(parts: list[NDArray[Any]], empty: type) -> NDArray[Any]:
    """The parts as one array; the parts are let go, a list of fifty million votes being large."""
    whole = np.concatenate(parts) if parts else np.empty(0, empty)
    parts.clear()
    return whole


def is_plain(text: str) -> bool:
    """Whether it is a whole number written the usual way, so that number and text name the same."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= LONGEST
        and (text == "0" or not text.startswith("0"))
    )


def read_votes(source: BinaryIO | BufferedIOBase, file: str) -> Log:
    """Read votes in whichever encoding, line ends and separators they come. Raises BadFile with the line that is wrong."""
    if not source.seekable():
        with TemporaryFile() as kept:
            copyfileobj(source, kept)
            kept.seek(0)
            return read_votes(kept, file)
    start = source.tell()
    header = source.readline()
    is_plain_csv = (
        b"," in header and not header.startswith(BOMS) and b"\r" not in header.removesuffix(b"\r\n")
    )
    source.seek(start)
    if not is_plain_csv:
        return _read_votes(rewritten(source.read(), file), file)
    try:
        return _read_votes(source, file)
    except NotUtf8:
        source.seek(start)
        return _read_votes(rewritten(source.read(), file), file)


def rewritten(content: bytes, file: str) -> BytesIO:
    """The same table as CSV in UTF-8 with line feeds. Raises BadFile."""
    text = decoded(content, file).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = delimiter_of(text)
    if delimiter != ",":
        out = StringIO(newline="")
        try:
            rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
            csv.writer(out, lineterminator="\n").writerows(rows)
        except csv.Error as error:
            raise BadFile(file, 1, f"不是合规的 CSV。Not valid CSV: {error}.") from error
        text = out.getvalue()
    return BytesIO(text.encode())


def _read_votes(source: BinaryIO | BufferedIOBase, file: str) -> Log:
    """Row by row, as fast as the bytes allow: whole numbers in bulk, anything unusual with care."""
    header = source.readline()
    names = header_of(header, file)
    if place_of(names, VOTE) is None and set(names) >= WIDE:
        return read_wide(source, names, file)
    width = len(names)
    who, what, how = (needed(names, kind, file) for kind in (PARTICIPANT, STATEMENT, VOTE))
    when = place_of(names, TIME)
    people, statements = Ids([]), Ids([])
    votes: list[NDArray[Any]] = []
    times: list[NDArray[Any]] = []
    line = 2
    for chunk in whole_lines(source):
        bulk = parsed(chunk, width, (who, what, how, when))
        if bulk is not None:
            people.add(bulk.people)
            statements.add(bulk.statements)
            votes.append(bulk.votes)
            if when is not None:
                times.append(bulk.times)
            line += len(bulk.votes)
            continue
        columns: tuple[list[str], list[str], list[int], list[int]] = ([], [], [], [])
        for line_now, fields in careful(chunk, width, file, line):
            columns[0].append(id_in(fields[who], file, line_now))
            columns[1].append(id_in(fields[what], file, line_now))
            columns[2].append(vote_in(fields[how], file, line_now))
            if when is not None:
                columns[3].append(time_in(fields[when], file, line_now))
        people.add(Texts.of(columns[0]))
        statements.add(Texts.of(columns[1]))
        votes.append(np.array(columns[2], np.int8))
        if when is not None:
            times.append(np.array(columns[3], np.int64))
        line += chunk.count(b"\n") + (not chunk.endswith(b"\n"))
    return Log(
        people.joined(),
        statements.joined(),
        joined(votes, np.int8),
        None if in_order(times) else joined(times, np.int64),
        has_times=when is not None,
    )


def read_wide(source: BinaryIO | BufferedIOBase, names: list[str], file: str) -> Log:
    """A row for each participant and a column for each statement, empty where nobody voted."""
    who = names.index("participant")
    columns = [(place, name) for place, name in enumerate(names) if is_plain(name)]
    people: list[str] = []
    statements: list[str] = []
    votes: list[int] = []
    line = 2
    for chunk in whole_lines(source):
        for line_now, fields in careful(chunk, len(names), file, line):
            person = id_in(fields[who], file, line_now)
            for place, name in columns:
                if fields[place]:
                    people.append(person)
                    statements.append(name)
                    votes.append(vote_in(fields[place], file, line_now))
        line += chunk.count(b"\n")
    both = Ids([]), Ids([])
    for ids, found in zip(both, (people, statements), strict=True):
        ids.add(Texts.of(found))
    return Log(both[0].joined(), both[1].joined(), np.array(votes, np.int8), None, has_times=False)


def in_order(times: list[NDArray[Any]]) -> bool:
    """Whether the rows already stand in order of time (also when they have none)."""
    full = [each for each in times if len(each)]
    return all((each[1:] >= each[:-1]).all() for each in full) and all(
        one[-1] <= other[0] for one, other in pairwise(full)
    )


def header_of(header: bytes, file: str) -> list[str]:
    """The names of the columns."""
    try:
        text = header.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise NotUtf8(file, 1) from error
    if not text:
        raise BadFile(
            file,
            1,
            "文件是空的，第一行要写各列的名称。The file is empty; its first line must name the columns.",
        )
    return [name.strip().lower() for name in next(csv.reader([text]))]


def place_of(names: list[str], kind: tuple[str, ...]) -> int | None:
    """Where the first known name of a column stands."""
    return next((names.index(name) for name in kind if name in names), None)


def needed(names: list[str], kind: tuple[str, ...], file: str) -> int:
    """Where a column stands that must be there."""
    place = place_of(names, kind)
    if place is None:
        raise no_column(file, kind, names)
    return place


def no_column(file: str, kind: tuple[str, ...], names: list[str]) -> BadFile:
    """What is said where a column is missing."""
    wanted, found = " / ".join(kind), ", ".join(names)
    return BadFile(
        file, 1, f"没有“{wanted}”这一列，只有：{found}。There is no column {wanted}, only: {found}."
    )


def whole_lines(source: BinaryIO | BufferedIOBase) -> Iterator[bytes]:
    """The rest of a file in chunks that end with a line (a quoted line break keeps its line together)."""
    rest = b""
    while block := source.read(CHUNK):
        block = rest + block
        cut = block.rfind(b"\n") + 1
        while cut and block.count(b'"', 0, cut) % 2:
            cut = block.rfind(b"\n", 0, cut - 1) + 1
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest


@dataclass(frozen=True)
class Bulk:
    """The columns of a chunk of rows."""

    people: Ints | Texts
    statements: Ints | Texts
    votes: NDArray[np.int8]
    times: Ints


def parsed(chunk: bytes, width: int, wanted: tuple[int, int, int, int | None]) -> Bulk | None:
    """The wanted columns (participant, statement, vote, time) of a chunk of plain rows; None if any is unusual.

    Plain rows have no quotes, no spaces around what is wanted, and whole numbers for votes and times.
    """
    if b'"' in chunk:
        return None
    if b"\r" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n")
    if not chunk.endswith(b"\n"):
        chunk += b"\n"
    # Bytes in front, so that the last eight (or, of a text, all) that end at any field lie within.
    text = np.frombuffer(b"\n" * FRONT + chunk, np.uint8)
    ends = np.flatnonzero((text == ord(",")) | (text == ord("\n")))[FRONT:]
    rows, odd = divmod(len(ends), width)
    marks = text[ends] == ord("\n")
    if odd or not marks[width - 1 :: width].all() or int(marks.sum()) != rows:
        return None
    bounds = np.concatenate(([FRONT - 1], ends))
    places = [None if at is None else (bounds[at:-1:width] + 1, ends[at::width]) for at in wanted]
    ids = [digits(text, *place) for place in places[:2] if place]
    found = [
        texts(text, *place) if id_ is None and place else id_ for id_, place in zip(ids, places, strict=False)
    ]
    votes = signed_digits(text, *places[2]) if places[2] else None
    times = digits(text, *places[3]) if places[3] else np.empty(0, np.int64)
    if found[0] is None or found[1] is None or votes is None or times is None or (votes > 1).any():
        return None
    return Bulk(found[0], found[1], votes.astype(np.int8), times)


def texts(text: NDArray[np.uint8], starts: Ints, ends: Ints) -> Texts | None:
    """The texts that stand in these places; None if one is empty, long, begins or ends with a space, or is no text."""
    lengths = ends - starts
    longest = int(lengths.max(initial=1))
    if lengths.min(initial=1) < 1 or longest > FRONT:
        return None
    if (text[starts] <= ord(" ")).any() or (text[ends - 1] <= ord(" ")).any():
        return None
    letters = np.zeros((len(starts), longest), np.uint8)
    for at in range(longest):
        inside = np.minimum(starts + at, ends - 1)
        letters[:, at] = np.where(at < lengths, text[inside], 0)
    distinct, where = np.unique(letters.view(f"S{longest}").ravel(), return_inverse=True)
    try:
        names = [each.decode() for each in distinct.tolist()]
    except UnicodeDecodeError:
        return None
    if any(name.lower() == "nan" or name != name.strip() for name in names):
        return None
    return Texts(names, where)


def digits(text: NDArray[np.uint8], starts: Ints, ends: Ints) -> Ints | None:
    """The whole numbers that stand in these places; None if any does not, or is written with a leading zero."""
    found = np.empty(len(starts), np.int64)
    words = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))  # the eight bytes from each byte on
    for at in range(0, len(starts), LINES):
        part = slice(at, at + LINES)
        values = some_digits(text, words, starts[part], ends[part])
        if values is None:
            return None
        found[part] = values
    return found


def some_digits(text: NDArray[np.uint8], words: NDArray[np.uint64], starts: Ints, ends: Ints) -> Ints | None:
    """As many numbers as fit the cache."""
    lengths = ends - starts
    longest = int(lengths.max(initial=1))
    if lengths.min(initial=1) < 1 or longest > LONGEST:
        return None
    if ((text[starts] == ord("0")) & (lengths > 1)).any():
        return None
    low = eight_digits(words, ends, np.minimum(lengths, 8))
    if low is None or longest <= 8:
        return low
    long = np.flatnonzero(lengths > 8)
    for more in range(8, longest, 8):
        long = long[lengths[long] > more]
        high = eight_digits(words, ends[long] - more, np.minimum(lengths[long] - more, 8))
        if high is None:
            return None
        low[long] += high * 10**more
    return low


def eight_digits(words: NDArray[np.uint64], ends: Ints, lengths: Ints) -> Ints | None:
    """Up to eight digits before each end, all at once within a 64-bit word; None if a byte is no digit."""
    word = words[ends - 8]
    shift = (64 - 8 * lengths).astype(np.uint64)
    word = (word >> shift) << shift  # clears the bytes before the field
    zeros = (np.uint64(0x3030303030303030) >> shift) << shift
    word ^= zeros  # a digit leaves its value, at most 9
    if ((word | (word + np.uint64(0x0606060606060606))) & np.uint64(0xF0F0F0F0F0F0F0F0)).any():
        return None
    word = word * np.uint64(10) + (word >> np.uint64(8))
    mask = np.uint64(0x000000FF000000FF)
    word = (
        (word & mask) * np.uint64(0x000F424000000064)
        + ((word >> np.uint64(16)) & mask) * np.uint64(0x0000271000000001)
    ) >> np.uint64(32)
    return word.astype(np.int64)


def signed_digits(text: NDArray[np.uint8], starts: Ints, ends: Ints) -> Ints | None:
    """One digit, perhaps with a sign before it."""
    lengths = ends - starts
    minus = text[starts] == ord("-")
    if (lengths - (minus | (text[starts] == ord("+"))) != 1).any():
        return None
    values = text[ends - 1].astype(np.int64) - ord("0")
    if ((values < 0) | (values > 9)).any():
        return None
    return np.where(minus, -values, values)


def careful(chunk: bytes, width: int, file: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line, by the csv module."""
    try:
        text = chunk.decode()
    except UnicodeDecodeError as error:
        bad = line + chunk.count(b"\n", 0, error.start)
        raise NotUtf8(file, bad) from error
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    at = line
    try:
        for fields in reader:
            if fields and any(each.strip() for each in fields):
                if len(fields) != width:
                    raise BadFile(
                        file,
                        at,
                        f"这一行有 {len(fields)} 列，第一行写了 {width} 列。"
                        f"{len(fields)} columns where the first line names {width}.",
                    )
                yield at, [each.strip() for each in fields]
            at = line + reader.line_num
    except csv.Error as error:
        raise BadFile(
            file, line + reader.line_num - 1, f"引号或逗号不对。Quotes or commas are wrong: {error}."
        ) from error


def id_in(text: str, file: str, line: int) -> str:
    if not text:
        raise BadFile(file, line, "编号是空的。An id is empty.")
    if text.lower() == "nan":
        raise BadFile(file, line, "编号不能是 NaN。NaN is no id.")
    return text


def vote_in(text: str, file: str, line: int) -> int:
    vote = VOTES_OF.get(without_point(text))
    if vote is None:
        raise BadFile(file, line, f"表态应是 1、0 或 -1，不是“{text}”。A vote is 1, 0 or -1, not {text!r}.")
    return vote


def without_point(text: str) -> str:
    """A whole number that a spreadsheet or a data frame wrote as `1.0`."""
    whole, point, rest = text.partition(".")
    return whole if point and rest and not rest.strip("0") else text


def time_in(text: str, file: str, line: int) -> int:
    whole = without_point(text)
    digits_only = whole.removeprefix("-")
    if not (digits_only.isascii() and digits_only.isdigit() and len(digits_only) <= LONGEST):
        raise BadFile(
            file,
            line,
            f"时间应是毫秒整数，不是“{text}”。A time is a whole number of milliseconds, not {text!r}.",
        )
    return int(whole)


def table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows of a small file."""
    source = rewritten(path.read_bytes(), path.name)
    names = header_of(source.readline(), path.name)
    return names, list(careful(source.read(), len(names), path.name, 2))


def read_statements(path: Path) -> tuple[set[str], set[str]]:
    """Ids of the statements that were rejected, and of those about the conversation itself."""
    names, rows = table(path)
    which, rejected, meta = (
        needed(names, STATEMENT, path.name),
        place_of(names, MODERATED),
        place_of(names, META),
    )
    if rejected is None and meta is None:
        raise no_column(path.name, (*MODERATED, *META), names)
    out: set[str] = set()
    about: set[str] = set()
    for line, fields in rows:
        name = id_in(fields[which], path.name, line)
        if rejected is not None:
            looked = without_point(fields[rejected])
            if looked not in {*VOTES_OF, ""}:
                raise BadFile(
                    path.name,
                    line,
                    f"moderated 应是 1、0 或 -1，不是“{looked}”。moderated is 1, 0 or -1, not {looked!r}.",
                )
            if looked == "-1":
                out.add(name)
        if meta is not None:
            said = without_point(fields[meta].lower())
            if said not in TRUTH:
                raise BadFile(
                    path.name, line, f"is_meta 应是 0 或 1，不是“{said}”。is_meta is 0 or 1, not {said!r}."
                )
            if TRUTH[said]:
                about.add(name)
    return out, about


def read_groups(path: Path) -> dict[str, int | str]:
    """The group of each participant who has one; whole numbers as numbers when all are."""
    names, rows = table(path)
    who, which = needed(names, PARTICIPANT, path.name), needed(names, GROUP, path.name)
    found: dict[str, str] = {}
    for line, fields in rows:
        person, group = id_in(fields[who], path.name, line), without_point(fields[which])
        if found.setdefault(person, group) != group:
            raise BadFile(
                path.name,
                line,
                f"“{person}”写在两个群里。Participant {person} stands in two groups.",
            )
    grouped = {person: group for person, group in found.items() if group}
    if all(is_plain(group) for group in grouped.values()):
        return {person: int(group) for person, group in grouped.items()}
    return dict(grouped)
