"""Every fault of a file is named with the file, the rule and the key; nothing is guessed."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.rulebook import BadBook, Source, book
from shangliang.rulebook.findings import SENTENCES, Finding
from shangliang.rulebook.loading import PARAMETER_KEYS, Place, Reader, load, own_folder, read
from shangliang.rulebook.tests.factories import OVERRIDE, RULE, SOURCES, TABLE, write_book, write_own


def _faults(tmp_path: Path, rules: str, own: str = "", sources: str = SOURCES) -> list[Finding]:
    folder = write_own(tmp_path / "own", own) if own else None
    return read(write_book(tmp_path / "standards", rules, sources), folder)[1]


def test_it_reads_rules_tables_and_overrides(tmp_path: Path) -> None:
    loaded = load(write_book(tmp_path / "standards", RULE + TABLE), write_own(tmp_path / "own"))
    rules = loaded.at(date(2026, 11, 23))
    assert rules.integer("topics.ack_days", "32/3211/321102/321102001/") == 3
    assert rules.table("topics.routes_table") == [{"name": "热线", "share": "2/3"}]
    assert loaded.parameter("topics.ack_days").sources[0].title == "工作规则"
    assert loaded.overrides_of("topics.ack_days")[0].document == "京政协办〔2026〕3号"


# (code, key, what stands in the rule, what stands there instead)
FAULTS = [
    ("missing_key", "meaning", 'meaning = "几个工作日内回话。"\n', ""),
    (
        "missing_key",
        "values",
        "values = [{ from = 2020-01-01, value = 1 }, { from = 2027-01-01, value = 2 }]",
        "",
    ),
    ("missing_key", "values.value", "{ from = 2020-01-01, value = 1 }", "{ from = 2020-01-01 }"),
    ("unknown_key", "rang", "range = [1, 5]", "rang = [1, 5]"),
    ("wrong_type", "clause", 'clause = "先回话"', "clause = 3"),
    ("wrong_type", "clause", 'clause = "先回话"', 'clause = "  "'),
    ("wrong_type", "values.from", "from = 2020-01-01", 'from = "2020-01-01"'),
    ("wrong_type", "values.from", "from = 2020-01-01", "from = 2020-01-01T08:00:00"),
    ("wrong_type", "source", 'source = ["S1"]', 'source = "S1"'),
    ("bad_id", "id", 'id = "topics.ack_days"', 'id = "Ack days"'),
    ("unknown_app", "id", 'id = "topics.ack_days"', 'id = "tropics.ack_days"'),
    ("unknown_app", "stage", 'stage = "topics"', 'stage = "tropics"'),
    ("unknown_word", "unit", 'unit = "days"', 'unit = "day"'),
    ("unknown_word", "basis", 'basis = "sourced"', 'basis = "official"'),
    ("unknown_word", "scope", 'scope = "district"', 'scope = "county"'),
    ("unit_unlike_id", "unit", 'unit = "days"', 'unit = "hours"'),
    ("unit_unlike_id", "unit", 'id = "topics.ack_days"', 'id = "topics.ack_calendar_days"'),
    ("no_values", "values", "[{ from = 2020-01-01, value = 1 }, { from = 2027-01-01, value = 2 }]", "[]"),
    ("unordered_dates", "values", "from = 2027-01-01", "from = 2019-01-01"),
    ("unordered_dates", "values", "from = 2027-01-01", "from = 2020-01-01"),
    ("wrong_value", "values", "value = 1 ", 'value = "1" '),
    ("wrong_value", "values", "value = 1 ", "value = true "),
    ("wrong_value", "values", "value = 1 ", "value = 1.5 "),
    ("wrong_value", "values", "value = 1 ", "value = -1 "),
    ("out_of_range", "values", "value = 2 ", "value = 6 "),
    ("out_of_range", "values", "value = 1 ", "value = 0 "),
    ("bad_range", "range", "range = [1, 5]", "range = [5, 1]"),
    ("bad_range", "range", "range = [1, 5]", "range = [1]"),
    ("not_a_choice", "values", "range = [1, 5]", "choices = [1, 3]"),
    ("sourced_without_source", "source", 'source = ["S1"]\n', ""),
    ("unknown_source", "source", 'source = ["S1"]', 'source = ["S2"]'),
    (
        "columns_without_table",
        "columns",
        "range = [1, 5]",
        'columns = [{ key = "a", title = "", title_en = "", kind = "text" }]',
    ),
]


@pytest.mark.parametrize(("code", "key", "there", "instead"), FAULTS)
def test_it_names_the_fault_of_a_rule(tmp_path: Path, code: str, key: str, there: str, instead: str) -> None:
    assert there in RULE
    faults = _faults(tmp_path, RULE.replace(there, instead, 1))
    assert [(fault.code, fault.file, fault.key) for fault in faults] == [(code, "rules.toml", key)]


TABLE_FAULTS = [
    ("missing_key", "values 1.name", 'name = "热线", share', "share"),
    ("unknown_key", "values 1.phone", 'name = "热线",', 'name = "热线", phone = "12345",'),
    ("bad_row", "values", 'share = "2/3"', 'share = "2/0"'),
    ("bad_row", "values", 'name = "热线"', "name = 7"),
    ("wrong_value", "values", '[{ name = "热线", share = "2/3" }]', '"热线"'),
    ("unknown_word", "kind", 'kind = "fraction"', 'kind = "ratio"'),
    ("missing_key", "columns 1.title", 'title = "去向", ', ""),
]


@pytest.mark.parametrize(("code", "key", "there", "instead"), TABLE_FAULTS)
def test_it_names_the_fault_of_a_table(tmp_path: Path, code: str, key: str, there: str, instead: str) -> None:
    assert there in TABLE
    faults = _faults(tmp_path, TABLE.replace(there, instead, 1))
    assert (code, key) in [(fault.code, fault.key) for fault in faults]


OVERRIDE_FAULTS = [
    ("unknown_rule", "id", "topics.ack_days", "topics.akk_days"),
    ("bad_area_path", "area_path", "32/3211/321102/", "32/3211/321102"),
    ("bad_area_path", "area_path", "32/3211/321102/", "/32/"),
    ("out_of_scope", "area_path", "32/3211/321102/", "32/3211/321102/321102001/"),
    ("out_of_range", "values", "value = 3", "value = 9"),
    ("wrong_value", "values", "value = 3", "value = 3.5"),
    ("missing_key", "document", 'document = "京政协办〔2026〕3号"\n', ""),
    ("wrong_type", "document", "京政协办〔2026〕3号", ""),
    ("ends_before_it_begins", "until", "values =", "until = 2026-05-31\nvalues ="),
]


@pytest.mark.parametrize(("code", "key", "there", "instead"), OVERRIDE_FAULTS)
def test_it_names_the_fault_of_an_override(
    tmp_path: Path, code: str, key: str, there: str, instead: str
) -> None:
    assert there in OVERRIDE
    faults = _faults(tmp_path, RULE, OVERRIDE.replace(there, instead, 1))
    assert [(fault.code, fault.file, fault.key) for fault in faults] == [(code, "own.toml", key)]


def test_what_law_fixes_cannot_be_changed_here_not_even_for_the_whole_deployment(tmp_path: Path) -> None:
    fixed = RULE.replace('scope = "district"', 'scope = "fixed"')
    for path in ("32/3211/321102/", ""):
        faults = _faults(tmp_path, fixed, OVERRIDE.replace("32/3211/321102/", path))
        assert [fault.code for fault in faults] == ["fixed"]


def test_the_tier_that_may_change_a_rule_and_those_above_it_are_let_through(tmp_path: Path) -> None:
    for path in ("", "32/", "32/3211/", "32/3211/321102/"):
        assert _faults(tmp_path, RULE, OVERRIDE.replace("32/3211/321102/", path)) == []


def test_it_names_two_rules_of_one_id_and_two_overrides_of_one_place(tmp_path: Path) -> None:
    faults = _faults(tmp_path, RULE + RULE, OVERRIDE + OVERRIDE)
    assert [fault.code for fault in faults] == ["duplicate_id", "duplicate_override"]


def test_it_names_a_file_that_is_no_toml_and_reads_the_others(tmp_path: Path) -> None:
    standards = write_book(tmp_path / "standards")
    (standards / "broken.toml").write_text("[[parameter]\nid = ", encoding="utf-8")
    loaded, faults = read(standards)
    assert [(fault.code, fault.file) for fault in faults] == [("unreadable", "broken.toml")]
    assert loaded.parameter("topics.ack_days")


def test_it_reads_what_a_chinese_windows_editor_saves_as_utf_8_and_names_what_is_not(tmp_path: Path) -> None:
    standards, own = write_book(tmp_path / "standards"), write_own(tmp_path / "own")
    (own / "own.toml").write_bytes(OVERRIDE.encode("utf-8-sig"))
    assert read(standards, own)[1] == []
    (own / "own.toml").write_bytes(OVERRIDE.encode("gb18030"))
    assert [(fault.code, fault.file) for fault in read(standards, own)[1]] == [("not_utf8", "own.toml")]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    text=st.sampled_from([RULE, TABLE]),
    changes=st.dictionaries(st.sampled_from(sorted(PARAMETER_KEYS)), anything, min_size=1, max_size=3),
)
def test_whatever_stands_in_a_rule_it_is_read_or_named_and_never_a_crash(
    text: str, changes: dict[str, object]
) -> None:
    row = {**tomllib.loads(text)["parameter"][0], **changes}
    reader = Reader(sources={"S1": Source("S1", "工作规则")})
    rule = reader.parameter(Place("rules.toml", "a rule"), row)
    assert (rule is None) == bool(reader.findings)
    assert all(finding.zh and finding.en for finding in reader.findings)


def test_it_names_a_source_that_stands_twice(tmp_path: Path) -> None:
    assert [fault.code for fault in _faults(tmp_path, RULE, sources=SOURCES + SOURCES)] == ["duplicate_id"]


def test_it_names_a_heading_that_it_does_not_know(tmp_path: Path) -> None:
    assert [fault.code for fault in _faults(tmp_path, "[[paramter]]\nid = 1\n")] == ["unknown_key"]
    assert [fault.code for fault in _faults(tmp_path, 'parameter = "none"\n')] == ["wrong_type"]


def test_it_names_every_fault_at_once(tmp_path: Path) -> None:
    broken = RULE.replace('clause = "先回话"\n', "").replace('meaning = "几个工作日内回话。"', "meaning = 1")
    assert {fault.key for fault in _faults(tmp_path, broken)} == {"clause", "meaning"}


def test_a_broken_book_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(BadBook, match="缺少这一项") as caught:
        load(write_book(tmp_path / "standards", RULE.replace('clause = "先回话"\n', "")))
    assert "rules.toml › topics.ack_days › clause: the key is missing, please add it." in str(caught.value)


def test_a_folder_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGLIANG_RULEBOOK", str(tmp_path / "nowhere"))
    faults = read(write_book(tmp_path / "standards"), own_folder())[1]
    assert [fault.code for fault in faults] == ["no_folder"]


def test_the_deployment_s_own_folder_lies_in_its_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHANGLIANG_RULEBOOK", raising=False)
    monkeypatch.setenv("SHANGLIANG_HOME", str(tmp_path))
    assert own_folder() is None
    write_own(tmp_path / "rulebook")
    assert own_folder() == tmp_path / "rulebook"


def test_the_shipped_book_takes_an_override(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGLIANG_RULEBOOK", str(write_own(tmp_path / "own")))
    book.cache_clear()
    try:
        rules = book().at(date(2026, 11, 23))
        assert rules.integer("topics.ack_days", "32/3211/321102/") == 3
        assert rules.integer("topics.ack_days", "32/3211/321111/") == 1
    finally:
        book.cache_clear()


def test_every_fault_has_a_sentence_that_a_test_has_seen() -> None:
    seen = {row[0] for row in (*FAULTS, *TABLE_FAULTS, *OVERRIDE_FAULTS)}
    seen |= {"fixed", "not_utf8", "duplicate_id", "duplicate_override", "unreadable", "no_folder"}
    seen |= {"not_in_book", "unused"}  # in test_usage.py
    assert seen == set(SENTENCES)
