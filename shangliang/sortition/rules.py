"""Pure arithmetic of a draw: what was typed, which quotas follow, and one panel by a public number."""

from __future__ import annotations

import csv
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shangliang.kit import phones
from shangliang.kit.guards import Unmet
from shangliang.kit.tables import delimiter_of
from shangliang.kit.text import shortened

SPAN = 2**256
MOST_CATEGORIES, MOST_FEATURES = 8, 20
LONGEST_NAME = 20
LONGEST_PERSON, LONGEST_HOME = 40, 100  # characters of a name and of an address; both are sealed
MOST_PEOPLE = 999_999_999  # of one kind in a place
OWN_COLUMNS = {"name": "姓名", "telephone": "电话", "address": "住址"}  # not shown: a head of either language
HALF_WIDTH = str.maketrans("，；", ",;")  # not shown: what people type
NO_HOME = {  # what stands where there is no address, as it is compared
    "无", "没有", "暂无", "不详", "未知", "不明", "不清楚", "不知道", "未填", "未填写",  # not shown: what people type
    "空", "空白", "保密", "同上", "同前", "同左",  # not shown: what people type
    "na", "nil", "none", "null", "unknown", "blank", "same", "ditto", "tbd",
}  # fmt: skip
COLONS, COMMAS = "：:", "、，,；;"  # not shown: what people type
# "18到34岁 300", "业主（420人）"; then "男612": digits that end a name without a blank are a number of people.
COUNTED = (  # not shown: what people type
    re.compile(r"^(?P<name>.+?)(?:\s*[（(]\s*|\s+)(?P<people>\d{1,9})\s*人?\s*[)）]?$"),
    re.compile(r"^(?P<name>.*\D)(?P<people>\d{1,9})人?$"),
)


class BadLine(ValueError):
    """A line of what was typed that cannot be read; `code` is one of the label table."""

    def __init__(self, line: int, code: str, word: str = "") -> None:
        super().__init__(f"{line}: {code} {word}")
        self.line, self.code, self.word = line, code, word


@dataclass(frozen=True)
class Feature:
    """One value of an attribute, with how many people of the place have it; None where nobody has counted."""

    category: str
    name: str
    people: int | None = None


@dataclass(frozen=True)
class Asked:
    """How many of one value a panel has, both ends included; `is_flexible`: may move where no panel exists."""

    feature: Feature
    low: int
    high: int
    is_flexible: bool = False


def read_categories(text: str) -> list[Feature]:
    """One attribute a line: `年龄：18到34岁 300、35到59岁 500、60岁以上 400`; the numbers may be left out.

    Or a table as it is copied from a spreadsheet: attribute, value, people. Raises BadLine.
    """
    plain = unicodedata.normalize("NFC", text)
    named = _from_table(plain) if "\t" in plain else _from_lines(plain)
    if not named:
        raise BadLine(1, "nothing")
    if len(named) > MOST_CATEGORIES:
        raise BadLine(len(text.splitlines()), "too_many_categories")
    return [
        each for category, (number, parts) in named.items() for each in _features(number, category, parts)
    ]


def _from_lines(text: str) -> dict[str, tuple[int, list[tuple[str, int | None]]]]:
    """By attribute: its line, and each value with its people."""
    found: dict[str, tuple[int, list[tuple[str, int | None]]]] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        place = min((line.find(colon) for colon in COLONS if colon in line), default=-1)
        category = line[:place].strip()
        if place < 1 or len(category) > LONGEST_NAME:
            raise BadLine(number, "no_category")
        if category in found:
            raise BadLine(number, "category_twice", category)
        parts = [part.strip() for part in re.split(f"[{COMMAS}]", line[place + 1 :]) if part.strip()]
        found[category] = (number, [_counted(part) for part in parts])
    return found


def _from_table(text: str) -> dict[str, tuple[int, list[tuple[str, int | None]]]]:
    """The same of rows: attribute (left out where it is that of the row above), value, people. A head is passed over."""
    found: dict[str, tuple[int, list[tuple[str, int | None]]]] = {}
    category = ""
    for number, raw in enumerate(text.splitlines(), 1):
        # Signs that part values in a line would part them again when the form shows them as lines.
        cells = [re.sub(f"\\s*[{COMMAS}{COLONS}]\\s*", "/", cell.strip()) for cell in raw.split("\t")]
        if not any(cells):
            continue
        above, name, people = (*cells, "", "")[:3]
        digits = people.replace("/", "").removesuffix("人")  # not shown: what people type, as 1,180人
        if people and not digits.isdecimal():
            if found:
                raise BadLine(number, "bad_count", shortened(people, LONGEST_NAME))
            continue
        category = above or category
        if not category or len(category) > LONGEST_NAME:
            raise BadLine(number, "no_category")
        found.setdefault(category, (number, []))[1].append((name, int(digits) if digits else None))
    return found


def _features(number: int, category: str, parts: Sequence[tuple[str, int | None]]) -> list[Feature]:
    features: list[Feature] = []
    for name, people in parts:
        clear = people is not None or _counted(name) == (name, None)
        if not name or len(name) > LONGEST_NAME or (people or 0) > MOST_PEOPLE or not clear:
            raise BadLine(number, "bad_feature", shortened(name, LONGEST_NAME))
        if any(each.name == name for each in features):
            raise BadLine(number, "feature_twice", name)
        features.append(Feature(category, name, people))
    if len(features) < 2:
        raise BadLine(number, "one_feature", category)
    if len(features) > MOST_FEATURES:
        raise BadLine(number, "too_many_features", category)
    if len({each.people is None for each in features}) > 1:
        raise BadLine(number, "counts_missing", category)
    return features


def _counted(part: str) -> tuple[str, int | None]:
    for form in COUNTED:
        if match := form.match(part):
            return match["name"].strip(), int(match["people"])
    return part, None


def categories_as_text(features: Iterable[Feature], *, colon: str = ": ", comma: str = ", ") -> str:
    """The same the other way round, for the form, with the signs of its language."""
    lines: dict[str, list[str]] = {}
    for each in features:
        counted = f" {each.people}" if each.people is not None else ""
        lines.setdefault(each.category, []).append(f"{each.name}{counted}")
    return "\n".join(f"{category}{colon}{comma.join(names)}" for category, names in lines.items())


def propose(features: Sequence[Feature], size: int) -> list[Asked]:
    """Quotas in proportion to the people: the share of the seats, rounded down and up. Without numbers: anything goes."""
    totals: dict[str, int] = {}
    for each in features:
        totals[each.category] = totals.get(each.category, 0) + (each.people or 0)
    asked = []
    for each in features:
        total = totals[each.category]
        if each.people is None or total == 0:
            asked.append(Asked(each, 0, size))
        else:
            exact = size * each.people
            asked.append(Asked(each, exact // total, -(-exact // total)))
    return asked


def missing_in_quotas(asked: Sequence[Asked], size: int, keys: Sequence[int] = ()) -> list[Unmet]:
    """What no pool could ever mend: ends the wrong way round, minima above the seats, maxima below them.

    `keys` of the quotas, where they are being written, name the field that mends it.
    """
    unmet = []
    if not asked:
        return [Unmet("no_quota", mend="categories")]
    for number, each in enumerate(asked):
        if each.low > each.high:
            mend = f"low-{keys[number]}" if keys else "quotas"
            unmet.append(Unmet("ends_crossed", {"name": _name(each)}, mend=mend))
    for category in dict.fromkeys(each.feature.category for each in asked):
        of = [number for number, each in enumerate(asked) if each.feature.category == category]
        lows, highs = sum(asked[number].low for number in of), sum(asked[number].high for number in of)
        first = str(keys[of[0]]) if keys else ""
        if lows > size:
            mend = f"low-{first}" if first else "quotas"
            unmet.append(Unmet("lows_above_size", {"name": category, "sum": lows, "n": size}, mend=mend))
        if highs < size:
            mend = f"high-{first}" if first else "quotas"
            unmet.append(Unmet("highs_below_size", {"name": category, "sum": highs, "n": size}, mend=mend))
    return unmet


def _name(asked: Asked) -> str:
    return f"{asked.feature.category} {asked.feature.name}"


@dataclass(frozen=True)
class Listed:
    """One line of a list of volunteers."""

    name: str
    phone: str
    home: str
    values: dict[str, str]


def read_people(text: str, features: Sequence[Feature]) -> list[Listed]:
    """A list as it is pasted from a table, one person a line: name, telephone, home, then a value of every attribute.

    Columns in another order need a head that names them. Raises BadLine.
    """
    delimiter = delimiter_of(text.translate(HALF_WIDTH))
    lines = (text if delimiter == "\t" else text.translate(HALF_WIDTH)).splitlines()
    known: dict[str, set[str]] = {}
    for each in features:
        known.setdefault(each.category, set()).add(each.name)
    columns = [*OWN_COLUMNS.values(), *known]
    place = {name: number for number, name in enumerate(columns)}
    found: list[Listed] = []
    title: BadLine | None = None
    for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        fields = [unicodedata.normalize("NFC", cell).strip() for cell in row]
        if not any(fields):
            continue
        head = [OWN_COLUMNS.get(cell.casefold(), cell) for cell in fields]
        if OWN_COLUMNS["name"] in head:
            fields = head
            place = {name: fields.index(name) for name in columns if name in fields}
            missing = [name for name in known if name not in place]
            if missing:
                raise BadLine(number, "column_missing", missing[0])
            title = None  # what stood above the head was a title
            continue
        if title is None and not found and sum(map(bool, fields)) == 1 < len(columns):
            # a title, if a head follows
            title = BadLine(number, "one_cell", shortened(fields[0], LONGEST_NAME))
            continue
        if title is not None:
            raise title
        found.append(_listed(number, fields, place, known))
    if title is not None:
        raise title
    if not found:
        raise BadLine(1, "nobody")
    return found


def _listed(
    number: int, fields: Sequence[str], place: Mapping[str, int], known: Mapping[str, set[str]]
) -> Listed:
    def cell(name: str) -> str:
        at = place.get(name)
        return fields[at] if at is not None and at < len(fields) else ""

    name, phone, home = (cell(column) for column in OWN_COLUMNS.values())
    if not name:
        raise BadLine(number, "name_missing")
    for text, most in ((name, LONGEST_PERSON), (home, LONGEST_HOME)):
        if len(text) > most:
            raise BadLine(number, "too_long", shortened(text, LONGEST_NAME))
    if phones.digits_of(phone) and phones.read(phone) is None:
        raise BadLine(number, "bad_phone", shortened(phone, 2 * LONGEST_NAME))
    values = {category: cell(category) for category in known}
    for category, value in values.items():
        if not value:
            raise BadLine(number, "value_missing", category)
        if value not in known[category]:
            raise BadLine(number, "unknown_value", shortened(f"{category} {value}".strip(), 2 * LONGEST_NAME))
    return Listed(name, phone, home, values)


def plain_home(text: str) -> str:
    """An address as it is compared: without blanks and marks, digits and letters of one kind; "" for what is none (无, N/A)."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return "" if plain in NO_HOME or not plain.strip("0") or not plain.strip("x") else plain


def in_percent(chance: float) -> str:
    """A chance as people read it: two figures that count."""
    percent = 100 * chance
    if percent in {0.0, 100.0}:
        return f"{percent:.0f}%"
    digits = max(1 - math.floor(math.log10(percent)), 0)
    return f"{percent:.{min(digits, 4)}f}%"


def counts(
    values: Iterable[Mapping[str, str]], features: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """How many people have each value."""
    found = dict.fromkeys(features, 0)
    for row in values:
        for pair in row.items():
            if pair in found:
                found[pair] += 1
    return found


def canonical(panels: Iterable[Sequence[str]]) -> bytes:
    """The panels as the one text that is hashed: `panel,id` with line feeds, panels counted from 1, in their order."""
    lines = ["panel,id"]
    lines += [f"{number},{quoted(who)}" for number, panel in enumerate(panels, 1) for who in panel]
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """A field of a CSV file, quoted only where it has to be (RFC 4180)."""
    if any(mark in text for mark in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def digest(panels: Iterable[Sequence[str]]) -> str:
    """SHA-256 of the panels: what is put on record before the seed is made."""
    return hashlib.sha256(canonical(panels)).hexdigest()


def dice(text: str) -> list[int] | None:
    """The throws that were written down, one digit each; None where one is no side of a die."""
    digits = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
    return [int(digit) for digit in digits] if re.fullmatch("[1-6]+", digits) else None


def pick(count: int, fingerprint: str, seed: str) -> int:
    """The number, from 1 to `count`, that the seed draws: the same on every machine. Raises ValueError without panels or seed.

    Draw number i is SHA-256 of the text "fair draw 1", the SHA-256 of the panels in hexadecimal, the seed and i (from
    0), each ended by a line feed, in UTF-8, read as a number with the first byte highest. Numbers at or above the largest
    multiple of m that 2^256 holds are passed over, so that every panel is exactly as likely; the remainder by m, plus one, is
    the number of the panel.
    """
    said = unicodedata.normalize("NFC", seed).strip()
    if count < 1 or not said:
        raise ValueError("a draw needs panels and a seed")
    limit = SPAN - SPAN % count
    turn = 0
    while True:
        text = f"fair draw 1\n{fingerprint}\n{said}\n{turn}\n"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        if number < limit:
            return number % count + 1
        turn += 1


def waiting_order(
    panels: Iterable[Sequence[str]], fingerprint: str, seed: str, drawn: Iterable[str]
) -> list[str]:
    """Alternates: everybody who is on some panel but not on the one that was drawn, in the order of the same seed.

    They are sorted by the SHA-256 of the text "fair draw alternates 1", the SHA-256 of the panels in hexadecimal, the
    seed and who it is, each ended by a line feed, in UTF-8: panels and seed are all that it takes to repeat it.
    """
    said = unicodedata.normalize("NFC", seed).strip()

    def place(who: str) -> tuple[bytes, str]:
        text = f"fair draw alternates 1\n{fingerprint}\n{said}\n{who}\n"
        return hashlib.sha256(text.encode()).digest(), who

    return sorted({who for panel in panels for who in panel} - set(drawn), key=place)


@dataclass(frozen=True)
class Seatable:
    """Somebody who sits, has left a seat, or waits for one: number, value of each attribute, and household."""

    number: int
    values: Mapping[str, str]
    home: str = ""


def fill_seats(
    vacant: Sequence[Seatable],
    waiting: Sequence[Seatable],
    sitting: Sequence[Seatable],
    asked: Sequence[Asked],
) -> dict[int, int]:
    """Who takes whose seat: number of the one who left -> number of the alternate; seats that nobody fits are left out.

    The first of those waiting who is of the same kinds in every attribute, so that every quota stays as it was. Where
    there is none of those kinds and no other seat is empty, the first with whom all quotas hold. Nobody comes whose
    household sits already.
    """
    found: dict[int, int] = {}
    here, left = list(sitting), list(waiting)

    def take(seat: Seatable, one: Seatable) -> None:
        found[seat.number] = one.number
        here.append(one)
        left.remove(one)

    def may_come(one: Seatable) -> bool:
        return not one.home or all(one.home != other.home for other in here)

    for seat in vacant:
        alike = (one for one in left if may_come(one) and _kinds(one, asked) == _kinds(seat, asked))
        if (one := next(alike, None)) is not None:
            take(seat, one)
    still = [seat for seat in vacant if seat.number not in found]
    if len(still) == 1:
        fitting = (one for one in left if may_come(one) and keeps([*here, one], asked))
        if (one := next(fitting, None)) is not None:
            take(still[0], one)
    return found


def _kinds(one: Seatable, asked: Iterable[Asked]) -> dict[str, str | None]:
    return {each.feature.category: one.values.get(each.feature.category) for each in asked}


def keeps(sitting: Iterable[Seatable], asked: Sequence[Asked]) -> bool:
    """Whether a whole panel keeps every quota."""
    pairs = [(each.feature.category, each.feature.name) for each in asked]
    found = counts((one.values for one in sitting), pairs)
    return all(each.low <= found[pair] <= each.high for each, pair in zip(asked, pairs, strict=True))
