"""The way of a request through the one port, down to the page."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shangliang.config.asgi import application


async def ask(path: str, query: bytes) -> tuple[int, str]:
    """Status and page for a request as the server hands it in: the query in the bytes that came."""
    scope: MutableMapping[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    told: list[MutableMapping[str, Any]] = []
    asked = asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        if asked.is_set():
            await asyncio.Event().wait()  # the visitor stays
        asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    await application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in told[1:])
    return int(told[0]["status"]), body.decode()


def asked(path: str, query: bytes) -> tuple[int, str]:
    """The same from a thread of its own: a browser of an earlier test may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask(path, query))).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "query", ["q=路灯".encode(), b"q=%E8%B7%AF%E7%81%AF", "q=%E8%B7%AF灯&page=1".encode()]
)
def test_a_query_in_bare_chinese_is_read_like_an_encoded_one(query: bytes) -> None:
    status, page = asked("/search", query)
    assert status == 200
    assert 'value="路灯"' in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", ["q=路灯".encode("gbk"), b"q=\xff\x00", b"\xe8=%"])
def test_bytes_that_are_no_utf_8_are_no_fault_of_ours(query: bytes) -> None:
    status, page = asked("/search", query)
    assert status == 200
    assert "<h1" in page
