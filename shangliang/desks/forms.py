"""Forms of the review page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is not public."""

    needed = ("reason",)

    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
