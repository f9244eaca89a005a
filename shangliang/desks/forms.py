"""Forms of the review page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.publication import Publishable
from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, OfficeWords


class ReasonForm(AsksBack):
    """Why something is not public."""

    needed = ("reason",)

    reason = OfficeWords(label=_("理由"), max_length=longest(Publishable, "release_reason"), required=False)
