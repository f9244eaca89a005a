"""Forms of a poll. They translate; the actions judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.kit import clock
from shangliang.kit.columns import longest
from shangliang.kit.forms import PublicWords, Words
from shangliang.opinions.models import Statement
from shangliang.rulebook import book

MOST_LINES = 100


def _characters() -> int:
    return book().at(clock.today()).integer("opinions.statement_characters")


class StatementForm(forms.Form):
    """One thought."""

    text = PublicWords(label=_("您还想到什么，补充一句"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        most = _characters()
        self.fields["text"] = PublicWords(
            label=_("您还想到什么，补充一句"),
            max_length=most,
            min_length=2,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": _("请写一句再补充。")},
        )


class SeatForm(forms.Form):
    """The code on a printed slip, for whose phone reads none; typed with or without dashes, in either case."""

    code = Words(
        label=_("纸条上的座位号"),
        help_text=_("纸条上的 13 个字母和数字，中间的横线可以不写。"),
        max_length=40,
        error_messages={"required": _("请输入纸条上的座位号。")},
    )

    def clean_code(self) -> str:
        return "".join(each for each in str(self.cleaned_data["code"]).upper() if each.isalnum())


class SeedForm(forms.Form):
    """Many statements at a time, one a line."""

    use_required_attribute = False
    texts = PublicWords(
        label=_("一行一句，一句一个意思"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请至少写一句。")},
    )

    def clean_texts(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["texts"]).splitlines() if line.strip()]
        most = _characters()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("一次最多 %(most)d 句，请分几次加。"), params={"most": MOST_LINES})
        for number, line in enumerate(lines, 1):
            if len(line) > most:
                raise forms.ValidationError(
                    _("第 %(number)d 句有 %(has)d 个字，最多 %(most)d 个，请改短。"),
                    params={"number": number, "has": len(line), "most": most},
                )
        return lines


class SettingsForm(forms.Form):
    """Who may vote besides those in the room."""

    takes_open = forms.BooleanField(label=_("没到会场的人也可以从网上和门口表态"), required=False)
    shows_unreviewed = forms.BooleanField(label=_("大家补充的话先显示，再由我看"), required=False)


class SeatsForm(forms.Form):
    """How many slips to print."""

    count = forms.IntegerField(label=_("印几张"), min_value=1)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        most = book().at(clock.today()).integer("opinions.seat_count")
        self.fields["count"] = forms.IntegerField(
            label=_("印几张"),
            min_value=1,
            max_value=most,
            error_messages={
                "required": _("请写印几张。"),
                "min_value": _("至少印一张。"),
                "max_value": _("一次最多印 %(limit_value)s 张，不够再印。"),
            },
        )


class AboutForm(forms.Form):
    """About which of the statements."""

    statement = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "statement"}


class ReviewForm(AboutForm):
    """Seen by everybody, or left out."""

    shown = forms.TypedChoiceField(coerce=lambda raw: raw == "yes", choices=[("yes", "yes"), ("no", "no")])


class MetaForm(AboutForm):
    """Whether a statement is about the one who votes."""

    meta = forms.TypedChoiceField(coerce=lambda raw: raw == "yes", choices=[("yes", "yes"), ("no", "no")])

    def facts(self) -> dict[str, Any]:
        return {"is_meta": self.cleaned_data["meta"]}


class HandsForm(AboutForm):
    """Hands counted in the room."""

    agree = forms.IntegerField(label=_("赞成几人"), min_value=0, max_value=9999)
    disagree = forms.IntegerField(label=_("不赞成几人"), min_value=0, max_value=9999)
    passed = forms.IntegerField(label=_("说不准几人"), min_value=0, max_value=9999)


class WordForm(AboutForm):
    """Another wording, or a word beside what has votes."""

    text = PublicWords(label=_("改成"))

    def __init__(self, *given: Any, is_mark: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        most = longest(Statement, "mark") if is_mark else _characters()
        self.fields["text"] = PublicWords(label=_("改成"), max_length=most, min_length=2)
