"""The body of a request is read before a thread is taken for it: whoever sends slowly holds up nobody.

A thread that waited for bodies would be lost to everybody else for as long as one likes: sixteen half-sent forms once
stopped the whole site. What is read lies in a file as soon as it is large.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

MEGABYTE = 1024 * 1024
LARGEST = MEGABYTE  # a form without files
LARGEST_WITH_FILES = 64 * MEGABYTE
WITH_FILES = ("/say", "/desk")  # addresses that take photos, voices, letters and lists
MOST_AT_ONCE = 512 * MEGABYTE  # of all bodies that one process is reading
IN_MEMORY = 256 * 1024
CHUNK = 256 * 1024
PATIENCE = 20  # seconds for the first bytes, and on top of what the slowest line takes
SLOWEST = 4096  # bytes a second, on average: a telephone at the edge of the mast

_waiting = 0  # bytes in this process


class NotTaken(Exception):
    """A body that is too large (413), came too slowly (408), or for which there is no room just now (503)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """Whoever was sending has gone away."""


def largest(path: str) -> int:
    """How many bytes an address takes."""
    has_files = any(path == root or path.startswith(f"{root}/") for root in WITH_FILES)
    return LARGEST_WITH_FILES if has_files else LARGEST


class Body:
    """`async with Body(scope, receive) as receive:` all of it is there; raises NotTaken, Gone."""

    def __init__(self, scope: Message, receive: Receive) -> None:
        self.most, self.receive = largest(scope["path"]), receive
        self.declared = _declared(scope)
        self.file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 — closed in __aexit__
        self.size, self.is_handed_on = 0, False

    async def __aenter__(self) -> Receive:
        try:
            if self.declared > self.most:
                raise NotTaken(413)
            await self._read()
        except BaseException:
            self._close()
            raise
        self.file.seek(0)
        return self._again

    async def __aexit__(self, *_: object) -> None:
        self._close()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            left = began + PATIENCE + self.size / SLOWEST - loop.time()
            try:
                message = await asyncio.wait_for(_coroutine(self.receive), max(left, 0))
            except TimeoutError:
                raise NotTaken(408) from None
            if message["type"] == "http.disconnect":
                raise Gone
            self._take(message.get("body", b""))
            if not message.get("more_body", False):
                return

    def _take(self, part: bytes) -> None:
        global _waiting
        self.size += len(part)
        _waiting += len(part)
        if self.size > self.most:
            raise NotTaken(413)
        if _waiting > MOST_AT_ONCE:
            raise NotTaken(503)
        self.file.write(part)

    async def _again(self) -> Message:
        """What the server would have handed on."""
        if self.is_handed_on:
            return await self.receive()  # the end of the connection
        part = self.file.read(CHUNK)
        self.is_handed_on = self.file.tell() >= self.size
        return {"type": "http.request", "body": part, "more_body": not self.is_handed_on}

    def _close(self) -> None:
        global _waiting
        _waiting -= self.size
        self.size = 0
        self.file.close()


async def _coroutine(receive: Receive) -> Message:
    """The server's own is a mere awaitable."""
    return await receive()


def _declared(scope: Message) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
