"""A fair draw in a hall: the call on phones, the list sealed, everything killed, dice thrown, another drawn.

Behind the real server with its worker, which is killed while it makes the panels: a lottery that was asked for is made
afterwards, and a second machine finds the same panel from the published files.
"""

from __future__ import annotations

import csv
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.deployment import PATIENCE, ROOT, SHANGLIANG, Deployment

CATEGORIES = "性别：男 500、女 500\n年龄：18到59岁 600、60岁以上 400"
SEED = "3 6 1 1 5 2 4 6"
pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_lots_are_drawn_in_public_and_a_kill_loses_nothing(
    town: Deployment, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    clerk = town.enter(open_page("desktop"), "联络员")
    no = town.session_of_clerk("state='prepared', form='formal', draw=None")

    # Seats and kinds, the call, its poster.
    clerk.goto(f"{town.base}/desk/deliberations/{no}")
    clerk.get_by_role("button", name="准备抽签").click()
    expect(
        clerk.get_by_label("抽几位")
    ).to_be_visible()  # a press has led somewhere: only then the page is judged
    here = clerk.url
    assert axe(clerk) == []
    clerk.get_by_label("抽几位").fill("4")
    clerk.fill("[name=categories]", CATEGORIES)
    clerk.get_by_role("button", name="算出名额").click()
    clerk.locator("#call").get_by_role("button", name="开始公开报名").click()
    expect(clerk.get_by_role("button", name="结束报名")).to_be_visible()
    assert axe(clerk) == []
    clerk.goto(f"{here}/poster")
    assert axe(clerk) == []
    key = here.rsplit("/", 1)[1]

    # Two put themselves down, one of them without scripts; the others are pasted from a table.
    own = []
    for number, sex in enumerate(("男", "女")):
        phone = open_page("phone", javascript=number > 0)
        phone.goto(f"{town.base}/draws/{key}")
        assert axe(phone) == []
        phone.fill("[name=name]", f"编的{number}")
        phone.fill("[name=home]", f"{number + 1}幢")
        phone.get_by_label(sex, exact=True).check()
        phone.get_by_label("60岁以上").check()
        phone.get_by_role("button", name="报名", exact=True).click()
        expect(phone.get_by_text("报上名了")).to_be_visible()
        assert axe(phone) == []
        own.append(phone)
    clerk.goto(f"{here}/volunteers")
    rows = [
        f"编的{number},,{number}幢,{'男' if number % 2 else '女'},{'18到59岁' if number % 3 else '60岁以上'}"
        for number in range(2, 20)
    ]
    clerk.fill("[name=people]", "\n".join(rows))
    clerk.get_by_role("button", name="写下这些人").click()
    expect(clerk.locator("main li b", has_text="20")).to_be_visible()
    assert axe(clerk) == []

    # Possible? The worker answers within seconds.
    clerk.goto(here)
    clerk.get_by_role("button", name="保存，看看能不能抽成").click()
    expect(clerk.get_by_text("按现在参加抽签的 20 人，抽 4 位，抽得成。")).to_be_visible(timeout=30_000)
    assert axe(clerk) == []

    # Sealed; the power fails while the panels are made.
    clerk.get_by_role("button", name="封存名单，编组").click()
    expect(clerk.get_by_text("正在编组").first).to_be_visible()
    town.kill()
    town.start()
    clerk.goto(here)
    expect(clerk.locator("[name=seed]").or_(clerk.get_by_role("link", name="往下看"))).to_be_visible(
        timeout=60_000
    )
    clerk.goto(here)
    wall = open_page("desktop")
    wall.goto(f"{town.base}/draws/{key}/screen")
    expect(wall.get_by_text("请大家当众产生一个数")).to_be_visible()
    assert axe(wall) == []
    seal = wall.locator(".seal").inner_text()

    # Dice: the wall shows who was drawn, and a second machine finds the same panel.
    clerk.fill("[name=seed]", SEED)
    clerk.check("[name=is_read_out]")
    clerk.get_by_role("button", name="抽签", exact=True).click()
    expect(wall.locator(".drawn-numbers li")).to_have_count(4, timeout=15_000)
    drawn = wall.locator(".drawn-numbers li").all_inner_texts()
    assert axe(wall) == []
    panels = tmp_path / "panels.csv"
    with urllib.request.urlopen(f"{town.base}/draws/{key}/1/panels.csv", timeout=20) as answer:  # noqa: S310 — our own server
        panels.write_bytes(answer.read())
    ended = subprocess.run(
        [*SHANGLIANG, "deliberations", "draw", "pick", str(panels), "--seed", SEED, "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert seal in ended.stdout
    with (tmp_path / "panel.csv").open() as file:
        assert [row["id"] for row in csv.DictReader(file)] == drawn

    # Everybody sees their chance; the replies come by page, by paper; one cannot, an alternate comes.
    for phone in own:
        phone.reload()
        expect(phone.locator(".own-chance")).to_be_visible()
        assert axe(phone) == []
    clerk.goto(f"{here}/letters")
    expect(clerk.locator(".letter")).to_have_count(4)
    assert axe(clerk) == []
    clerk.goto(f"{here}/volunteers?state=drawn")
    clerk.get_by_role("button", name="说了，来不了").first.click()
    for who in drawn[1:]:
        clerk.goto(f"{here}/volunteers?state=drawn")
        clerk.locator(f"form[action$='/volunteers/{who}/yes'] button").click()
    clerk.goto(here)
    clerk.get_by_role("button", name="请候补").click()
    clerk.goto(f"{here}/volunteers?state=drawn")
    other = clerk.locator("form[action$='/yes']").get_attribute("action") or ""
    other = other.split("/")[-2]
    assert other not in drawn
    with (tmp_path / "alternates.csv").open() as file:
        assert other in [row["id"] for row in csv.DictReader(file)]
    wall.goto(f"{town.base}/draws/{key}")
    expect(wall.get_by_text(f"{drawn[0]} 号来不了，请 {other} 号")).to_be_visible()
    assert axe(wall) == []
    clerk.goto(f"{here}/volunteers?state=drawn")
    clerk.locator(f"form[action$='/volunteers/{other}/yes'] button").click()
    clerk.goto(here)
    clerk.get_by_role("button", name="定下名单，请到会").click()
    expect(clerk.get_by_text("名单已定，4 位")).to_be_visible()
    assert axe(clerk) == []

    # They are on the session's list as soon as the worker has heard of it.
    names = town.shell(
        f"from shangliang.sortition.models import Draw; rows = Draw.objects.get(key='{key}').volunteers;"
        f" print('、'.join(row.name for row in rows.filter(state='accepted').order_by('number')))"
    )
    clerk.goto(f"{town.base}/desk/deliberations/{no}")
    until = time.monotonic() + PATIENCE
    while names not in clerk.locator("main").inner_text():
        assert time.monotonic() < until, names
        time.sleep(0.5)
        clerk.reload()
