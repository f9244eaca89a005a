"""`shangliang appoint`: give somebody a role at the machine itself; opens the account when there is none yet."""

from __future__ import annotations

import argparse
from datetime import date

from shangliang.commands import Failed


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = __doc__
    parser.add_argument("username", help="name for signing in")
    parser.add_argument(
        "--role", required=True, help="one of the roles in docs/reference/roles.md, as city_office"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--area", default="", help="area path that the role covers, as 32/3211/")
    where.add_argument("--room", default="", help="number of the room it is held at")
    where.add_argument("--unit", default="", help="code of the unit it is held for")
    parser.add_argument("--place", default="", help="what that place is called, for the holder's own page")
    parser.add_argument("--name", default="", help="the person's name, when the account is new")
    parser.add_argument("--until", type=date.fromisoformat, default=None, help="last day, as 2029-03-31")


def run(args: argparse.Namespace) -> int:
    """Open the account if need be, give the role, and print a first password once."""
    import django

    django.setup()
    from django.db import transaction

    from shangliang.access.actor import SYSTEM
    from shangliang.access.roles import Role
    from shangliang.accounts import actions
    from shangliang.accounts.models import User
    from shangliang.kit import clock

    if args.role not in set(Role):
        raise Failed(
            f"没有“{args.role}”这个职责。可用的有：{'、'.join(Role)}\n"
            f"There is no role {args.role!r}. These exist: {', '.join(Role)}"
        )
    if args.area and not args.area.endswith("/"):
        raise Failed(
            f"区划路径要以 / 结尾，例如 32/3211/，不是 {args.area}\n"
            f"An area path ends with a slash, as 32/3211/, not {args.area}"
        )
    now, within, first = clock.now(), args.area, ""
    with transaction.atomic():
        user = User.objects.filter(username=args.username).first()
        if user is None:
            user, first = actions.open_account(
                actor=SYSTEM, username=args.username, display_name=args.name, within=within, at=now
            )
        actions.grant(
            actor=SYSTEM,
            user=user,
            role=Role(args.role),
            within=within,
            area_path=args.area,
            room_no=args.room,
            unit_code=args.unit,
            place_name=args.place,
            until_on=args.until,
            at=now,
        )
    print(f"{args.username}：{Role(args.role).value} {args.area or args.room or args.unit}")
    if first:
        print(f"初始密码，只显示这一次  First password, shown only now: {first}")
    return 0
