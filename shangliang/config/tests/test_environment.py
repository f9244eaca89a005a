"""Reading the environment strictly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from shangliang.config import environment as env
from shangliang.kit.numbers import CODE


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://me%40x:pa%3Ass@mail.example.org:587?tls=1", 587, False, True),
        ("smtps://mail.example.org", 465, True, False),
    ],
)
def test_it_reads_the_address_of_a_mail_server(url: str, port: int, ssl: bool, tls: bool) -> None:
    read = env.mail(url)
    assert (read.host, read.port) == ("mail.example.org", port)
    assert (read.is_implicit, read.is_started) == (ssl, tls)


def test_it_reads_names_and_passwords_with_signs_in_them() -> None:
    read = env.mail("smtp://me%40x:pa%3Ass@mail.example.org")
    assert (read.user, read.password) == ("me@x", "pa:ss")


def test_without_an_address_no_mail_leaves() -> None:
    assert env.mail("").backend == "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://x?ssl=1", "smtp://x?tls=yes"]
)
def test_a_mistyped_address_stops_the_start_with_a_sentence(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        env.mail(url)


@pytest.mark.parametrize("raw", ["ja", "2", "on"])
def test_a_mistyped_switch_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("PUBLIC_DEMO", raw)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_DEMO must be 1 or 0"):
        env.flag("PUBLIC_DEMO")


@pytest.mark.parametrize("raw", ["b7", "7", "I1", "B07", "BB7", "B7-"])
def test_a_mistyped_code_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("NUMBER_ORIGIN", raw)
    with pytest.raises(
        ImproperlyConfigured, match=f"NUMBER_ORIGIN must be a letter and a digit, not '{raw}'"
    ):
        env.like("NUMBER_ORIGIN", CODE, "a letter and a digit")


@pytest.mark.parametrize("raw", ["zhengxie", "a@b", "a@example.cn b@example.cn"])
def test_a_mistyped_witness_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("LEDGER_WITNESSES", f"w@example.cn, {raw}")
    with pytest.raises(ImproperlyConfigured, match="LEDGER_WITNESSES must be mail addresses"):
        env.mails("LEDGER_WITNESSES")
    monkeypatch.setenv("LEDGER_WITNESSES", "w@example.cn, v@example.org")
    assert env.mails("LEDGER_WITNESSES") == ["w@example.cn", "v@example.org"]


def test_a_misspelt_and_a_forgotten_app_stop_the_start_with_a_sentence(tmp_path: Path) -> None:
    for app in ("topics", "outcomes"):
        (tmp_path / app).mkdir()
        (tmp_path / app / "apps.py").touch()
    env.same_apps("THE_LIST", ["outcomes", "topics"], tmp_path, "apps.py")
    with pytest.raises(
        ImproperlyConfigured, match=r"^THE_LIST names 'topcs', but there is no .*/topcs/apps\.py$"
    ):
        env.same_apps("THE_LIST", ["outcomes", "topics", "topcs"], tmp_path, "apps.py")
    with pytest.raises(
        ImproperlyConfigured, match=r"^THE_LIST does not name 'topics', but .*/topics/apps\.py exists$"
    ):
        env.same_apps("THE_LIST", ["outcomes"], tmp_path, "apps.py")


def test_a_command_says_what_is_mistyped_in_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "shangliang.commands", "check"],
        env={**os.environ, "PORT": "eight"},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (2, "PORT must be a whole number of at least 1, not 'eight'\n")
