"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "shangliang.accounts"
    verbose_name = _("账号与任职")

    def ready(self) -> None:
        """Whoever signs in stays so for as long as the rulebook says."""
        from django.contrib.auth.signals import user_logged_in

        from shangliang.accounts.middleware import begin_session

        user_logged_in.connect(begin_session, dispatch_uid="accounts.begin_session")
