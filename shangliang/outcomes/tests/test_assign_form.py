"""The assigning form: as many lines as were agreed, the rest folded; who cannot be reached is named."""

from __future__ import annotations

import pytest

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit.clock import local_day
from shangliang.outcomes.forms import AssignForm, Doers
from shangliang.outcomes.tests.factories import matter
from shangliang.outcomes.tests.test_the_way import NOW
from shangliang.people.models import Unit

pytestmark = pytest.mark.django_db


def units() -> Doers:
    return Doers.of(Unit.objects.order_by("pk"), local_day(NOW))


def test_only_what_was_agreed_stands_open() -> None:
    matter(NOW)
    bare = AssignForm(doers=units())
    assert [line["number"] for line in bare.lines] == [1]
    assert [line["is_open"] for line in bare.more] == [False] * len(bare.more)
    tried = AssignForm({"route": "town", "what-2": "换灯"}, doers=units())
    assert [line["is_open"] for line in tried.more] == [True] + [False] * (len(tried.more) - 1), (
        "kept in sight"
    )


def test_helping_units_are_ticked_and_counted() -> None:
    case = matter(NOW)
    tried = AssignForm({"route": "town", "co_units-1": [str(case.other_unit.pk)]}, doers=units())
    assert tried.lines[0]["helping"] == 1
    assert 'type="checkbox"' in str(tried["co_units-1"])


def test_a_unit_that_nobody_signs_in_for_says_so() -> None:
    case = matter(NOW)
    before = dict(units().choices())
    assert before[str(case.other_unit.pk)].startswith("没有账号：")
    give(make_user("bureau"), Role.DOER, unit_code=case.other_unit.code)
    assert "没有账号" not in dict(units().choices())[str(case.other_unit.pk)]
