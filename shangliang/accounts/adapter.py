"""What allauth asks of us: nobody signs up by themselves, tries are counted in all processes, secrets are sealed."""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shangliang.accounts.labels import NEWS, TROUBLE, too_many_tries
from shangliang.kit import clock, crypto, limits
from shangliang.rulebook import book

log = logging.getLogger(__name__)

FACTOR = "accounts.second_factor"  # what secrets of second factors are sealed for


def count_try(*keys: tuple[str, str]) -> None:
    """Count one try under each (key, rulebook id of its limit); raises a sentence that says when to come back."""
    now = clock.now()
    day = book().at(clock.local_day(now))
    window = day.integer("accounts.sign_in_wait_minutes") * 60
    verdicts = [limits.hit(key, day.integer(rule), window, now) for key, rule in keys]
    refused = [verdict for verdict in verdicts if not verdict.allowed]
    if refused:
        raise ValidationError(too_many_tries(max(verdict.retry_at for verdict in refused)))


class NoSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes the sign-up page, and counts tries by name."""

    error_messages = {**DefaultAccountAdapter.error_messages, **TROUBLE}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A few tries for a name from one network, more of them in all: a stranger cannot lock somebody out."""
        name, near = self._keys(request, credentials)
        count_try(
            (near, "accounts.sign_in_tries_count"),
            (name, "accounts.sign_in_name_tries_count"),
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            for key in self._keys(request, credentials):
                limits.forgive(key)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.warning("a sign-in failed, from %s", limits.client_network(request))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Only what is worth saying, in our own words."""
        said = message or NEWS.get(message_template or "", "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)

    @staticmethod
    def _keys(request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str]:
        name = f"sign-in:{str(credentials.get('username', '')).lower()}"
        return name, f"{name}:{limits.client_network(request)}"


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets of second factors lie sealed in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。请看手机上最新的 6 位数字再输一遍。"),
    }

    def encrypt(self, text: str) -> str:
        return b64encode(crypto.seal(text, FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(b64decode(encrypted_text), FACTOR)

    def build_totp_svg(self, url: str) -> str:
        return ""  # our page draws the code itself
