"""Between book and code: every id that code names exists; what a complete app leaves unused is named."""

from __future__ import annotations

from pathlib import Path

from shangliang.rulebook import check
from shangliang.rulebook.loading import PACKAGE, read
from shangliang.rulebook.parameters import APPS
from shangliang.rulebook.tests.factories import TABLE, make_book, write_book, write_own
from shangliang.rulebook.usage import COMPLETE, ids_in


def _write(package: Path, name: str, text: str) -> None:
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_there_is_nothing_wrong_with_the_shipped_book_or_its_use() -> None:
    assert [str(finding) for finding in check.findings()] == []


def test_it_finds_ids_in_code_and_tells_use_from_mention(tmp_path: Path) -> None:
    _write(tmp_path, "topics/actions/intake.py", 'clocks.start("topics.ack_days", 1)\n')
    _write(tmp_path, "inbox/tasks.py", 'rules.text("inbox.quiet_from")\n')
    _write(tmp_path, "topics/labels.py", 'WORDS = {"topics.decide_days": 1}\n')
    _write(tmp_path, "topics/tests/test_intake.py", 'RULE = "topics.ack_days"\n')
    usage = ids_in(tmp_path)
    assert usage.used == {
        "topics.ack_days": {"topics/actions/intake.py"},
        "inbox.quiet_from": {"inbox/tasks.py"},
    }
    assert set(usage.mentioned) == {"topics.decide_days", "topics.ack_days"}


def test_it_takes_no_other_string_for_an_id(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "topics/models.py",
        '"""See topics.ack_days."""\nA = "topics.Topic"\nB = "topic.answer"\nC = "inbox.address"\nD = "say.ack_days"\n',
    )
    _write(tmp_path, "topics/migrations/0001_initial.py", 'A = "topics.ack_days"\n')
    _write(tmp_path, "rulebook/tests/test_lookup.py", 'A = "topics.ack_days"\n')
    assert ids_in(tmp_path).used == {}


def test_an_id_that_the_book_lacks_is_named_with_the_file(tmp_path: Path) -> None:
    (finding,) = make_book().problems({"topics.nothing_days": {"topics/actions/intake.py"}})
    assert (finding.code, finding.id) == ("not_in_book", "topics.nothing_days")
    assert "topics/actions/intake.py" in finding.zh


def test_a_mention_of_an_id_that_the_book_lacks_is_named_too() -> None:
    found = make_book().problems(["topics.ack_days"], mentioned={"topics.old_days": {"web/labels.py"}})
    assert [finding.id for finding in found] == ["topics.old_days"]


def test_an_unused_rule_is_a_fault_only_when_its_app_is_complete() -> None:
    book = make_book()
    assert book.problems([]) == []
    assert [finding.code for finding in book.problems([], complete={"topics"})] == ["unused"]
    assert book.problems(["topics.ack_days"], complete={"topics"}) == []
    assert [rule.id for rule in book.waiting([])] == ["topics.ack_days"]


def test_a_label_alone_does_not_make_a_rule_used() -> None:
    found = make_book().problems([], mentioned={"topics.ack_days": {"web/labels.py"}}, complete={"topics"})
    assert [finding.code for finding in found] == ["unused"]


def test_a_rule_that_says_why_it_waits_is_no_fault(tmp_path: Path) -> None:
    waiting = TABLE.replace('stage = "topics"', 'stage = "topics"\nwaiting = "以后的版本"')
    standards = write_book(tmp_path / "standards", waiting)
    loaded, faults = read(standards)
    assert faults == []
    assert loaded.problems([], complete={"topics"}) == []


def test_a_rule_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    _write(tmp_path / "code", "topics/rules.py", 'A = "topics.routes_table"\n')
    standards = write_book(tmp_path / "standards", TABLE.replace('clause = "去向"\n', ""))
    found = check.findings(standards, write_own(tmp_path / "own", ""), tmp_path / "code")
    assert [(finding.code, finding.id) for finding in found] == [("missing_key", "topics.routes_table")]


def test_apps_that_are_called_complete_exist() -> None:
    assert set(APPS) >= COMPLETE
    assert all((PACKAGE.parent / app / "__init__.py").is_file() for app in COMPLETE)
