"""Draws for tests: a room, twenty-four invented volunteers of three ages, two sexes, and some homes shared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

from django.db import transaction

from shangliang.access.actor import SYSTEM
from shangliang.access.desk import OnDesk
from shangliang.places.models import Area, Room
from shangliang.places.states import AreaLevel, Family
from shangliang.sortition import rules, tasks
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.actions.volunteering import Entry
from shangliang.sortition.models import Draw, Lottery
from shangliang.sortition.states import SeedWay

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
ROOM_NO, NEXT_NO = "3211020010010001", "3211020010020001"
PATH = "32/3211/321102/321102001/321102001001/"
SEED = "3 6 1 1 5 2 4 6"
CATEGORIES = "性别：男 500、女 500\n年龄：18到34岁 250、35到59岁 450、60岁以上 300"
AGES = ("18到34岁", "35到59岁", "60岁以上", "60岁以上")


def make_room(no: str = ROOM_NO, name: str = "桃园社区议事室") -> Room:
    area, _made = Area.objects.get_or_create(
        code="321102001001",
        defaults={
            "name": "桃园社区",
            "level": AreaLevel.VILLAGE.value,
            "path": PATH,
            "valid_from": date(2023, 6, 30),
        },
    )
    return Room.objects.create(
        no=no,
        name=name,
        area=area,
        area_path=PATH,
        family=Family.COMMUNITY.value,
        opened_on=date(2021, 6, 20),
        phone="0511-0000 0000",
    )


def make_draw(*, size: int = 6, categories: str = CATEGORIES, room: Room | None = None) -> Draw:
    room = room or Room.objects.filter(no=ROOM_NO).first() or make_room()
    desk = cast(OnDesk, SimpleNamespace(desk_path=PATH, desk_room_no=room.no, is_embargoed=False))
    with transaction.atomic():  # as a step of the session's own act
        draw = draws.prepare(
            desk=desk,
            room=room,
            title="小区停车怎么办",
            origin="/desk/deliberations/2026-000001",
            actor=SYSTEM,
            at=NOW,
        )
    draws.set_up(draw=draw, size=size, features=rules.read_categories(categories), actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    return draw


def entry(number: int, **more: object) -> Entry:
    """Number 0, 1, … are of different kinds; 20 and 21, 22 and 23 live together."""
    home = f"{number // 2}幢101室" if number >= 20 else f"{number}幢7室"
    values = {"性别": "男" if number % 2 else "女", "年龄": AGES[number % 4]}
    told = {"name": f"编的{number}", "values": values, "home": home, "phone": f"1390000{number:04d}", **more}
    return Entry(**told)  # type: ignore[arg-type]  # one dictionary for all its fields


def fill(draw: Draw, count: int = 24) -> None:
    for number in range(count):
        volunteering.enter(draw=draw, entry=entry(number), actor=SYSTEM, at=NOW)


def fixed(draw: Draw) -> Lottery:
    """The lottery of the pool as it is, made as the worker makes it."""
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    tasks.fix(str(lottery.pk))
    lottery.refresh_from_db()
    draw.refresh_from_db()
    return lottery


def pick(lottery: Lottery, seed: str = SEED) -> list[int]:
    """The panel that a public number draws."""
    return drawing.pick(lottery=lottery, seed=seed, way=SeedWay.DICE, actor=SYSTEM, at=NOW)
