"""Forms of the review page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.access.publication import Publishable
from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, OfficeWords


class ReasonForm(AsksBack):
    """Why something is not public."""

    needed = ("reason",)

    reason = OfficeWords(label=_("理由"), max_length=longest(Publishable, "release_reason"), required=False)


class ReleaseForm(AsksBack):
    """Which of the photos and letters may be public: each is looked at by itself, and ticked. Empty where there are none."""

    needed = ("reason",)

    open = forms.MultipleChoiceField(
        label=_("可以公开的"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = OfficeWords(label=_("没有勾的，为什么不公开"), max_length=200, required=False)

    def __init__(self, *args: Any, files: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(file.key, f"{n}. {file.words}") for n, file in enumerate(files, 1) if file.key]
        if not choices:  # none, or only such as are never public
            self.fields.clear()
            return
        self.fields["open"].choices = choices  # type: ignore[attr-defined]  # of that kind

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() if self.fields else self.cleaned_data
        if (
            self.withheld
            and not (self.cleaned_data.get("reason") or "").strip()
            and "reason" not in self.errors
        ):
            self.add_error("reason", _("有没有勾的，请写明为什么不公开，附上的人会看到。"))
        return cleaned

    @property
    def withheld(self) -> list[str]:
        """The keys of what was not ticked."""
        field = self.fields.get("open")
        keys = [key for key, _words in field.choices] if field else []  # type: ignore[attr-defined]  # as above
        return [key for key in keys if key not in self.cleaned_data.get("open", [])]

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        return (
            {"withheld": self.withheld, "reason": self.cleaned_data.get("reason", "")} if self.fields else {}
        )
