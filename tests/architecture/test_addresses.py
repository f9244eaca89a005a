"""Every address, met by somebody who has no business there: staff pages ask for a sign-in, unknown things are 404."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from shangliang.accounts.tests.factories import make_clerk

pytestmark = pytest.mark.django_db

STAFF = ("/desk", "/screen", "/admin")
# One value of each kind of parameter, of things that do not exist.
UNKNOWN = {"int": "999999", "str": "2026-999999", "slug": "nothing", "path": "nothing", "uuid": "0" * 32}
# Addresses with a parameter that answer everybody all the same, and why.
ANSWER_ANYWAY: dict[str, str] = {}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address of ours, its parameters filled with something that is not there."""
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        elif getattr(pattern.callback, "__module__", "").startswith("shangliang."):
            for name, converter in pattern.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                address = address.replace(f"<{kind}:{name}>", UNKNOWN.get(kind, "nothing")).replace(
                    f"<{name}>", UNKNOWN["str"]
                )
            yield address


def all_addresses() -> list[str]:
    return sorted(set(addresses(get_resolver().url_patterns)))


def is_staff(address: str) -> bool:
    return any(address == root or address.startswith(f"{root}/") for root in STAFF)


def test_staff_pages_ask_for_a_sign_in(client: Client) -> None:
    answers = {address: client.get(address) for address in all_addresses() if is_staff(address)}
    open_ones = {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code not in {302, 404}
    }
    assert answers
    assert open_ones == {}
    assert all(
        answer["Location"].startswith(reverse("account_login"))
        for answer in answers.values()
        if answer.status_code == 302
    )


def test_nobody_can_post_to_a_staff_page_without_a_sign_in(client: Client) -> None:
    answers = {address: client.post(address).status_code for address in all_addresses() if is_staff(address)}
    assert {address: status for address, status in answers.items() if status not in {302, 404}} == {}


def test_a_clerk_finds_nothing_behind_an_unknown_number(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = False
    client.force_login(make_clerk())
    asked = [address for address in all_addresses() if is_staff(address) and UNKNOWN["str"] in address]
    answers = {
        address: (client.get(address, follow=True).status_code, client.post(address).status_code)
        for address in asked
    }
    assert {address: found for address, found in answers.items() if not set(found) <= {404, 405}} == {}


def test_what_is_not_there_is_not_found(client: Client) -> None:
    asked = [
        address
        for address in all_addresses()
        if not is_staff(address) and any(value in address for value in UNKNOWN.values())
    ]
    answers = {address: client.get(address, follow=True).status_code for address in asked}
    assert {
        address: status
        for address, status in answers.items()
        if status not in {404, 405} and address not in ANSWER_ANYWAY
    } == {}


def test_every_page_without_a_parameter_answers(client: Client) -> None:
    asked = [
        address for address in all_addresses() if not any(value in address for value in UNKNOWN.values())
    ]
    asked.remove(reverse("healthz_all"))  # here no worker runs, and it says so
    answers = {address: client.get(address).status_code for address in asked}
    assert {
        address: status for address, status in answers.items() if status not in {200, 302, 404, 405}
    } == {}
