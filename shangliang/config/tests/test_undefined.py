"""A variable that nobody handed in is an error in a template of ours, and says where."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.template.base import Origin

from shangliang.config.undefined import OURS, UndefinedVariable
from shangliang.kit.guards import Unmet

HERE = Origin(str(OURS / "kit/templates/kit/here.html"), "kit/here.html")
ELSEWHERE = Origin("/usr/lib/library/here.html", "library/here.html")


def drawn(source: str, origin: Origin = HERE, **context: Any) -> str:
    return Template(source, origin=origin).render(Context(context))


@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("<p>\n{{ naem }}</p>", "naem"),
        ("\n{{ thing.colour }}", "thing.colour"),
        ("\n{% if thing.colour %}x{% endif %}", "thing.colour"),
        ("\n{% for x in thing.colours %}x{% endfor %}", "thing.colours"),
        ("\n{% firstof thing.colour 'x' %}", "thing.colour"),
        ("{% load i18n %}\n{% blocktranslate %}{{ naem }}{% endblocktranslate %}", "naem"),
        ("\n{% include 'kit/empty.html' with text=naem only %}", "naem"),
    ],
)
def test_it_says_which_variable_of_which_template_in_which_line(source: str, variable: str) -> None:
    with pytest.raises(UndefinedVariable, match=f"kit/here.html:2: there is no {variable} in"):
        drawn(source, thing=Unmet("name"))


@pytest.mark.parametrize(
    "source",
    [
        "{% if naem %}x{% endif %}{% for x in naem %}x{% endfor %}{% firstof naem '' %}",
        "{% if nothing.colour %}x{% endif %}{% if words.colour %}x{% endif %}",
    ],
)
def test_a_template_may_ask_whether_it_was_given_something(source: str) -> None:
    assert drawn(source, nothing=None, words={"size": 1}) == ""


def test_a_library_s_template_goes_on_as_it_is_used_to() -> None:
    assert drawn("{{ naem }}{{ thing.colour }}", ELSEWHERE, thing=Unmet("name")) == ""
