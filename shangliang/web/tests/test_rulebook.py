"""The page of rules: an index first, then one chapter, a search that needs no script, or all of it for the printer."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
HEAVIEST = 30_000  # bytes of the index


def shown(client: Client, asked: str = "") -> str:
    answer = client.get(f"/rules{asked}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def ids(page: str) -> set[str]:
    return set(re.findall(r'<tr id="([\w.]+)"', page))


def test_it_opens_with_an_index_that_is_light(client: Client) -> None:
    page = shown(client)
    assert len(page.encode()) < HEAVIEST
    assert ids(page) == set()
    for chapter in book().chapters():
        assert f'href="?chapter={chapter.app}"' in page
        assert chapter.title in page


def test_every_rule_stands_in_one_chapter_and_in_the_print(client: Client) -> None:
    found = [ids(shown(client, f"?chapter={chapter.app}")) for chapter in book().chapters()]
    assert (
        set.union(*found)
        == ids(shown(client, "?print=1"))
        == {rule.id for chapter in book().chapters() for rule in chapter.parameters}
    )
    assert sum(map(len, found)) == len(set.union(*found))


def test_a_rule_is_found_by_its_words_its_source_and_any_width_of_letters(client: Client) -> None:
    wanted = book().chapters()[0].parameters[0]
    assert wanted.id in ids(shown(client, f"?q={wanted.meaning}"))
    several = ids(shown(client, "?q=预告"))
    assert several > ids(shown(client, "?q=预告 工作日")) > set(), "every word has to be there"
    assert ids(shown(client, "?q=１２３４５")) == ids(shown(client, "?q=12345")) != set()  # noqa: RUF001
    assert "没有找到这样的规则" in shown(client, "?q=恐龙")
    assert "没有找到这样的规则" not in shown(client, "?chapter=nonsense")


def test_rules_are_told_apart_by_what_they_stand_on(client: Client) -> None:
    sourced, default = (ids(shown(client, f"?basis={basis}")) for basis in ("sourced", "default"))
    every = [rule for chapter in book().chapters() for rule in chapter.parameters]
    assert sourced == {rule.id for rule in every if rule.is_sourced}
    assert default == {rule.id for rule in every if not rule.is_sourced}


def test_a_code_stands_behind_the_name_and_only_on_paper(client: Client) -> None:
    rule = book().chapters()[0].parameters[0]
    page = shown(client, "?print=1")
    assert page.index(f">{rule.meaning}</th>") < page.index(f">{rule.id}</span>")
    on_screen = shown(client, f"?q={rule.id}")
    assert f">{rule.meaning}</th>" in on_screen
    assert f">{rule.id}</span>" not in on_screen
