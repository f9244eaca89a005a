"""`shangliang appoint`: the first people of an installation, given their roles at the machine itself."""

from __future__ import annotations

import re
from datetime import date

import pytest

from shangliang.access.roles import Permission, Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.queries import actor_for
from shangliang.commands import BAD_INPUT, main
from shangliang.kit import clock
from shangliang.ledger.models import Entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def appoint(*words: str) -> int:
    with clock.at(TODAY):
        return main(["appoint", *words])


def test_a_new_person_gets_an_account_a_role_and_a_password_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert appoint("wang", "--role", "city_office", "--area", "32/3211/", "--name", "王芳") == 0
    said = capsys.readouterr().out
    assert "wang：city_office 32/3211/" in said
    password = re.search(r"First password, shown only now: (\S+)", said)
    assert password is not None
    user = User.objects.get(username="wang")
    assert user.display_name == "王芳"
    assert user.check_password(password.group(1))
    grant = Grant.objects.get(user=user)
    assert (grant.role, grant.area_path, grant.room_no, grant.unit_code) == (
        "city_office",
        "32/3211/",
        "",
        "",
    )
    assert (grant.from_on, grant.until_on) == (TODAY, None)
    assert actor_for(user, TODAY).can(Permission.OFFICE_APPOINT, area_path="32/3211/321102/")
    rows = Entry.objects.order_by("pk").values_list("event", "office")
    assert list(rows) == [("account.opened", "system"), ("account.granted", "system")]


def test_who_has_an_account_keeps_it_and_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    appoint("li", "--role", "clerk", "--room", "321102-001")
    before = User.objects.get(username="li").password
    capsys.readouterr()
    assert (
        appoint("li", "--role", "doer", "--unit", "bureau-1", "--place", "区住建局", "--until", "2026-12-31")
        == 0
    )
    assert "初始密码" not in capsys.readouterr().out
    user = User.objects.get(username="li")
    assert user.password == before
    rooms = Grant.objects.get(user=user, role="clerk")
    unit = Grant.objects.get(user=user, role="doer")
    assert (rooms.room_no, rooms.area_path, rooms.unit_code) == ("321102-001", "", "")
    assert (unit.unit_code, unit.place_name, unit.until_on) == ("bureau-1", "区住建局", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--role", "mayor", "--room", "1"), "没有“mayor”这个职责"),
        (("--role", "city_office", "--area", "32/3211"), "区划路径要以 / 结尾"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert appoint("wang", *words) == BAD_INPUT
    said = capsys.readouterr().err
    assert sentence in said
    if "mayor" in words:
        assert all(role in said for role in Role)
    assert not User.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("wang", "--role", "clerk"),
        ("wang", "--room", "1"),
        ("wang", "--role", "clerk", "--room", "1", "--unit", "2"),
        ("--role", "clerk", "--room", "1"),
        ("wang", "--role", "clerk", "--room", "1", "--until", "tomorrow"),
    ],
)
def test_a_role_is_held_at_exactly_one_place(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        appoint(*words)
    assert ended.value.code == 2
    assert not User.objects.exists()
