"""Addresses of sign-in, one's own account, the demo and the keepers' window. Of allauth's only those that are needed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from shangliang.accounts import views
from shangliang.kit.admin import site

urlpatterns = [
    path("sign-in", account.login, name="account_login"),
    path("sign-in/code", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/again", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/new-password", views.new_password, name="account_reset"),
    path("sign-in/closed", account.account_inactive, name="account_inactive"),
    path("sign-out", account.logout, name="account_logout"),
    path("desk/me", views.me, name="me"),
    path("desk/me", views.me, name="mfa_index"),  # where allauth leads when a second factor has changed
    path("desk/me/password", views.password, name="account_change_password"),
    path("desk/me/second-factor", views.lasting(totp.activate_totp), name="mfa_activate_totp"),
    path("desk/me/second-factor/end", views.lasting(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("desk/me/codes", views.lasting(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "desk/me/codes/new",
        views.lasting(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("demo", views.demo, name="demo"),
    path("demo/enter", views.demo_enter, name="demo_enter"),
    path("admin/", site.urls),
]
