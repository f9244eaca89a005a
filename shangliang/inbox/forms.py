"""Who was told by a person, and how: one form, for whatever people are told of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.inbox.labels import HAND_WAYS
from shangliang.inbox.states import HandWay


class ToldForm(forms.Form):
    """Names are ticked after the call, not before; nothing is ticked beforehand.

    `everybody`: one press for all whom the page named (`shown`); who came onto the list since is not among them.
    """

    needed = ("who",)

    who = forms.MultipleChoiceField(
        label=_("告诉了谁"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    way = forms.ChoiceField(
        label=_("怎么告诉的"),
        widget=forms.RadioSelect,
        choices=[(way.value, HAND_WAYS[way]) for way in HandWay],
        initial=HandWay.PHONE.value,
        error_messages={"required": _("请选怎么告诉的。")},
    )

    everybody = forms.BooleanField(required=False, widget=forms.HiddenInput)
    shown = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("who", "shown"):
            self.fields[name].choices = list(people)  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("everybody") and data.get("shown"):
            data["who"] = data["shown"]
        elif not data.get("who") and "who" not in self.errors:
            self.add_error("who", _("请点一下告诉了谁。"))
        return data

    def facts(self) -> dict[str, Any]:
        return {"refs": self.cleaned_data["who"], "way": HandWay(self.cleaned_data["way"])}
