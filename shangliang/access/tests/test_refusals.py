"""How a refusal looks."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, submitter
from shangliang.access.denied import Denied
from shangliang.access.middleware import Refusals

STAFF = Actor(ActorKind.STAFF, key="account:1", name="张三", account_id=1)


def refused(actor: Actor, error: Exception) -> HttpResponse | None:
    request = RequestFactory().get("/desk/topics/2026-000001")
    request.actor = actor  # type: ignore[attr-defined]  # as the middleware does
    return Refusals(lambda _request: HttpResponse()).process_exception(request, error)


def test_staff_read_the_reason() -> None:
    answer = refused(STAFF, Denied("立项由第一召集人办理。"))
    assert answer is not None
    assert answer.status_code == 403
    assert "立项由第一召集人办理。" in answer.content.decode()


def test_a_reason_may_be_a_translated_one() -> None:
    answer = refused(STAFF, Denied(gettext_lazy("January")))
    assert answer is not None
    assert "一月" in answer.content.decode()


@pytest.mark.parametrize("actor", [ANONYMOUS, submitter("x")])
def test_a_stranger_learns_nothing(actor: Actor) -> None:
    answer = refused(actor, Denied("立项由第一召集人办理。"))
    assert answer is not None
    assert answer.status_code == 404
    assert "立项" not in answer.content.decode()


def test_other_errors_pass_through() -> None:
    assert refused(STAFF, ValueError()) is None
