"""Keeps the English beside the Chinese: collects the texts of the interface, checks their translations, compiles them.

The Chinese text is its own key (msgid); the English stands in <app>/locale/en/LC_MESSAGES/django.po.
Usage: messages.py [APP…]            collect into every .po (translations are kept, unused texts go) and compile
       messages.py --check [APP…]    say what is missing, unfinished or wrong; change nothing
       messages.py --compile         compile what changed
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize
from say import run

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shangliang"
METADATA = {
    "Project-Id-Version": "shangliang",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# Call -> how many leading arguments are: context, texts.
CALLS = {"_": (0, 1), "gettext": (0, 1), "ngettext": (0, 2), "pgettext": (1, 1), "npgettext": (1, 2)}
CALLS |= {f"{name}_lazy": shape for name, shape in CALLS.items() if name != "_"} | {"gettext_noop": (0, 1)}

# Where Chinese stands on purpose outside a translation, and why. Elsewhere one line may say so itself: MARK and the reason.
SPEAK_FOR_THEMSELVES = {
    "commands": "a terminal: both languages in one sentence",
    "config/settings.py": "names of this house and of its languages",
    "deliberations/engine": "the Word file of a record is Chinese in every language",
    "deliberations/tasks.py": "the Word file of a record is Chinese in every language",
    "demo": "an invented town, whose people write Chinese",
    "ledger/stranger.py": "a program that strangers run at a terminal: both languages in one sentence",
    "kit/tables.py": "files read at a terminal: both languages in one sentence",
    "opinions/engine": "files read at a terminal: both languages in one sentence",
    "rulebook": "both languages side by side",
    "sortition/engine": "files read at a terminal: both languages in one sentence",
    "web/tour.py": "printed at a terminal: both languages in one line",
}
MARK = "# not shown:"

# Chinese that may stand in an English sentence, and keys that are not Chinese.
PROPER_NAMES = ["有事好商量", "有事商量", "中文", "政协", "示范市"]
LATIN_KEYS = {"English"}

CJK = re.compile(r"[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff65]")  # with its punctuation: 、。，：（）
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
LITERAL = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(u?({LITERAL})(?:,\s*u?({LITERAL}))?(?:,\s*u?({LITERAL}))?")

Key = tuple[str, str]  # context, Chinese


@dataclass
class Text:
    """One text of the interface and where it is used."""

    plural: str = ""
    places: list[str] = field(default_factory=list)  # "path:line"

    def files(self) -> list[tuple[str, str]]:
        return [(path, "") for path in sorted({place.rpartition(":")[0] for place in self.places})]


@dataclass
class App:
    """One folder of the package with its texts and its translations."""

    folder: Path
    texts: dict[Key, Text]

    @property
    def catalogue(self) -> Path:
        return self.folder / "locale" / "en" / "LC_MESSAGES" / "django.po"

    def read(self) -> polib.POFile:
        return (
            polib.pofile(str(self.catalogue), wrapwidth=0)
            if self.catalogue.exists()
            else polib.POFile(wrapwidth=0)
        )


def collect(names: list[str], package: Path = PACKAGE) -> tuple[list[App], list[str]]:
    """The texts of every app, or of those named, and the calls that no translator could ever see."""
    apps, refused = [], []
    for folder in sorted(path for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"):
        if names and folder.name not in names:
            continue
        texts: dict[Key, Text] = {}
        for path in sorted(folder.rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(folder).parts):
                refused += from_python(path, texts)
                refused += untranslated(path, path.relative_to(package))
        for path in sorted((folder / "templates").rglob("*")):
            if path.suffix in {".html", ".txt", ".xml", ".svg"}:
                from_template(path, texts)
        app = App(folder, texts)
        if texts or app.catalogue.exists():
            apps.append(app)
    return apps, refused


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def from_python(path: Path, texts: dict[Key, Text]) -> list[str]:
    """Texts of one module; answers the calls whose text is put together before it is looked up."""
    refused = []
    code = ast.parse(path.read_text(), str(path))
    for node, (contexts, count) in calls(code):
        place = f"{shown(path)}:{node.lineno}"
        arguments = node.args[: contexts + count]
        if any(isinstance(each, ast.JoinedStr | ast.BinOp | ast.Call) for each in arguments):
            refused.append(
                f"{place}: text put together before it is translated; use %(name)s and format it after"
            )
        elif arguments and all(isinstance(each, ast.Constant) for each in arguments):
            add(
                texts,
                place,
                contexts,
                [str(each.value) for each in arguments if isinstance(each, ast.Constant)],
            )
    return refused


def calls(code: ast.Module) -> Iterator[tuple[ast.Call, tuple[int, int]]]:
    """Every call that looks a text up, also under a name of the module's own: `gettext as now_`."""
    known = dict(CALLS)
    for node in ast.walk(code):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            known |= {
                each.asname: CALLS[each.name] for each in node.names if each.asname and each.name in CALLS
            }
    for node in ast.walk(code):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in known:
                yield node, known[name]


def untranslated(path: Path, name: Path) -> Iterator[str]:
    """Chinese in one module that would stand as it is in an English page."""
    if any(str(each) in SPEAK_FOR_THEMSELVES for each in (name, *name.parents)):
        return
    source = path.read_text()
    code, lines = ast.parse(source, str(path)), source.splitlines()
    known = set(said_on_purpose(code, lines))
    for node in sorted(ast.walk(code), key=lambda node: getattr(node, "lineno", 0)):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in known:
            continue
        written = lines[node.lineno - 1 : node.end_lineno or node.lineno]
        if CHINESE.search(node.value) and not any(MARK in line for line in written):
            yield f"{shown(path)}:{node.lineno}: Chinese outside a translation: {node.value!r}"


def said_on_purpose(code: ast.Module, lines: list[str]) -> Iterator[ast.AST]:
    """What is translated, and what only readers of the code see: docstrings, and a statement that is marked in its first line."""
    for call, _shape in calls(code):
        for argument in call.args:
            yield from ast.walk(argument)
    for node in ast.walk(code):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and MARK in lines[node.lineno - 1]:
            yield from ast.walk(node)


def from_template(path: Path, texts: dict[Key, Text]) -> None:
    """Texts of one template, as Django's own extraction sees them."""
    source = templatize(path.read_text(), origin=str(path))
    for call in TEMPLATE_CALL.finditer(source):
        contexts, count = CALLS[call[1]]
        arguments = [ast.literal_eval(text) for text in call.groups()[1 : 1 + contexts + count]]
        add(texts, f"{shown(path)}:{source.count(chr(10), 0, call.start()) + 1}", contexts, arguments)


def add(texts: dict[Key, Text], place: str, contexts: int, arguments: list[str]) -> None:
    context = arguments[0] if contexts else ""
    chinese, *plural = arguments[contexts:]
    text = texts.setdefault((context, chinese), Text())
    text.plural = text.plural or (plural[0] if plural else "")
    text.places.append(place)


def memory(apps: list[App]) -> dict[Key, polib.POEntry]:
    """What has English somewhere: one Chinese text has one English, so a new use of it need not be translated."""
    return {
        (entry.msgctxt or "", entry.msgid): entry
        for app in apps
        for entry in app.read()
        if is_translated(entry)
    }


def write(app: App, known: dict[Key, polib.POEntry]) -> None:
    """The catalogue of one app: sorted, without dates or line numbers, so that it changes only when a text does."""
    before = {(entry.msgctxt or "", entry.msgid): entry for entry in app.read()}
    after = polib.POFile(wrapwidth=0)
    after.metadata = dict(METADATA)
    for (context, chinese), text in sorted(app.texts.items(), key=lambda item: (item[0][1], item[0][0])):
        entry = before.get((context, chinese)) or polib.POEntry(msgid=chinese, msgctxt=context or None)
        elsewhere = known.get((context, chinese))
        if elsewhere and not is_translated(entry) and bool(elsewhere.msgid_plural) == bool(text.plural):
            entry.msgid_plural = elsewhere.msgid_plural
            entry.msgstr, entry.msgstr_plural = elsewhere.msgstr, dict(elsewhere.msgstr_plural)
        if text.plural and not entry.msgid_plural:
            entry.msgstr_plural, entry.msgstr = {0: entry.msgstr, 1: entry.msgstr}, ""
        if not text.plural and entry.msgid_plural:
            entry.msgstr, entry.msgstr_plural = entry.msgstr_plural.get(1, ""), {}
        entry.msgid_plural = text.plural
        entry.occurrences = text.files()
        entry.obsolete = False
        after.append(entry)
    if not app.texts:
        app.catalogue.unlink()
        return
    app.catalogue.parent.mkdir(parents=True, exist_ok=True)
    written = str(after) + "\n"
    if not app.catalogue.exists() or app.catalogue.read_text() != written:
        app.catalogue.write_text(written)


def compile_catalogues(package: Path = PACKAGE) -> None:
    """Write each .mo whose .po is newer."""
    for catalogue in package.glob("*/locale/*/LC_MESSAGES/django.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            polib.pofile(str(catalogue)).save_as_mofile(str(compiled))


def problems(apps: list[App]) -> Iterator[str]:
    """Everything that a reader of either language would stumble over."""
    said: dict[Key, tuple[object, str]] = {}
    for app in apps:
        entries = {(entry.msgctxt or "", entry.msgid): entry for entry in app.read() if not entry.obsolete}
        for key, text in app.texts.items():
            place, chinese = text.places[0], key[1]
            if (
                re.search(r"[^\W\d_]", PLACEHOLDER.sub("", chinese))
                and not CJK.search(chinese)
                and chinese not in LATIN_KEYS
            ):
                yield f"{place}: the text itself must be Chinese: {chinese!r}"
            entry = entries.pop(key, None)
            if entry is None:
                yield f"{place}: not in {shown(app.catalogue)}, run `make messages`: {chinese!r}"
                continue
            yield from (f"{place}: {fault}: {chinese!r}" for fault in faults(entry, text))
            other = said.setdefault(key, (translation(entry), place)) if is_translated(entry) else None
            if other and other[0] != translation(entry):
                yield f"{place}: translated differently at {other[1]}: {chinese!r}"
        for context_chinese in entries:
            yield f"{shown(app.catalogue)}: no longer used, run `make messages`: {context_chinese[1]!r}"


def translation(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def is_translated(entry: polib.POEntry) -> bool:
    return bool(translation(entry)) and all(translation(entry))


def faults(entry: polib.POEntry, text: Text) -> Iterator[str]:
    """What is wrong with one translation."""
    if (entry.msgid_plural or "") != text.plural:
        yield "its plural has changed, run `make messages`"
    if entry.fuzzy:
        yield "the English is marked as unsure (fuzzy)"
    sentences = translation(entry)
    if not is_translated(entry):
        yield "no English yet"
        return
    wanted = set(PLACEHOLDER.findall(entry.msgid))
    for number, english in enumerate(sentences):
        found = set(PLACEHOLDER.findall(english))
        # "1 day" may leave out the number that "%(count)s days" shows.
        if found != wanted and not (entry.msgid_plural and number == 0 and found < wanted):
            yield f"placeholders differ, {sorted(wanted)} and {sorted(found)}"
        for name in PROPER_NAMES:
            english = english.replace(name, "")
        if CHINESE.search(english):
            yield f"Chinese left in the English {english!r}"


def main() -> int:
    if "--compile" in sys.argv:
        compile_catalogues()
        return 0
    apps, refused = collect([name for name in sys.argv[1:] if not name.startswith("-")])
    if "--check" in sys.argv:
        found = refused + sorted(problems(apps))
        print("\n".join(found), end="\n" if found else "")
        return 1 if found else 0
    known = memory(apps)
    for app in apps:
        write(app, known)
    compile_catalogues()
    print("\n".join(refused), end="\n" if refused else "")
    waiting = [line for line in problems(apps) if "no English yet" in line]
    print(f"{sum(len(app.texts) for app in apps)} texts, {len(waiting)} without English")
    return 1 if refused else 0


if __name__ == "__main__":
    run(main)
