"""Forms of the public page and of the desk. They translate; the actions judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangliang.feedback.labels import KINDS, ROOM_LABEL, UNMET, WAYS
from shangliang.feedback.states import ROOM, FeedbackWay
from shangliang.kit import clock
from shangliang.kit.forms import Telephone, Words
from shangliang.rulebook import book

LONGEST_ADDRESS = 2000  # characters: a whole address is pasted, its path is kept


class TextForm(forms.Form):
    """Some words, as long as the rulebook lets them be."""

    use_required_attribute = False  # the server's sentence says what to do

    text = Words(label=_("要说的话"), widget=forms.Textarea(attrs={"rows": 6}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = book().at(clock.today()).integer("feedback.text_characters")

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if len(text) > self.most:
            raise forms.ValidationError(
                _("最多写 %(most)s 个字，现在有 %(now)s 个，请删短一些。"),
                params={"most": self.most, "now": len(text)},
            )
        return text


class FeedbackForm(TextForm):
    """What kind, in whose own words, about which page, and a phone if somebody wants to be called."""

    needed = ("text",)  # it does not say 选填; its absence has a sentence of its own
    field_order: tuple[str, ...] = ("kind", "text", "page", "phone")

    kind = forms.ChoiceField(label=_("是哪一种"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    page = Words(label=_("说的是哪一页"), required=False, max_length=LONGEST_ADDRESS)
    phone = Telephone(label=_("电话"))

    def clean_text(self) -> str:
        text = super().clean_text()
        if not text:
            raise forms.ValidationError(UNMET["text_missing"])
        return text


class EnterForm(FeedbackForm):
    """代录: the same, and how it reached us."""

    field_order = ("way", "kind", "text", "page", "phone")

    way = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[(way, label) for way, label in WAYS.items() if way != FeedbackWay.ONLINE],
        widget=forms.RadioSelect,
    )


class AnswerForm(TextForm):
    """The office's words to the person."""

    needed = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("给他的答复")
        self.fields["text"].help_text = _("只有提意见的人看得到。送出以后不能改。")


class PassOnForm(TextForm):
    """Where it belongs, when it is no matter of the system."""

    field_order = ("destination", "room", "text")

    destination = forms.ChoiceField(label=_("归哪里"), widget=forms.RadioSelect)
    room = Words(
        label=_("哪个议事室"),
        required=False,
        max_length=60,
        help_text=_("归议事室的才填：写编号，或者完整的名称。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = "name_en" if get_language() == "en" else "name"
        rows = book().at(clock.today()).table("topics.handover_table")
        places = [(row["code"], row[name]) for row in rows]
        self.fields["destination"].choices = [(ROOM, ROOM_LABEL), *places]  # type: ignore[attr-defined]  # a choice field
        self.fields["text"].label = _("另外要对他说的话")
        self.fields["text"].help_text = _(
            "对方会看到去处的电话和地址。系统不替他转过去；去处不在上面的，请在这里写明单位和怎么找。"
        )


class AgainForm(TextForm):
    """The person's second question."""

    needed = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("还有什么没说清楚")
