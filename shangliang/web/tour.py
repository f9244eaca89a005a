"""The addresses that `serve --demo` prints: the five pages worth seeing first."""

from __future__ import annotations

from shangliang.accounts.models import Grant
from shangliang.places.models import Room
from shangliang.places.states import Family


def first_addresses() -> list[tuple[str, str]]:
    """Label and path of each; the room is the one at which the cast works."""
    home = Grant.objects.filter(user__cast="clerk").values_list("room_no", flat=True).first()
    room = Room.objects.filter(no=home).first() or Room.objects.filter(family=Family.COMMUNITY.value).first()
    found = [("首页 Front page", "/"), ("有事商量 Raise a matter", "/say"), ("办理结果 Results", "/results")]
    if room is not None:
        found.insert(1, ("议事室 A room", f"/r/{room.no}"))
    return [*found, ("演示登录 Sign in as one of the cast", "/demo")]
