"""Reading the book from its TOML files: every fault of every file is found in one go."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from shangliang.rulebook import parameters as p
from shangliang.rulebook import units as u
from shangliang.rulebook.findings import BadBook, Finding
from shangliang.rulebook.lookup import Book

PACKAGE = Path(__file__).resolve().parent
STANDARDS = PACKAGE / "standards"
SOURCES = "sources.toml"

_ID = re.compile(r"([a-z]+)\.[a-z][a-z0-9]*(_[a-z0-9]+)+")
_AREA_PATH = re.compile(r"([0-9A-Za-z-]+/)*")

_FLAG: u.Test = (lambda value: isinstance(value, bool), "true 或 false", "true or false")
_ROWS = u.OF_UNIT[u.Unit.TABLE]
_ANY: u.Test = (lambda value: True, "", "")
_LIST: u.Test = (lambda value: isinstance(value, list), "写在 [ ] 里的若干项", "a list in [ ]")
_PATH: u.Test = (lambda value: isinstance(value, str), "加引号的文字", "text in quotes")

# key -> (what it must be, whether it must be there)
_Keys = Mapping[str, tuple[u.Test, bool]]

SOURCE_KEYS: _Keys = {
    "no": (u.WORDS, True),
    "title": (u.WORDS, True),
    "document": (u.WORDS, False),
    "url": (u.WORDS, False),
    "note": (u.WORDS, False),
}
PARAMETER_KEYS: _Keys = {
    "id": (u.WORDS, True),
    "clause": (u.WORDS, True),
    "meaning": (u.WORDS, True),
    "meaning_en": (u.WORDS, True),
    "unit": (u.WORDS, True),
    "basis": (u.WORDS, True),
    "scope": (u.WORDS, True),
    "stage": (u.WORDS, True),
    "values": (_ROWS, True),
    "source": (u.WORD_LIST, False),
    "range": (_LIST, False),
    "choices": (_LIST, False),
    "columns": (_ROWS, False),
    "waiting": (u.WORDS, False),
}
COLUMN_KEYS: _Keys = {
    "key": (u.WORDS, True),
    "title": (_PATH, True),
    "title_en": (_PATH, True),
    "kind": (u.WORDS, True),
    "optional": (_FLAG, False),
}
VALUE_KEYS: _Keys = {"from": (u.DAY, True), "value": (_ANY, True)}
OVERRIDE_KEYS: _Keys = {
    "id": (u.WORDS, True),
    "area_path": (_PATH, True),
    "document": (u.WORDS, True),
    "values": (_ROWS, True),
    "until": (u.DAY, False),
}


def own_folder() -> Path | None:
    """Where this deployment keeps what it has set for itself; None when it has set nothing."""
    named = os.environ.get("SHANGLIANG_RULEBOOK", "").strip()
    if named:
        return Path(named)
    home = os.environ.get("SHANGLIANG_HOME", "").strip()
    folder = (Path(home) if home else PACKAGE.parent.parent / "var") / "rulebook"
    return folder if folder.is_dir() else None


def load(standards: Path, own: Path | None = None) -> Book:
    """The book, or BadBook with everything that is wrong with it."""
    loaded, findings = read(standards, own)
    if findings:
        raise BadBook(findings)
    return loaded


def read(standards: Path, own: Path | None = None) -> tuple[Book, list[Finding]]:
    """The book as far as it can be read, and everything that is wrong with it."""
    reader = Reader()
    reader.read_standards(standards)
    if own is not None:
        reader.read_overrides(own)
    return Book(tuple(reader.rules.values()), tuple(reader.overrides)), reader.findings


@dataclass
class Place:
    """Where the reader stands."""

    file: str
    id: str = ""

    def finding(self, code: str, key: str = "", **details: object) -> Finding:
        return Finding(code, self.file, self.id, key, details)


@dataclass
class Reader:
    """Reads folders into rules and overrides, and keeps a list of what is wrong with them."""

    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, p.Source] = field(default_factory=dict)
    rules: dict[str, p.Parameter] = field(default_factory=dict)
    overrides: list[p.Override] = field(default_factory=list)

    def read_standards(self, folder: Path) -> None:
        for place, row in self._rows(folder, "source", only=SOURCES):
            if not self._keys(place, row, SOURCE_KEYS):
                continue
            if row["no"] in self.sources:
                self._add(place, "duplicate_id", "no", other=place.file)
            else:
                self.sources[row["no"]] = p.Source(**row)
        for place, row in self._rows(folder, "parameter", but=SOURCES):
            rule = self.parameter(place, row)
            if rule is None:
                continue
            if rule.id in self.rules:
                self._add(place, "duplicate_id", "id", other=self.rules[rule.id].file)
            else:
                self.rules[rule.id] = rule

    def read_overrides(self, folder: Path) -> None:
        seen: dict[tuple[str, str], str] = {}
        for place, row in self._rows(folder, "override"):
            own = self._override(place, row)
            if own is None:
                continue
            if (own.id, own.area_path) in seen:
                self._add(place, "duplicate_override", "area_path", other=seen[own.id, own.area_path])
            else:
                seen[own.id, own.area_path] = own.file
                self.overrides.append(own)

    def _add(self, place: Place, code: str, key: str = "", **details: object) -> None:
        self.findings.append(place.finding(code, key, **details))

    def _rows(
        self, folder: Path, name: str, *, only: str = "", but: str = ""
    ) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Every [[name]] of every TOML file of the folder, with its place."""
        if not folder.is_dir():
            self._add(Place(str(folder)), "no_folder")
            return
        for path in sorted(folder.glob(only or "*.toml")):
            place = Place(path.name)
            if path.name == but:
                continue
            try:
                content = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Notepad writes a mark first
            except UnicodeDecodeError:
                self._add(place, "not_utf8")
                continue
            except (tomllib.TOMLDecodeError, OSError) as error:
                self._add(place, "unreadable", error=error)
                continue
            for key in content.keys() - {name}:
                self._add(place, "unknown_key", key)
            rows = content.get(name, [])
            if not u.OF_UNIT[u.Unit.TABLE][0](rows):
                self._add(place, "wrong_type", name, wanted=f"[[{name}]]", wanted_en=f"[[{name}]]")
                continue
            for number, row in enumerate(rows, start=1):
                yield Place(path.name, str(row.get("id") or row.get("no") or f"{name} {number}")), row

    def _keys(self, place: Place, row: Mapping[str, Any], keys: _Keys, at: str = "") -> bool:
        """Whether all keys are known, there, and of their type."""
        before = len(self.findings)
        prefix = f"{at}." if at else ""
        for key in sorted(row.keys() - keys.keys()):
            self._add(place, "unknown_key", prefix + key)
        for key, ((fits, wanted, wanted_en), is_needed) in keys.items():
            if key not in row:
                if is_needed:
                    self._add(place, "missing_key", prefix + key)
            elif not fits(row[key]):
                self._add(place, "wrong_type", prefix + key, wanted=wanted, wanted_en=wanted_en)
        return len(self.findings) == before

    def _word(self, place: Place, row: Mapping[str, Any], key: str, words: Callable[[str], Any]) -> Any:
        """The word as a member of its enumeration; None, and a finding, when there is no such."""
        try:
            return words(row[key])
        except ValueError:
            known = "、".join(str(word) for word in words)  # type: ignore[attr-defined]  # an enumeration
            self._add(place, "unknown_word", key, word=row[key], known=known)
            return None

    def parameter(self, place: Place, row: dict[str, Any]) -> p.Parameter | None:
        if not self._keys(place, row, PARAMETER_KEYS):
            return None
        unit = self._word(place, row, "unit", u.Unit)
        basis = self._word(place, row, "basis", p.Basis)
        scope = self._word(place, row, "scope", p.Scope)
        if unit is None or basis is None or scope is None:
            return None
        before = len(self.findings)
        self._check_names(place, row, unit)
        least, most = self._range(place, row.get("range"), unit)
        rule = p.Parameter(
            id=row["id"],
            clause=row["clause"],
            meaning=row["meaning"],
            meaning_en=row["meaning_en"],
            unit=unit,
            basis=basis,
            scope=scope,
            stage=row["stage"],
            values=(),
            sources=self._sources(place, row, basis),
            least=least,
            most=most,
            choices=tuple(row.get("choices", ())),
            columns=self._columns(place, row, unit),
            waiting=row.get("waiting", ""),
            file=place.file,
        )
        values = self._values(place, row["values"], rule)
        return replace(rule, values=values) if len(self.findings) == before else None

    def _check_names(self, place: Place, row: Mapping[str, Any], unit: u.Unit) -> None:
        found = _ID.fullmatch(row["id"])
        if found is None:
            self._add(place, "bad_id", "id")
            return
        for key, app in (("id", found[1]), ("stage", row["stage"])):
            if app not in p.APPS:
                self._add(place, "unknown_app", key, word=app)
        is_longer = unit is u.Unit.DAYS and row["id"].endswith("_calendar_days")
        if is_longer or not row["id"].endswith(u.ENDINGS[unit]):
            endings = "、".join(u.ENDINGS[unit])
            self._add(place, "unit_unlike_id", "unit", unit=unit, endings=endings)

    def _sources(self, place: Place, row: Mapping[str, Any], basis: p.Basis) -> tuple[p.Source, ...]:
        named = row.get("source", [])
        if basis is p.Basis.SOURCED and not named:
            self._add(place, "sourced_without_source", "source")
        for no in named:
            if no not in self.sources:
                self._add(place, "unknown_source", "source", word=no)
        return tuple(self.sources[no] for no in named if no in self.sources)

    def _range(self, place: Place, given: Any, unit: u.Unit) -> tuple[float | None, float | None]:
        if given is None:
            return None, None
        is_pair = len(given) == 2 and all(u.is_number(end) for end in given) and given[0] <= given[1]
        if unit not in u.NUMERIC or not is_pair:
            self._add(place, "bad_range", "range")
            return None, None
        return given[0], given[1]

    def _columns(self, place: Place, row: Mapping[str, Any], unit: u.Unit) -> tuple[p.Column, ...]:
        given = row.get("columns", [])
        if bool(given) != (unit is u.Unit.TABLE):
            self._add(place, "columns_without_table", "columns")
            return ()
        columns = []
        for number, column in enumerate(given, start=1):
            if not self._keys(place, column, COLUMN_KEYS, f"columns {number}"):
                continue
            kind = self._word(place, column, "kind", u.CellKind)
            if kind is not None:
                is_optional = column.get("optional", False)
                columns.append(
                    p.Column(column["key"], column["title"], column["title_en"], kind, is_optional)
                )
        return tuple(columns)

    def _values(self, place: Place, rows: list[dict[str, Any]], rule: p.Parameter) -> tuple[p.Dated, ...]:
        """The dated values, each checked against the rule; a value that does not fit is left out."""
        if not rows:
            self._add(place, "no_values", "values")
        dated: list[p.Dated] = []
        for row in rows:
            if not self._keys(place, row, VALUE_KEYS, "values"):
                continue
            since: date = row["from"]
            if dated and since <= dated[-1].since:
                self._add(place, "unordered_dates", "values", earlier=dated[-1].since, later=since)
            if self._fits(place, rule, row["value"]):
                dated.append(p.Dated(since, u.frozen(row["value"])))
        return tuple(dated)

    def _fits(self, place: Place, rule: p.Parameter, value: Any) -> bool:
        fits, wanted, wanted_en = u.OF_UNIT[rule.unit]
        if not fits(value):
            self._add(place, "wrong_value", "values", unit=rule.unit, wanted=wanted, wanted_en=wanted_en)
            return False
        before = len(self.findings)
        if rule.least is not None and rule.most is not None and not rule.least <= value <= rule.most:
            self._add(place, "out_of_range", "values", value=value, least=rule.least, most=rule.most)
        if rule.choices:
            known = "、".join(str(choice) for choice in rule.choices)
            for item in value if isinstance(value, list) else [value]:
                if item not in rule.choices:
                    self._add(place, "not_a_choice", "values", value=item, known=known)
        if rule.unit is u.Unit.TABLE:
            self._check_rows(place, rule, value)
        return len(self.findings) == before

    def _check_rows(self, place: Place, rule: p.Parameter, rows: list[dict[str, Any]]) -> None:
        columns = {column.key: column for column in rule.columns}
        for number, row in enumerate(rows, start=1):
            for key in sorted(row.keys() - columns.keys()):
                self._add(place, "unknown_key", f"values {number}.{key}")
            for key, column in columns.items():
                if key not in row and column.is_optional:
                    continue
                fits, wanted, wanted_en = u.OF_CELL[u.CellKind(column.kind)]
                if key not in row:
                    self._add(place, "missing_key", f"values {number}.{key}")
                elif not fits(row[key]):
                    self._add(
                        place, "bad_row", "values", row=number, column=key, wanted=wanted, wanted_en=wanted_en
                    )

    def _override(self, place: Place, row: dict[str, Any]) -> p.Override | None:
        if not self._keys(place, row, OVERRIDE_KEYS):
            return None
        rule = self.rules.get(row["id"])
        if rule is None:
            self._add(place, "unknown_rule", "id")
            return None
        before = len(self.findings)
        self._check_area(place, row["area_path"], rule)
        values = self._values(place, row["values"], rule)
        until = row.get("until")
        if until is not None and values and until < values[-1].since:
            self._add(place, "ends_before_it_begins", "until")
        if len(self.findings) > before:
            return None
        return p.Override(rule.id, row["area_path"], row["document"], values, until, place.file)

    def _check_area(self, place: Place, area_path: str, rule: p.Parameter) -> None:
        if not _AREA_PATH.fullmatch(area_path):
            self._add(place, "bad_area_path", "area_path")
        elif rule.scope is p.Scope.FIXED:
            self._add(place, "fixed", "id")
        elif not p.may_change(rule.scope, area_path):
            tier, tier_en = p.tier_name(area_path)
            names = [p.TIER_NAMES[tier] for tier in p.tiers(rule.scope)]
            self._add(
                place,
                "out_of_scope",
                "area_path",
                tier=tier,
                tier_en=tier_en,
                allowed="、".join(zh for zh, _ in names),
                allowed_en=", ".join(en for _, en in names),
            )
