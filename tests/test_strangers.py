"""What a stranger is shown depends on nobody who came before: not on their cookies, nor on what they have just sent.

Every kind of public page is asked for by somebody with each cookie that the house gives, and by somebody who has just
pressed each public form; then by a stranger, who is to get what a stranger got who came first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory

from shangliang.accounts.models import User
from shangliang.opinions.models import Poll
from shangliang.opinions.states import StatementState
from shangliang.places.models import Room
from shangliang.places.states import RoomState
from shangliang.topics.models import Submission
from tests.test_controls import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARK = "这一句是别人的"
DRAWN_ANEW = re.compile(r'<input type="hidden"[^>]*>| data-ticket="[^"]*"')
_found: list[str] = []
Visitor = Callable[[], Client]


@pytest.fixture(autouse=True)
def _kept(filled_town: None, settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.CACHE_PAGES, settings.HOME = True, tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def addresses(_kept: None) -> list[str]:
    """Of every kind of public page two, as far as they can be reached from where one begins."""
    if not _found:  # the town is the same for each test
        _found.extend(address for address, _controls in pages(Client(), "public"))
        cache.clear()
    assert len({re.sub(r"[\d-]+|\?.*", "", address) for address in _found}) > 20
    return _found


def shown(client: Client, address: str) -> str:
    """The page without the values of hidden fields and tickets: they are drawn anew each time."""
    text = client.get(address).content.decode()
    assert MARK not in text or client.cookies, address
    return DRAWN_ANEW.sub("", text)


def test_there_is_something_to_be_afraid_of(addresses: list[str]) -> None:
    """A page is really kept here: built anew only where it may not be."""
    first = Client().get("/topics")
    Room.objects.update(name=MARK)
    assert Client().get("/topics").content == first.content
    cache.clear()
    assert Client().get("/topics").content != first.content


def messages_of_old(_address: str) -> dict[str, str]:
    """A cookie that Django itself would sign, with a sentence in it: what the first version read."""
    request = RequestFactory().get("/")
    storage = CookieStorage(request)
    storage.add(messages.INFO, MARK)
    answer = HttpResponse()
    storage.update(answer)
    return {name: morsel.value for name, morsel in answer.cookies.items()}


def with_cookies(found: dict[str, str]) -> Client:
    client = Client()
    client.cookies.load(found)
    return client


def holder() -> Client:
    """Somebody with a cookie of every name that pages under a slip, a poll or a form give."""
    return with_cookies(
        dict.fromkeys(("key", "visited", "voter", "said", "taken", "csrftoken"), "of-somebody-else")
    )


def told_something() -> Client:
    """Somebody to whom something is left to say, though they have no account."""
    client = Client()
    session = client.session
    session["_messages"] = f'[["__json_message",0,20,"{MARK}"]]'
    session.save()
    client.cookies.load({settings.SESSION_COOKIE_NAME: str(session.session_key)})
    return client


def of_the_house(part: str) -> Callable[[], Client]:
    def signed_in() -> Client:
        client = Client()
        client.force_login(
            User.objects.get(cast=part), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in


@pytest.mark.parametrize(
    "visitor",
    [
        pytest.param(lambda: with_cookies(messages_of_old("")), id="messages"),
        pytest.param(holder, id="slips, polls and forms"),
        pytest.param(told_something, id="something left to say"),
        pytest.param(of_the_house("clerk"), id="a clerk"),
        pytest.param(of_the_house("city_office"), id="the city's office"),
    ],
)
def test_no_cookie_of_one_visitor_is_seen_by_the_next(addresses: list[str], visitor: Visitor) -> None:
    for address in addresses:
        cache.clear()
        alone = shown(Client(), address)
        cache.clear()
        shown(visitor(), address)
        after = shown(Client(), address)
        assert MARK not in after, address
        assert after == alone, address


def said() -> Client:
    client = Client()
    room = Room.objects.exclude(state=RoomState.CLOSED).order_by("pk")[0]
    page = client.get(f"/say?room={room.no}").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    answer = client.post("/say", {"room": room.no, "text": MARK, "token": token[1]})
    assert Submission.objects.filter(text=MARK).exists(), answer.content.decode()
    return client


def looked_for_a_slip() -> Client:
    client = Client()
    client.post("/s", {"slip": MARK})
    client.post("/s", {"slip": "100000000000"})
    return client


def remarked() -> Client:
    client = Client()
    client.post("/feedback", {"text": MARK, "about": "system"})
    return client


def thought() -> Client:
    """Somebody who has added a thought to a poll, twice: the second time it is already there."""
    client = Client()
    poll = Poll.objects.filter(statements__state=StatementState.SHOWN).distinct().order_by("-pk")[0]
    Poll.objects.filter(pk=poll.pk).update(takes_open=True)
    for _ in range(2):
        page = client.get(f"/join/{poll.key}").content.decode()
        ticket = re.search(r'name="ticket" value="([^"]*)"', page)
        client.post(f"/join/{poll.key}/add", {"text": MARK, "ticket": ticket[1] if ticket else ""})
        client.post(f"/join/{poll.key}/vote", {"statement": "x", "value": MARK})
    return client


def chose() -> Client:
    client = Client()
    client.post("/preferences", {"size": MARK, "theme": MARK, "language": MARK, "next": "/"})
    return client


def failed_to_sign_in() -> Client:
    client = Client()
    client.post("/sign-in", {"login": MARK, "password": MARK})
    client.post("/desk/inbox/read", {"pk": "1"})
    return client


@pytest.mark.parametrize("press", [said, looked_for_a_slip, remarked, thought, chose, failed_to_sign_in])
def test_nothing_that_somebody_sent_is_seen_by_the_next(addresses: list[str], press: Visitor) -> None:
    """Theirs is a matter that nobody has released: it stands on no page, kept or new."""
    client = press()
    for address in addresses:
        cache.clear()
        alone = shown(Client(), address)
        cache.clear()
        shown(client, address)
        after = shown(Client(), address)
        assert MARK not in after, address
        assert after == alone, address


@pytest.mark.parametrize("part", ["clerk", "city_office"])
def test_no_browser_keeps_a_page_of_the_desk(part: str) -> None:
    """At a village desk several people share one: "back" after the sign-out shows nothing."""
    client = of_the_house(part)()
    found = [address for address, _controls in pages(client, "desk")]
    assert len(found) > 15
    kept = [address for address in found if "no-store" not in client.get(address).get("Cache-Control", "")]
    assert kept == []


def test_nobody_between_gives_a_public_page_to_another(addresses: list[str]) -> None:
    """It depends on the reader's cookies: language, size of type, theme."""
    for address in addresses:
        answer = Client().get(address)
        if "no-store" not in answer["Cache-Control"]:
            assert "private" in answer["Cache-Control"], address
            assert "Cookie" in answer.get("Vary", "") or "no-cache" in answer["Cache-Control"], address
