"""Bodies that are slow, large, many or cut off: no thread waits for them, and what is whole arrives whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shangliang.config import body
from shangliang.config.asgi import application
from shangliang.config.body import MEGABYTE, Body, Gone, NotTaken, largest

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


def part(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": content, "more_body": more}


def sender(*messages: Message, pause: float = 0) -> Receive:
    """Somebody who sends these, and then stays and says nothing."""
    waiting = list(messages)

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        await asyncio.sleep(pause)
        return waiting.pop(0)

    return receive


def scope(path: str = "/say", length: int | None = None, method: str = "POST") -> Message:
    headers = [(b"host", b"localhost")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return {
        "type": "http",
        "method": method,
        "path": path,
        "headers": headers,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
    }


def run(task: Awaitable[Any]) -> Any:
    """In a thread of its own: a browser of an earlier test may keep a loop running in this one."""

    async def whole() -> Any:
        return await task

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(whole())).result()


async def read(told: Message, receive: Receive) -> bytes:
    async with Body(told, receive) as again:
        found: bytes = b""
        while True:
            message = await again()
            found += message["body"]
            if not message["more_body"]:
                return found


@pytest.mark.parametrize("content", [b"", b"x", b"x" * body.CHUNK, bytes(range(256)) * 4096])
@pytest.mark.parametrize("pieces", [1, 7])
def test_what_is_whole_arrives_whole(content: bytes, pieces: int) -> None:
    size = max(1, -(-len(content) // pieces))
    cut = [content[at : at + size] for at in range(0, len(content), size)] or [b""]
    messages = [part(each, more=number < len(cut) - 1) for number, each in enumerate(cut)]
    assert run(read(scope(), sender(*messages))) == content
    assert body._waiting == 0


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/say", 64 * MEGABYTE),
        ("/desk/topics/2026-000001/do/visit", 64 * MEGABYTE),
        ("/preferences", MEGABYTE),
        ("/join/x/votes", MEGABYTE),
        ("/sayings", MEGABYTE),
        ("/", MEGABYTE),
    ],
)
def test_each_address_takes_what_it_needs(path: str, most: int) -> None:
    assert largest(path) == most


@pytest.mark.parametrize("is_declared", [True, False])
def test_what_is_too_large_is_refused_as_soon_as_it_is_known(is_declared: bool) -> None:
    messages = [part(b"x" * MEGABYTE, more=True), part(b"x")]
    told = scope("/preferences", MEGABYTE + 1 if is_declared else None)
    with pytest.raises(NotTaken) as refused:
        run(read(told, sender(*([] if is_declared else messages))))
    assert refused.value.status == 413
    assert body._waiting == 0


def test_whoever_sends_too_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PATIENCE", 0.1)
    with pytest.raises(NotTaken) as refused:
        run(read(scope(), sender(part(b"text=", more=True))))
    assert refused.value.status == 408
    assert body._waiting == 0


def test_a_slow_line_has_the_time_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PATIENCE", 0.1)
    steady = [part(b"x" * 2000, more=True)] * 5 + [part(b"end")]
    assert len(run(read(scope(), sender(*steady, pause=0.08)))) == 10_003


def test_there_is_room_for_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MOST_AT_ONCE", 1000)
    with pytest.raises(NotTaken) as refused:
        run(read(scope(), sender(part(b"x" * 1001))))
    assert refused.value.status == 503
    assert body._waiting == 0
    assert run(read(scope(), sender(part(b"x" * 1000)))) == b"x" * 1000


def test_whoever_goes_away_leaves_nothing_behind() -> None:
    with pytest.raises(Gone):
        run(read(scope(), sender(part(b"x", more=True), {"type": "http.disconnect"})))
    assert body._waiting == 0


async def answered(told: Message, receive: Receive) -> tuple[int, str]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await application(told, receive, send)
    return int(sent[0]["status"]), b"".join(each.get("body", b"") for each in sent[1:]).decode()


def test_the_refusal_is_a_sentence_in_both_languages() -> None:
    status, said = run(answered(scope("/preferences", 2 * MEGABYTE), sender()))
    assert status == 413
    assert "内容太大" in said
    assert "too large" in said


@pytest.mark.django_db(transaction=True)
def test_a_form_reaches_its_page() -> None:
    told = scope("/s", None)
    told["headers"].append((b"content-type", b"application/x-www-form-urlencoded"))
    content = b"no=1234"
    told["headers"].append((b"content-length", str(len(content)).encode()))
    status, page = run(answered(told, sender(part(content[:3], more=True), part(content[3:]))))
    assert status in {200, 403}
    assert "<h1" in page


@pytest.mark.django_db(transaction=True)
def test_slow_senders_take_no_thread_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once sixteen of them stopped every page, for as long as they liked."""
    monkeypatch.setattr(body, "PATIENCE", 2)

    async def whole() -> tuple[int, list[int]]:
        slow = [asyncio.create_task(answered(scope(), sender(part(b"text=", more=True)))) for _ in range(32)]
        await asyncio.sleep(0.05)
        status, _page = await asyncio.wait_for(
            answered(scope("/nowhere", method="GET"), sender(part(b""))), 1.5
        )
        return status, [each[0] for each in await asyncio.gather(*slow)]

    status, refused = run(whole())
    assert status == 404
    assert refused == [408] * 32
