"""Allauth's forms in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from shangliang.accounts.adapter import count_try
from shangliang.kit import limits
from shangliang.kit.forms import Words

FORGOTTEN = _("忘了密码，请找给您开通账号的办公室要一个验证码，在登录页上重设。")
CODE_HINT = _("打开手机上的验证器，输入 6 位数字；手机不在身边，可以输入一个备用码。")


def _say(form: forms.Form, name: str, label: Any, hint: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    # A blank at the end of a password was pasted with it, never meant.
    field.strip = True  # type: ignore[attr-defined]  # each of these is a text field
    field.widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", _("用户名"))
        _say(self, "password", _("密码"))


class PasswordAgain(ReauthenticateForm):  # type: ignore[misc]
    """Before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", _("密码"), FORGOTTEN)


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """The old one, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", _("现在的密码"), FORGOTTEN)
        _say(self, "password1", _("新密码"), _("写长一点，不要用常见的词。"))
        _say(self, "password2", _("再输一遍新密码"))

    def clean_oldpassword(self) -> str:
        count_try((f"old-password:{self.user.pk}", "accounts.sign_in_tries_count"))
        old: str = super().clean_oldpassword()
        limits.forgive(f"old-password:{self.user.pk}")
        return old


class ResetPassword(forms.Form):
    """A new password by a code that the office has given."""

    username = Words(label=_("用户名"), max_length=150)
    code = Words(
        label=_("办公室给的验证码"),
        max_length=40,
        help_text=_("12 位，大小写都行。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password1 = Words(
        label=_("新密码"),
        help_text=_("写长一点，不要用常见的词。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = Words(
        label=_("再输一遍新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password)
        return password

    def clean(self) -> None:
        data = self.cleaned_data
        if "password1" in data and "password2" in data and data["password1"] != data["password2"]:
            self.add_error("password2", _("两次输入的密码不一样，请再输一遍。"))


class _CountedCode:
    """Six digits have a million values: five guesses, then a wait."""

    user: Any

    def clean_code(self) -> str:
        key = f"code:{self.user.pk}"
        count_try((key, "accounts.sign_in_tries_count"))
        code: str = super().clean_code()  # type: ignore[misc]  # the form it is mixed into
        limits.forgive(key)
        return code


class Code(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("验证码"), CODE_HINT)


class CodeAgain(_CountedCode, ReauthenticateByCodeForm):  # type: ignore[misc]
    """The second factor before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("验证码"), CODE_HINT)


class FirstCode(_CountedCode, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("验证器上显示的 6 位数字"))


class NoCode(DeactivateTOTPForm):  # type: ignore[misc]
    """Ends the second factor; who may see phone numbers will be asked to set up a new one."""


class Reach(forms.Form):
    """In which language and by which mail the account is written to."""

    language = forms.ChoiceField(
        label=_("界面和通知的语言"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    mail = forms.EmailField(
        label=_("接收通知的电子邮箱"),
        required=False,
        help_text=_("不急的事每天汇总一封，紧急的事随到随发，夜里不打扰。不填就只看站内消息。"),
        error_messages={"invalid": _("这个电子邮箱好像不完整，请再看一下。")},
    )
