"""Fills the demo city with six years of topics, asks what people ask, and prints the milliseconds as JSON.

Usage: bench_search_rows.py TOPICS QUERIES   in a database that holds the demo city and is thrown away
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test import Client  # noqa: E402

from shangliang.access.actor import ANONYMOUS  # noqa: E402
from shangliang.accounts.models import User  # noqa: E402
from shangliang.search import queries  # noqa: E402
from shangliang.search.models import Document  # noqa: E402
from shangliang.topics.models import Topic  # noqa: E402
from shangliang.topics.states import TopicState  # noqa: E402

YEARS = 6
TIMES = 3
OVER = TopicState.CONCLUDED.value  # what was raised years ago
ALWAYS = [
    "停车",
    "小区",
    "老人",
    "村",
    "楼",
    "电动车 充电",
    "電梯",
    "３号楼",
    "一号楼",
    "2026",
    "没有这样的词",
    "社区 老人 活动",
]  # not shown: what people ask


def fill(topics: int) -> None:
    """The city's topics again and again, each time some weeks earlier, with what the index holds of them."""
    model = list(Topic.objects.order_by("pk"))
    kept = {row.no: row for row in Document.objects.filter(kind="topic")}
    rounds = max(1, -(-topics // len(model)) - 1)
    for number in range(1, rounds + 1):
        back = timedelta(days=365 * YEARS * number / rounds)
        old = [(row, kept[row.no]) for row in model if row.no in kept]
        copies = [
            anew(row, opened_at=row.opened_at - back, changed_at=row.changed_at - back, state=OVER)
            for row, _ in old
        ]
        made = Topic.objects.bulk_create(copies, batch_size=500)
        Document.objects.bulk_create(
            (
                anew(document, no=row.no, key=row.pk, happened_at=document.happened_at - back)
                for row, (_, document) in zip(made, old, strict=True)
            ),
            batch_size=500,
        )
    if connection.vendor == "postgresql":  # which does so by itself after a while
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def anew(row: Any, **changed: object) -> Any:
    """The same row once more, under a key of its own."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname != "id"
    }
    return type(row)(**(values | changed))


def asked(count: int) -> list[str]:
    """Parts of titles, two to four characters long, and what has been slow or wrong once."""
    rng = random.Random(7)
    titles = list(
        Document.objects.filter(is_public=True).order_by("pk").values_list("title", flat=True)[:2000]
    )
    parts: list[str] = []
    while len(parts) < count:
        title = rng.choice(titles)
        length = rng.choice((2, 2, 2, 3, 4))
        start = rng.randrange(max(1, len(title) - length))
        parts.append(title[start : start + length])
    return ALWAYS + parts


def timed(name: str, ask: Callable[[str], object], typed: list[str]) -> dict[str, object]:
    """How long each question took, the better of a few tries: the machine does other things besides."""
    ask(typed[0])
    took = []
    for words in typed:
        took.append((min(once(ask, words) for _ in range(TIMES)), words))
    took.sort()
    return {
        "name": name,
        "median": took[len(took) // 2][0],
        "p95": took[int(len(took) * 0.95)][0],
        "worst": took[-1][0],
        "slowest": took[-1][1],
    }


def once(ask: Callable[[str], object], words: str) -> float:
    begun = time.perf_counter()
    ask(words)
    return (time.perf_counter() - begun) * 1000


def page(path: str, user: User | None = None) -> Callable[[str], object]:
    """A page that is asked for words, by a visitor or by somebody signed in."""
    client = Client(headers={"host": "127.0.0.1"})
    if user is not None:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def ask(words: str) -> object:
        answer = client.get(path, {"q": words, "state": "all"} if user else {"q": words})
        if answer.status_code not in {200, 302}:
            raise SystemExit(f"{path}?q={words}: {answer.status_code}")
        return answer

    return ask


def whole(words: str) -> object:
    """The first page and the count, as a search page asks for them."""
    return (
        queries.count(ANONYMOUS, words, most=1001, kind="topic"),
        queries.query(ANONYMOUS, words, limit=20, kind="topic"),
    )


def without_index(words: str) -> object:
    """The same question to the columns themselves; it knows no other way of writing."""
    rows = Topic.objects.visible_to(ANONYMOUS)
    for word in words.split():
        rows = rows.filter(Q(title__contains=word) | Q(summary__contains=word) | Q(place_text__contains=word))
    return (rows[:1001].count(), list(rows.order_by("-changed_at", "-pk")[:20]))


def main() -> None:
    fill(int(sys.argv[1]))
    typed = asked(int(sys.argv[2]))
    clerk = User.objects.filter(grants__role="clerk").order_by("pk").first()
    office = User.objects.filter(grants__role="city_office").order_by("pk").first()
    rows = [
        timed("the index, count and 20", whole, typed),
        timed("/search", page("/search"), typed),
        timed("/topics", page("/topics"), typed),
    ]
    if office is not None:
        rows.append(timed("/desk/topics, the city's office", page("/desk/topics", office), typed))
    if clerk is not None:
        rows.append(timed("/desk/topics, a room's clerk", page("/desk/topics", clerk), typed))
    rows.append(timed("LIKE, count and 20", without_index, typed))
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
