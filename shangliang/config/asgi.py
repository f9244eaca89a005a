"""One port for everything: `/live/` is streamed, all else goes to the pages in a pool of threads."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from string import ascii_letters, digits, punctuation
from typing import Any
from urllib.parse import quote

import django
from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
django.setup()  # the live stream reads models

from shangliang.config.live import live  # noqa: E402
from shangliang.config.wsgi import application as pages  # noqa: E402 — settings first

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAGE_THREADS = 4
ASCII = ascii_letters + digits + punctuation
_pages = WSGIMiddleware(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]  # Django types its WSGI loosely


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI entry point."""
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        # An address typed or linked with bare Chinese (`/search?q=路灯`) arrives as bytes that a2wsgi refuses.
        scope = {**scope, "query_string": quote(scope["query_string"], safe=ASCII).encode("ascii")}
        await _pages(scope, _as_coroutine(receive), send)  # type: ignore[arg-type]  # a2wsgi's own scope type
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


def _as_coroutine(receive: Receive) -> Receive:
    """a2wsgi hands it to another thread's loop, which takes coroutines only; the server's is a mere awaitable."""

    async def received() -> MutableMapping[str, Any]:
        return await receive()

    return received


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
