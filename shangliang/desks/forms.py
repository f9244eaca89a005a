"""Forms of the review page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.access.publication import Publishable
from shangliang.kit.columns import longest
from shangliang.kit.forms import Words


class ReasonForm(forms.Form):
    """Why something is not public."""

    needed = ("reason",)

    reason = Words(label=_("理由"), max_length=longest(Publishable, "release_reason"), required=False)
