"""Fills the demo city with six years of topics, asks what people ask, and prints the milliseconds as JSON.

Usage: bench_search_rows.py TOPICS QUERIES   in a database that holds the demo city and is thrown away
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test import Client  # noqa: E402

from shangliang.access.actor import ANONYMOUS  # noqa: E402
from shangliang.access.roles import PERMISSIONS, Role  # noqa: E402
from shangliang.accounts.models import User  # noqa: E402
from shangliang.deliberations.listings import DELIBERATIONS  # noqa: E402
from shangliang.desks.listing import Listing  # noqa: E402
from shangliang.outcomes.listings import COMMITMENTS, OUTCOMES  # noqa: E402
from shangliang.search import queries  # noqa: E402
from shangliang.search.models import Document, Words  # noqa: E402
from shangliang.search.rules import key_in_lists, tokens  # noqa: E402
from shangliang.topics.listings import SUBMISSIONS, TOPICS  # noqa: E402
from shangliang.topics.models import Topic  # noqa: E402
from shangliang.topics.states import TopicState  # noqa: E402

YEARS = 6
TIMES = 3
OVER = TopicState.CONCLUDED.value  # what was raised years ago
OTHERS = (SUBMISSIONS, DELIBERATIONS, OUTCOMES, COMMITMENTS)
DRAWN = ("slip_hash", "form_nonce")  # no two submissions have the same
ALONE = ("poll_id", "draw_id", "origin_key")  # belongs to one session; the number follows from the key
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
    """The city's topics again and again, each time some weeks earlier, with what the indexes hold of them; and as many of
    each other thing that the desk lists. What was there in earlier years is over."""
    found = {row.no: row for row in Document.objects.filter(kind="topic")}
    model = [row for row in Topic.objects.order_by("pk") if row.no in found]
    for back, made in again(TOPICS, model, topics, state=OVER):
        Document.objects.bulk_create(
            (
                anew(found[old.no], no=row.no, happened_at=found[old.no].happened_at - back)
                for row, old in zip(made, model, strict=True)
            ),
            batch_size=500,
        )
    for listing in OTHERS:
        over = list(
            listing.every()
            .filter(state__in=[str(state) for state in listing.states if state in listing.over])
            .order_by("pk")
        )
        for _back, _made in again(listing, over, topics):
            pass
    if connection.vendor == "postgresql":  # which does so by itself after a while
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def again(
    listing: Listing, model: list[Any], wanted: int, **changed: object
) -> Iterator[tuple[timedelta, list[Any]]]:
    """Copies of these rows with all their moments earlier, until there are as many as wanted; and their words."""
    columns = listing.every().values_list("pk", *listing.words)
    words = {key: " ".join(tokens(" ".join(filter(None, texts)))) for key, *texts in columns}
    rounds = max(1, -(-(wanted - listing.every().count()) // len(model)))
    moments = [
        field.attname for field in model[0]._meta.concrete_fields if isinstance(field, models.DateTimeField)
    ]
    for number in range(1, rounds + 1):
        back = timedelta(days=365 * YEARS * number / rounds)
        copies = []
        for row in model:
            there = {name: at - back for name in moments if (at := getattr(row, name)) is not None}
            drawn = {name: f"{number}:{getattr(row, name)}"[:64] for name in DRAWN if hasattr(row, name)}
            alone = {name: None for name in ALONE if hasattr(row, name)}
            copies.append(anew(row, **there, **drawn, **alone, **changed))
        made = type(model[0]).objects.bulk_create(copies, batch_size=500)
        Words.objects.bulk_create(
            (
                Words(
                    pk=key_in_lists(listing.kind, row.pk),
                    kind=listing.kind,
                    key=row.pk,
                    tokens=words[old.pk],
                )
                for row, old in zip(made, model, strict=True)
            ),
            batch_size=500,
        )
        yield back, made


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


def first_of(role: str) -> User:
    return User.objects.filter(grants__role=role).order_by("pk")[0]


def widest(listing: Listing) -> tuple[str, User]:
    """The office with the largest area that reads this list."""
    roles = ("city_office", "district_office", "town_office")
    role = next(each for each in roles if listing.by in PERMISSIONS[Role(each)])
    return role.removesuffix("_office"), first_of(role)


def main() -> None:
    fill(int(sys.argv[1]))
    typed = asked(int(sys.argv[2]))
    rows = [
        timed("the index, count and 20", whole, typed),
        timed("/search", page("/search"), typed),
        timed("/topics", page("/topics"), typed),
    ]
    for listing in (TOPICS, *OTHERS):
        path = f"/desk/{listing.page.removeprefix('desk_')}"
        for name, user in (widest(listing), ("clerk", first_of("clerk"))):
            rows.append(timed(f"{path}, {name}", page(path, user), typed))
            rows.append(timed(f"{path}, {name}, no word", page(path, user), [""] * 10))
    rows.append(timed("LIKE, count and 20", without_index, typed))
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
