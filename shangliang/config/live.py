"""The live stream: tells a page of a deliberation that something has changed, as server-sent events.

Reads one version row per watched deliberation at most twice a second, holds no transaction open and sends only
the version: the page fetches the part it shows. A page that was away says by Last-Event-ID what it has.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from shangliang.access.actor import ANONYMOUS
from shangliang.deliberations.models import Deliberation
from shangliang.kit.numbers import NUMBER

READ_EVERY = 0.5  # seconds
HEARTBEAT_EVERY = 15.0  # seconds; proxies close silent streams
PATH = re.compile(rf"/live/d/(?P<no>{NUMBER.pattern})")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_versions: dict[str, tuple[float, int | None]] = {}
_reading: dict[str, asyncio.Lock] = {}


async def version(no: str) -> int | None:
    """The version of a deliberation that everybody may see, None otherwise; shared by all its watchers."""
    async with _reading.setdefault(no, asyncio.Lock()):
        read_at, known = _versions.get(no, (0.0, None))
        if time.monotonic() - read_at >= READ_EVERY:
            known = await sync_to_async(_read)(no)
            _versions[no] = (time.monotonic(), known)
    return known


def _read(no: str) -> int | None:
    close_old_connections()
    rows = Deliberation.objects.visible_to(ANONYMOUS).by_no(no).values_list("version", flat=True)
    return rows.first()


async def live(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """ASGI application of `/live/d/<no>`."""
    found = PATH.fullmatch(scope["path"])
    current = await version(found["no"]) if found else None
    if found is None or current is None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_until_gone(receive))
    sent, quiet_since = _last_seen(scope), time.monotonic()
    try:
        while not gone.done():
            current = await version(found["no"])
            if current is None:  # covered meanwhile: the page has to go
                await _body(send, b"event: gone\ndata: 0\n\n")
                break
            if current != sent:
                await _body(send, f"id: {current}\nevent: changed\ndata: {current}\n\n".encode())
                sent, quiet_since = current, time.monotonic()
            elif time.monotonic() - quiet_since >= HEARTBEAT_EVERY:
                await _body(send, b": still here\n\n")
                quiet_since = time.monotonic()
            await asyncio.wait({gone}, timeout=READ_EVERY)
    finally:
        gone.cancel()
    await send({"type": "http.response.body", "body": b""})


def _last_seen(scope: MutableMapping[str, Any]) -> int | None:
    headers: list[tuple[bytes, bytes]] = scope.get("headers", [])
    for name, value in headers:
        if name.lower() == b"last-event-id" and value.isdigit():
            return int(value)
    return None


async def _body(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
