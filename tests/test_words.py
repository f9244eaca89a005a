"""Whatever an office types and others may come to read is looked through for personal data, by one detector.

A text field is one of three: words that everybody will read (forbidden to hold any), words of an office that others
come to read (asked back), or one of those below, with the reason why nobody else reads it or who looks it through.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.conf import settings

from shangliang.desks.forms import ReasonForm
from shangliang.kit.forms import AsksBack, OfficeWords, PublicWords, Telephone
from shangliang.outcomes.forms import DecideForm, DraftForm, ExtendForm
from shangliang.topics.forms import SecondForm

BY_ACTION = "the act itself refuses it, on paper too"
OWN = "a resident's or visitor's own words, asked back on a page of their own"
PERSON = "names a person on purpose"
SOUGHT = "what is searched for"
NUMBER = "a number, a code or an address on the web"
LOCKED = "only whoever wrote it and the office that answers read it"
ELSEWHERE = {
    "accounts": {"*": "names, passwords and codes of one's own account"},
    "deliberations": {
        "place": BY_ACTION,
        "doer_text": BY_ACTION,
        "dissent": BY_ACTION,
        "effect": BY_ACTION,
        "how_seen": BY_ACTION,
        "said": BY_ACTION,
        "subject_line": BY_ACTION,
        "what": BY_ACTION,
        "others": PERSON,
        "online_link": NUMBER,
        "opened": NUMBER,
        "seen": NUMBER,
    },
    "feedback": {"text": LOCKED, "page": NUMBER, "room": SOUGHT},
    "opinions": {"code": NUMBER},
    "outcomes": {
        "held": NUMBER,
        "slip": NUMBER,
        "RatingForm.reason": OWN,
        "EnteredRatingForm.reason": OWN,
        "ExplainForm.text": "inside, as the field says: for the leader who asked",
    },
    "people": {"name": PERSON, "post": PERSON, "document": NUMBER, "q": SOUGHT},
    "places": {"name": "of a room", "hours": "of the clock", "no": NUMBER},
    "sortition": {
        "name": PERSON,
        "home": "kept as a hash",
        "nonce": NUMBER,
        "categories": "words for groups of people, checked by their form",
        "people": PERSON,
        "seed": NUMBER,
    },
    "topics": {
        "LostSlipForm.phone": SOUGHT,
        "LostSlipForm.words": SOUGHT,
        "gist": OWN,
        "outside_no": NUMBER,
        "place_text": BY_ACTION,
        "q": SOUGHT,
        "summary": BY_ACTION,
        "text": OWN,
        "title": BY_ACTION,
        "topic": NUMBER,
    },
}
NUMBER_OF_SOMEBODY = "请找王桂芳，13800001234"


def forms_of_the_house() -> Iterator[tuple[str, type[forms.Form]]]:
    for path in sorted(settings.PACKAGE.glob("*/forms.py")):
        app = path.parent.name
        module = import_module(f"shangliang.{app}.forms")
        for form in vars(module).values():
            if inspect.isclass(form) and issubclass(form, forms.Form) and form.__module__ == module.__name__:
                yield app, form


def texts(form: type[forms.Form]) -> Iterator[tuple[str, forms.Field]]:
    for name, field in form.base_fields.items():
        if isinstance(field, forms.CharField):
            yield name, field


def test_every_text_is_looked_through_or_says_why_not() -> None:
    unknown, used = [], set()
    for app, form in forms_of_the_house():
        for name, field in texts(form):
            if isinstance(field, PublicWords | OfficeWords | Telephone):
                continue
            entry = next(
                (each for each in (f"{form.__name__}.{name}", name, "*") if each in ELSEWHERE.get(app, {})),
                None,
            )
            used.add((app, entry))
            unknown += [] if entry else [f"{app}.{form.__name__}.{name}"]
    assert unknown == [], "\n".join(unknown)
    assert {(app, name) for app, names in ELSEWHERE.items() for name in names} - used == set()


def test_a_form_with_words_of_an_office_asks_back() -> None:
    found = [
        (form, [name for name, field in texts(form) if isinstance(field, OfficeWords)])
        for _app, form in forms_of_the_house()
    ]
    assert [form.__name__ for form, names in found if names and not issubclass(form, AsksBack)] == []
    assert sum(bool(names) for _form, names in found) > 15


@pytest.mark.parametrize(
    ("form", "name", "rest"),
    [
        (ReasonForm, "reason", {}),
        (DraftForm, "text", {"kind": "agreement"}),
        (ExtendForm, "reason", {"until": "2026-12-31"}),
        (DecideForm, "reason", {"verdict": "redo"}),
        (SecondForm, "opinion", {"agrees": "no"}),
    ],
)
def test_what_looks_like_personal_data_is_asked_about_once(
    form: type[AsksBack], name: str, rest: dict[str, str]
) -> None:
    if form is DraftForm:
        rest = {"kind": next(str(value) for value, _label in form.base_fields["kind"].choices)}  # type: ignore[attr-defined]
    asked = form({**rest, name: NUMBER_OF_SOMEBODY})
    assert asked.fields["keeps_data"].widget.is_hidden
    assert asked.asked_back is None
    assert list(asked.errors) == [name]
    assert "手机号" in str(asked.errors[name])
    assert asked.asked_back is not None
    assert list(asked.fields)[-1] == "keeps_data"
    meant = form({**rest, name: NUMBER_OF_SOMEBODY, "keeps_data": "on"})
    assert meant.errors == {}
    assert meant.cleaned_data[name] == NUMBER_OF_SOMEBODY
    assert "keeps_data" not in meant.cleaned_data, "an act is not told of it"
    assert form({**rest, name: "请打服务热线 0511-12345678"}).errors == {}, (
        "an office may give its own number"
    )
