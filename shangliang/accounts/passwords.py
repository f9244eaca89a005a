"""What a password must be, in our words."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """As long as the settings say. Django has this sentence in no Chinese."""

    def get_error_message(self) -> str:
        return _("密码太短了，至少要 %(count)s 个字符。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(count)s 个字符。") % {"count": self.min_length}
