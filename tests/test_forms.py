"""Every form of the product is pressed wrong and then right by a test of its app; a new one fails here until it is.

Which addresses take a press is asked of the addresses themselves; which acts can be sent there, of the table of things
and, where an address belongs to none, of the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import make_user

SAMPLES = {"int": "1", "str": "1", "slug": "x"}
TAKES_ACTS = re.compile(r"<slug:(what|name)>$")
FORM = re.compile(r"<form\b[^>]*?>.*?</form>", re.DOTALL)
FILLED_IN = re.compile(
    r"{% fields? |{% include \"kit/form|<textarea|<select|<input(?![^>]*type=\"(hidden|checkbox)\")"
)
# Forms that are buttons, or a choice in which nothing can be wrong; with what is theirs to say.
NOTHING_TO_FILL_IN = {
    "account_code": "a button for each account",
    "account_logout": "a button",
    "closed_period": "a button that locks a period",
    "deliberation_ask": "a button that makes the poll",
    "deliberation_draw": "a button that makes the draw",
    "deliberation_paper": "a button that has the Word file made again",
    "demo_enter": "a button for each of the cast",
    "draw_again": "a button",
    "gallery": "samples of forms; nothing is kept of what is sent",
    "inbox_read": "a button for each message",
    "join_vote": "three buttons",
    "join_votes": "what the page's script has kept of those buttons; a person sends nothing there",
    "mfa_deactivate_totp": "a button",
    "mfa_generate_recovery_codes": "a button",
    "office_end": "a button for each office",
    "own_draw": "buttons",
    "preferences": "buttons",
    "sign_record": "a button under the record",
    "undo": "a button",
}
# No template names their address: drawn by `{% act %}`, by kit/confirm.html, leading back to their own page, or a script's.
UNNAMED = {"closed_period", "deliberation_ask", "deliberation_draw", "join_votes", "own_draw", "sign_record"}


def patterns(table: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with what stands behind it, the keepers' window aside: its forms are Django's own."""
    for entry in table:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry
        elif address != "admin/":
            yield from patterns(entry.url_patterns, address)


def takes_presses(address: str, user: User) -> bool:
    """Whether a press is answered by anything but "not so", be it that there is no such thing."""
    client = Client()  # a new one each time: some address signs out
    client.force_login(user)
    sample = re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found[1]], address)
    return client.post("/" + sample).status_code != 405


def templates() -> Iterator[str]:
    for path in sorted(settings.PACKAGE.glob("*/templates/**/*.html")):
        yield path.read_text()


def acts_at(page: str) -> set[str]:
    """What can be sent to an address that ends in an act, where there is something to fill in."""
    mine = [thing for thing in house().things if thing.act_page == page]
    if mine:
        return {act.name for thing in mine for act in thing.acts if act.form and act.do and not act.page}
    named = re.compile(rf'{{% url "{page}" [^%]*"(\w[\w-]*)"')
    return {act for text in templates() for act in named.findall(text)}


def forms() -> set[str]:
    """Every form by the name of its address, and the act where one address takes several; see `form_of`."""
    found, seen, user = set(), set(), make_user("presses")
    for address, entry in patterns(get_resolver().url_patterns):
        if entry.callback in seen or not takes_presses(address, user):
            continue
        seen.add(entry.callback)
        acts = acts_at(str(entry.name)) if TAKES_ACTS.search(address) else {""}
        found |= {f"{entry.name} {act}".strip() for act in acts}
    return found


def tried() -> set[str]:
    """What the apps press, by their own word; each of their tables holds itself to it."""
    found: set[str] = set()
    for path in sorted(settings.PACKAGE.glob("*/tests/test_forms.py")):
        app = path.parent.parent.name
        found |= import_module(f"shangliang.{app}.tests.test_forms").TRIED
    return found


@pytest.mark.one_engine
@pytest.mark.django_db
def test_no_list_to_choose_from_begins_with_a_row_of_dashes() -> None:
    """An empty choice says what to do, or what it means."""
    found = []
    for path in sorted(settings.PACKAGE.glob("*/forms.py")):
        module = import_module(f"shangliang.{path.parent.name}.forms")
        for form in vars(module).values():
            for name, field in getattr(form, "base_fields", {}).items():
                labels = [str(label) for _value, label in getattr(field, "choices", ())]
                found += [f"{form.__name__}.{name}" for label in labels if label.startswith("---")]
    assert found == []


@pytest.mark.one_engine
@pytest.mark.django_db
def test_every_form_is_pressed_wrong_and_then_right() -> None:
    """One that is missing: a case in the app's `tests/test_forms.py`, or a line above with the reason."""
    there = forms()
    assert there - tried() - set(NOTHING_TO_FILL_IN) == set()
    assert tried() & set(NOTHING_TO_FILL_IN) == set()
    assert (tried() | set(NOTHING_TO_FILL_IN)) - there == set(), "there are no such forms any more"


@pytest.mark.parametrize("form", sorted(set(NOTHING_TO_FILL_IN) - {"gallery"}))
def test_there_is_nothing_to_fill_in_where_that_is_said(form: str) -> None:
    page, _, act = form.partition(" ")
    names = [f'{{% url "{page}"', f'"{act}"' if act else ""]
    drawn = [
        each
        for text in templates()
        for each in FORM.findall(text)
        if all(n in each.split(">")[0] for n in names)
    ]
    assert [each for each in drawn if FILLED_IN.search(each)] == []
    assert bool(drawn) == (form not in UNNAMED)
    of_table = [each for thing in house().things for each in thing.acts if each.page == page]
    assert [each.name for each in of_table if each.form] == []
