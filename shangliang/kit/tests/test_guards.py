"""What a guard answers."""

from __future__ import annotations

import pytest

from shangliang.kit.guards import Blocked, Unmet, require, sentences

WORDS = {"late": "还差 %(days)s 天", "photo": "请补一张照片"}


def test_it_raises_every_condition_at_once_and_no_advice() -> None:
    unmet = [Unmet("late", {"days": 2}), Unmet("photo"), Unmet("people", advice=True)]
    with pytest.raises(Blocked) as blocked:
        require(unmet)
    assert [item.code for item in blocked.value.unmet] == ["late", "photo"]


def test_advice_blocks_nothing() -> None:
    require([Unmet("people", advice=True)])


def test_each_condition_becomes_a_sentence_with_the_way_to_mend_it() -> None:
    unmet = [
        Unmet("late", {"days": 2}, mend="on"),
        Unmet("photo", mend="photos", advice=True),
        Unmet("photo"),
    ]
    shown = sentences(unmet, WORDS, {"photos": "/desk/photos"})
    assert [item["sentence"] for item in shown] == ["还差 2 天", "请补一张照片", "请补一张照片"]
    assert [item["url"] for item in shown] == ["#id_on", "/desk/photos", ""]
    assert [item["advice"] for item in shown] == [False, True, False]
