"""tools/messages.py: what it collects, keeps and complains about."""

from pathlib import Path

import polib
import pytest
from messages import App, collect, compile_catalogues, memory, problems, write

MODULE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("有事商量")
LEFT = ngettext("还剩 %(days)s 天", "还剩 %(days)s 天", 3)
HOUSE = pgettext("of a village", "房子")
"""
PAGE = """{% load i18n %}
<h1>{% translate "有事商量" %}</h1>
<p>{% blocktranslate trimmed with name=room %}
  欢迎来到 {{ name }}
{% endblocktranslate %}</p>
{{ title|default:_("没有标题") }}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    app = tmp_path / "topics"
    (app / "templates" / "topics").mkdir(parents=True)
    (app / "labels.py").write_text(MODULE)
    (app / "templates" / "topics" / "say.html").write_text(PAGE)
    return tmp_path


def only_app(package: Path) -> App:
    [app], refused = collect([], package)
    assert refused == []
    return app


def translate(package: Path, **english: str) -> App:
    app = only_app(package)
    write(app, {})
    catalogue = app.read()
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "1 day left", 1: "%(days)s days left"}
        else:
            entry.msgstr = english.get(
                entry.msgid, "Welcome to %(name)s" if "%" in entry.msgid else "English"
            )
    catalogue.save(str(app.catalogue))
    return app


def test_it_collects_from_modules_and_templates(package: Path) -> None:
    assert set(only_app(package).texts) == {
        ("", "有事商量"),
        ("", "还剩 %(days)s 天"),
        ("of a village", "房子"),
        ("", "欢迎来到 %(name)s"),
        ("", "没有标题"),
    }


def test_it_names_file_and_line_of_what_is_missing(package: Path) -> None:
    found = list(problems([only_app(package)]))
    assert any("labels.py:4: not in" in line and "有事商量" in line for line in found)
    assert len(found) == 5


def test_it_is_content_with_a_complete_catalogue(package: Path) -> None:
    assert list(problems([translate(package)])) == []


def test_it_keeps_translations_and_drops_what_is_no_longer_used(package: Path) -> None:
    translate(package, 有事商量="Let us talk it over")
    (package / "topics" / "labels.py").write_text(MODULE.replace("房子", "屋子"))
    app = only_app(package)
    write(app, {})
    kept = {entry.msgid: entry.msgstr for entry in app.read()}
    assert kept["有事商量"] == "Let us talk it over"
    assert "房子" not in kept
    assert kept["屋子"] == ""


def test_it_writes_the_same_file_twice(package: Path) -> None:
    app = translate(package)
    write(app, {})
    first = app.catalogue.read_bytes()
    write(only_app(package), {})
    assert app.catalogue.read_bytes() == first


@pytest.mark.parametrize(
    ("english", "complaint"),
    [
        ("", "no English yet"),
        ("Let us 商量", "Chinese left"),
        ("Let us talk %(now)s", "placeholders differ"),
    ],
)
def test_it_complains_about_a_wrong_translation(package: Path, english: str, complaint: str) -> None:
    [found] = problems([translate(package, 有事商量=english)])
    assert complaint in found


def test_it_lets_a_proper_name_stand_in_english(package: Path) -> None:
    assert list(problems([translate(package, 有事商量="Shangliang (有事好商量)")])) == []


def test_it_complains_about_a_fuzzy_translation(package: Path) -> None:
    app = translate(package)
    catalogue = app.read()
    catalogue[0].flags.append("fuzzy")
    catalogue.save(str(app.catalogue))
    assert any("fuzzy" in line for line in problems([app]))


def test_it_refuses_a_text_put_together_before_it_is_looked_up(package: Path) -> None:
    (package / "topics" / "labels.py").write_text('_(f"还剩 {days} 天")\n')
    _, refused = collect([], package)
    assert len(refused) == 1
    assert "labels.py:1" in refused[0]


def test_it_wants_chinese_keys(package: Path) -> None:
    (package / "topics" / "labels.py").write_text('_("Save")\n_("%(n)s / %(m)s")\n')
    app = translate(package)
    assert [line for line in problems([app]) if "must be Chinese" in line]
    assert sum("must be Chinese" in line for line in problems([app])) == 1


def test_it_wants_one_english_for_one_chinese(package: Path) -> None:
    first = translate(package, 有事商量="Let us talk it over")
    other = package / "web"
    other.mkdir()
    (other / "labels.py").write_text('_("有事商量")\n')
    [_, second], _ = collect([], package)
    write(second, {})
    catalogue = second.read()
    catalogue[0].msgstr = "Raise a matter"
    catalogue.save(str(second.catalogue))
    assert any("translated differently" in line for line in problems([first, second]))


def test_it_knows_the_english_of_a_text_that_another_app_uses(package: Path) -> None:
    translate(package, 有事商量="Let us talk it over")
    (package / "web").mkdir()
    (package / "web" / "labels.py").write_text('_("有事商量")\n')
    apps, _ = collect([], package)
    for app in apps:
        write(app, memory(apps))
    assert list(problems(apps)) == []


def test_it_compiles_what_is_newer(package: Path) -> None:
    app = translate(package, 有事商量="Let us talk it over")
    compile_catalogues(package)
    compiled = polib.mofile(str(app.catalogue.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled}["有事商量"] == "Let us talk it over"


@pytest.mark.parametrize(
    ("line", "literal"),
    [
        ('NAMES = "、".join(found)', "、"),
        ('NAME = f"{seat}：{name}"', "："),
        ('SAID = {"a": "已经办好"}', "已经办好"),
        ('raise ValueError(_("不行") + "！")', "！"),
    ],
)
def test_it_refuses_chinese_that_no_translator_sees(package: Path, line: str, literal: str) -> None:
    (package / "topics" / "labels.py").write_text(f"{MODULE}\n{line}\n")
    _apps, refused = collect([], package)
    assert [each.partition("labels.py")[2] for each in refused] == [
        f":8: Chinese outside a translation: {literal!r}"
    ]


@pytest.mark.parametrize(
    "lines",
    [
        '''def said() -> str:\n    """说明，给看代码的人。"""\n    return _("有事")''',
        'COMMAS = "、，"  # not shown: what people type',
        'WORDS = {  # not shown: what people type\n    "甲": 1,\n    "乙": 2,\n}',
        'LINE = "A · B — “C” …"',
        'TITLE = ngettext("还剩 %(days)s 天", "还剩 %(days)s 天", 3) % {"days": 3}',
    ],
)
def test_it_leaves_alone_what_is_translated_or_never_shown(package: Path, lines: str) -> None:
    (package / "topics" / "labels.py").write_text(f"{MODULE}\n{lines}\n")
    assert collect([], package)[1] == []


def test_folders_that_speak_chinese_on_purpose_are_named(package: Path) -> None:
    (package / "demo").mkdir()
    (package / "demo" / "names.py").write_text('NAME = "王芳"')
    assert collect([], package)[1] == []


def test_it_collects_texts_under_a_name_of_the_modules_own(package: Path) -> None:
    code = "from django.utils.translation import gettext as now_, gettext_lazy as _\nnow_('做好了')\n"
    (package / "topics" / "labels.py").write_text(code)
    [app], refused = collect([], package)
    assert refused == []
    assert ("", "做好了") in app.texts


def test_it_finds_chinese_punctuation_in_the_english(package: Path) -> None:
    found = list(problems([translate(package, 有事商量="Let us talk，please")]))
    assert [line for line in found if "Chinese left in the English" in line] == found
    assert len(found) == 1
