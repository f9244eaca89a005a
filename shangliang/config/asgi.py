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

from shangliang.config.body import Body, Gone, NotTaken  # noqa: E402
from shangliang.config.live import live  # noqa: E402
from shangliang.config.wsgi import application as pages  # noqa: E402 — settings first

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAGE_THREADS = 4
BODILESS = {"GET", "HEAD"}  # nobody here reads a body of theirs
SENTENCES = {
    408: "网络太慢，没有收全。请换个网络好的地方，或者少选几张照片，再交一次。\n"  # not shown: in both languages
    "The connection was too slow and not all of it arrived. Try again where it is better, or with fewer photos.\n",
    413: "内容太大，没有收。照片请少选几张，再交一次。\n"  # not shown: in both languages
    "This is too large and was not taken. Try again with fewer photos.\n",
    503: "现在交材料的人太多，请过几分钟再交一次。\n"  # not shown: in both languages
    "Too many are sending something just now. Try again in a few minutes.\n",
}
ASCII = ascii_letters + digits + punctuation
_pages = WSGIMiddleware(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]  # Django types its WSGI loosely


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI entry point."""
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        # An address typed or linked with bare Chinese (`/search?q=路灯`) arrives as bytes that a2wsgi refuses.
        scope = {**scope, "query_string": quote(scope["query_string"], safe=ASCII).encode("ascii")}
        await _page(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] in BODILESS:
        await _pages(scope, _as_coroutine(receive), send)  # type: ignore[arg-type]  # a2wsgi's own scope type
        return
    try:
        async with Body(scope, receive) as whole:
            await _pages(scope, _as_coroutine(whole), send)  # type: ignore[arg-type]  # a2wsgi's own scope type
    except NotTaken as refused:
        await _refuse(refused.status, send)
    except Gone:
        return


async def _refuse(status: int, send: Send) -> None:
    """A sentence, without a thread: the visitor's language is not known here."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCES[status].encode()})


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
