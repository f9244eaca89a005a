"""/desk/inbox."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shangliang.inbox.actions import notify
from shangliang.inbox.models import Message
from shangliang.inbox.tests.factories import write
from shangliang.kit import clock
from shangliang.kit.paging import PAGE

pytestmark = pytest.mark.django_db


def signed_in(name: str = "clerk") -> tuple[Client, int]:
    """Somebody with an account; the inbox itself knows no accounts."""
    user = get_user_model().objects.create_user(username=name)
    client = Client()
    client.force_login(user)
    return client, user.pk


def test_it_asks_a_stranger_to_sign_in(client: Client) -> None:
    answer = client.get("/desk/inbox")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/desk/inbox"


def test_it_lists_what_is_unread_with_where_it_leads() -> None:
    client, account = signed_in()
    write(account)
    page = client.get("/desk/inbox").content.decode()
    assert "有新的事情：路灯不亮" in page
    assert 'href="/desk/topics/2026-000001"' in page


def test_looking_does_not_mark_as_read() -> None:
    client, account = signed_in()
    write(account)
    client.get("/desk/inbox")
    assert Message.objects.get().read_at is None


def test_one_press_marks_one_as_read() -> None:
    client, account = signed_in()
    write(account, dedupe="event:1")
    write(account, dedupe="event:2")
    first, second = Message.objects.order_by("pk")
    answer = client.post("/desk/inbox/read", {"message": first.pk}, follow=True)
    assert "1 条已标为已读。" in answer.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.read_at is not None
    assert second.read_at is None


def test_all_can_be_marked_at_once_and_are_found_again_under_all() -> None:
    client, account = signed_in()
    write(account)
    client.post("/desk/inbox/read", {"all": "1"})
    assert "没有未读消息" in client.get("/desk/inbox").content.decode()
    assert "路灯不亮" in client.get("/desk/inbox?show=all").content.decode()


def test_somebody_elses_message_is_neither_shown_nor_touched() -> None:
    _, account = signed_in("clerk")
    write(account)
    outsider, _ = signed_in("outsider")
    assert "路灯不亮" not in outsider.get("/desk/inbox?show=all").content.decode()
    outsider.post("/desk/inbox/read", {"message": Message.objects.get().pk})
    assert Message.objects.get().read_at is None


@pytest.mark.parametrize("raw", ["", "abc", "-1", "9" * 30, "1; drop"])
def test_nonsense_is_passed_over(raw: str) -> None:
    client, _ = signed_in()
    assert client.post("/desk/inbox/read", {"message": raw}).status_code == 302


def test_a_long_list_takes_no_more_statements_than_a_short_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client, account = signed_in()
    for number in range(60):
        write(account, dedupe=f"event:{number}")
    with django_assert_max_num_queries(8):
        page = client.get("/desk/inbox").content.decode()
    assert f"同样的一共 {PAGE} 条" in page
    assert "下一页" in page


def test_the_menu_counts_what_is_unread() -> None:
    client, account = signed_in()
    assert '<span class="num">' not in client.get("/desk/inbox").content.decode()
    write(account, dedupe="event:1")
    write(account, dedupe="event:2")
    assert '<span class="num">2</span>' in client.get("/desk/inbox").content.decode()
    client.post("/desk/inbox/read", {"all": "1"})
    assert '<span class="num">' not in client.get("/desk/inbox").content.decode()


def test_messages_that_are_alike_are_one_line_and_one_press_reads_them_all() -> None:
    client, account = signed_in()
    for number in range(20):
        write(account, dedupe=f"event:{number}")
    page = client.get("/desk/inbox").content.decode()
    assert page.count('class="row-title"') == 1
    assert "同样的一共 20 条" in page
    assert "20 条都知道了" in page
    (value,) = re.findall(r'name="message" value="([\d,]+)"', page)
    assert set(value.split(",")) == {str(pk) for pk in Message.objects.values_list("pk", flat=True)}
    client.post("/desk/inbox/read", {"message": value})
    assert not Message.objects.filter(read_at=None).exists()


def test_invitations_to_two_sessions_are_two_lines() -> None:
    client, account = signed_in()
    for hour in ("15:00", "16:00"):
        notify(
            accounts=[account],
            kind="invited",
            title="请您来商量：%(what)s。时间 %(when)s",
            params={"what": "路灯", "when": hour},
            at=clock.now(),
            dedupe=f"event:{hour}",
        )
    page = client.get("/desk/inbox").content.decode()
    assert page.count('class="row-title"') == 2
    assert "同样的一共" not in page
