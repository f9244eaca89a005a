"""No two links, buttons or fields of a page are called the same, unless they lead to the same place.

Who hears a page, or asks for "button 知道了" by voice, has nothing but the name. The pages of the filled town are met: the
public ones by anybody, those of the desk by each of the cast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from shangliang.accounts.models import User
from tests.controls import Control, controls

BEGIN = {"public": ("/", "/search?q=路灯", "/s", "/say"), "desk": ("/desk", "/desk/any-time")}
EACH = 2  # pages of one kind that one person opens
CAST = (
    "",
    "assigning_office",
    "city_office",
    "clerk",
    "district_office",
    "doer",
    "first_convener",
    "grid_worker",
    "leader",
    "member",
    "reviewer",
    "second_convener",
    "town_office",
)


def kind(address: str) -> str:
    """The pattern of an address; empty where the house has no page."""
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def pages(client: Client, side: str) -> Iterator[tuple[str, list[Control]]]:
    """Pages of every kind on one side of the house that can be reached from where one begins, with their controls."""
    waiting, seen, met = list(BEGIN[side]), set(BEGIN[side]), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        met[kind(address)] += 1
        if met[kind(address)] > EACH:
            continue
        answer = client.get(address)
        if answer.status_code in {301, 302}:
            links = [answer["Location"]]
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found = controls(answer.content.decode(), address)
            yield address, found
            links = [one.leads_to for one in found if isinstance(one.leads_to, str)]
        else:
            answer.getvalue()  # a file read to its end is closed; closing it by hand closes the database too
            continue
        for link in links:
            link = urljoin(address, link).partition("#")[0]
            here = link.startswith("/") and link.startswith("/desk") == (side == "desk")
            if here and link not in seen and kind(link):
                seen.add(link)
                waiting.append(link)


def twins(found: list[Control]) -> set[str]:
    """Names that several controls share though they lead to different places."""
    places: dict[str, set[object]] = {}
    for one in found:
        places.setdefault(one.name, set()).add(one.leads_to)
    return {name for name, leads in places.items() if len(leads) > 1 or not name}


@pytest.mark.one_engine
@pytest.mark.parametrize("part", CAST, ids=lambda part: part or "anonymous")
def test_no_two_controls_of_a_page_share_a_name(filled_town: None, part: str) -> None:
    client, met = Client(), 0
    if part:
        client.force_login(User.objects.get(cast=part))
    wrong: dict[str, set[str]] = {}
    for address, found in pages(client, "desk" if part else "public"):
        met += 1
        names = twins(found)
        if names:
            wrong.setdefault(f"{kind(address)} ({address})", set()).update(names)
    assert wrong == {}
    assert met > 3


@pytest.mark.one_engine
def test_the_whole_cast_is_met(filled_town: None) -> None:
    assert set(User.objects.exclude(cast="").values_list("cast", flat=True)) - {"outsider"} == set(CAST) - {
        ""
    }


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ('<a href="/a">看看</a><a href="/b">看看</a>', {"看看"}),
        ('<a href="/a">看看</a><a href="a#x">看看</a>', {"看看"}),
        ('<a href="/a">看看</a><a href="a">看看</a>', set()),
        ('<a href="/a">看看<span class="said"> · 路灯</span></a><a href="/b">看看</a>', set()),
        ('<a href="/a"><img src="x" alt=""></a>', {""}),
        ('<form action="/x"><button>好</button></form><form action="/y"><button>好</button></form>', {"好"}),
        ('<form action="/x"><button>好</button><button>好</button></form>', set()),
        ('<form action="/x"><input id="a"><button>好</button></form><form action="/x"><button>好</button></form>', {"", "好"}),
        ('<label for="a">理由</label><input id="a"><label>理由<textarea></textarea></label>', {"理由"}),
        ('<fieldset><legend>甲</legend><label>理由<input></label></fieldset><label>理由<input></label>', set()),
        ('<details><summary>办</summary><button type="button">办</button></details>', {"办"}),
        ('<p hidden><a href="/a">看看</a></p><a href="/b">看看</a>', set()),
        ('<button aria-label="办：路灯">办</button><button type="button">办</button>', set()),
    ],
)  # fmt: skip
def test_it_finds_what_is_called_the_same(page: str, names: set[str]) -> None:
    assert twins(controls(page, "/")) == names
