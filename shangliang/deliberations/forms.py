"""Forms of the desk and of the signing link. They translate; the actions judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from shangliang.access.publication import SCOPE_NAMES, Scope
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.actions.preparing import Draft, Guest
from shangliang.deliberations.actions.recording import Agreement, Text
from shangliang.deliberations.labels import CONCLUSIONS, MODES, SEATS, STATUTORY_ROUTES
from shangliang.deliberations.rules import read_lines
from shangliang.deliberations.states import Conclusion, Mode, Seat, StatutoryRoute
from shangliang.kit.clock import ZONE
from shangliang.kit.images import Unfit, clean_photo
from shangliang.kit.punctuation import labelled, with_note
from shangliang.people.models import Unit

MEASURE_ROWS = 2  # empty ones offered at once; more come by saving
LONGEST_TEXT = 4000
MOMENT = "%Y-%m-%dT%H:%M"


def moment(**words: Any) -> forms.DateTimeField:
    """Day and hour as the browser's own picker writes them; typed by hand, a space does as well."""
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        **words,
    )


def day(**words: Any) -> forms.DateField:
    """A day as the browser's own picker writes it."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **words)


def needed(form: forms.BaseForm, *names: str) -> None:
    """Draw these as asked for. A draft may lack them: the guard says so before the next step, not the form."""
    form.use_required_attribute = False
    for name in names:
        form.fields[name].required = True


class PhotoField(forms.FileField):
    """A photo, re-encoded here, before any transaction; what comes out is a fresh JPEG."""

    def clean(self, data: Any, initial: Any = None) -> ContentFile[bytes] | None:
        found = super().clean(data, initial)
        if not found:
            return None
        try:
            return ContentFile(clean_photo(found).photo)
        except Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit


def routes() -> list[tuple[str, Any]]:
    """The three statutory routes."""
    return [(route.value, STATUTORY_ROUTES[route]) for route in StatutoryRoute]


class PlanForm(forms.Form):
    """A session as it is planned: most of it comes from the topic and the room."""

    needed = ("held_at", "place", "subject_line", "agenda")

    held_at = moment(label=_("什么时候"), required=False)
    place = forms.CharField(label=_("在哪里"), max_length=80, required=False)
    mode = forms.ChoiceField(label=_("怎么商量"), choices=[(mode.value, MODES[mode]) for mode in Mode])
    subject_line = forms.CharField(label=_("商量什么"), max_length=80, required=False)
    agenda = forms.CharField(
        label=_("议程"), widget=forms.Textarea, max_length=1000, required=False, help_text=_("一行一项。")
    )
    online_link = forms.CharField(
        label=_("线上参加的地址"), max_length=200, required=False, help_text=_("只在线下商量的不用写。")
    )
    scope = forms.ChoiceField(
        label=_("公开到哪里"),
        choices=[(scope.value, SCOPE_NAMES[scope]) for scope in Scope],
        help_text=_("公开和本村（小区）公开的预告，发布前由另一个人看一遍。"),
    )
    statutory_route = forms.ChoiceField(
        label=_("依法走哪条路"), choices=[("", _("不需要表决")), *routes()], required=False
    )
    urgent_reason = forms.CharField(
        label=_("来不及提前预告的理由"),
        max_length=200,
        required=False,
        help_text=_("时间够的不用写；写了会和预告一起公开。"),
    )
    is_material_out = forms.BooleanField(label=_("材料已经发给大家，或者这次不需要材料"), required=False)

    def draft(self) -> Draft:
        """What was written, in the words of the actions."""
        data = self.cleaned_data
        return Draft(
            held_at=data["held_at"],
            place=data["place"],
            mode=Mode(data["mode"]),
            subject_line=data["subject_line"],
            agenda=data["agenda"],
            online_link=data["online_link"],
            urgent_reason=data["urgent_reason"],
            statutory_route=data["statutory_route"],
            scope=Scope(data["scope"]),
            is_material_out=data["is_material_out"],
        )


SEAT_WORDS: Mapping[Seat, tuple[str, ...]] = {  # not shown: what people type
    Seat.FIRST_CONVENER: ("第一召集人",),
    Seat.SECOND_CONVENER: ("第二召集人",),
    Seat.MEMBER: ("政协委员", "委员"),
    Seat.PARTY_CONCERNED: ("利益相关方", "当事人", "相关方", "住户"),
    Seat.RESIDENT: ("群众代表", "居民代表", "村民代表", "群众", "居民", "村民"),
    Seat.UNIT: ("承办单位", "单位"),
    Seat.EXPLAINER: ("讲解人",),
    Seat.EXPERT: ("专业人士", "专家"),
    Seat.GUEST: ("列席",),
}
SEAT_BY_WORD = {word: seat for seat, words in SEAT_WORDS.items() for word in words}


def read_guests(typed: str) -> list[Guest]:
    """One a line, "身份：姓名"; a name alone is somebody whom the matter concerns."""
    found = []
    for line in read_lines(typed):
        seat = SEAT_BY_WORD.get(line.doer)
        name = line.what if seat or not line.doer else f"{line.doer} {line.what}"
        found.append(Guest(seat or Seat.PARTY_CONCERNED, name[:40]))
    return found


class InviteForm(forms.Form):
    """Who is invited: ticked among those proposed, and others by name."""

    invited = forms.MultipleChoiceField(
        label=_("请谁来"), widget=forms.CheckboxSelectMultiple, required=False, choices=()
    )
    others = forms.CharField(
        label=_("还要请谁"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
        help_text=_("一行一位，写成“身份：姓名”，比如“利益相关方：三号楼住户代表”。"),
    )

    def __init__(self, *args: Any, offered: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invited"].choices = offered  # type: ignore[attr-defined]  # a choice field

    def guests(self) -> list[Guest]:
        return read_guests(self.cleaned_data["others"])


class AttendanceForm(forms.Form):
    """Names tapped by the clerk, and a head count: nobody checks in."""

    here = forms.MultipleChoiceField(
        label=_("到了的，点一下"), widget=forms.CheckboxSelectMultiple, required=False
    )
    by_telephone = forms.MultipleChoiceField(
        label=_("打电话参加的"), widget=forms.CheckboxSelectMultiple, required=False
    )
    heads = forms.IntegerField(
        label=_("另外还来了几位群众"), min_value=0, max_value=9999, required=False, initial=0
    )
    others = forms.CharField(
        label=_("名单之外还有谁来了"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        help_text=_("一行一位，写成“身份：姓名”。"),
    )

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("here", "by_telephone"):
            self.fields[name].choices = people  # type: ignore[attr-defined]  # a choice field


class RecordForm(forms.Form):
    """The record's own words; who came is known already."""

    needed = ("held_at", "place", "subject_line")

    held_at = moment(label=_("什么时候"), required=False)
    place = forms.CharField(label=_("在哪里"), max_length=80, required=False)
    subject_line = forms.CharField(label=_("商量了什么"), max_length=80, required=False)
    said = forms.CharField(
        label=_("大家说了什么"), widget=forms.Textarea, max_length=LONGEST_TEXT, required=False
    )
    conclusion = forms.ChoiceField(
        label=_("结果"),
        widget=forms.RadioSelect,
        required=False,
        choices=[(item.value, CONCLUSIONS[item]) for item in Conclusion],
    )
    dissent = forms.CharField(
        label=_("不同意见和解释"), widget=forms.Textarea, max_length=LONGEST_TEXT, required=False
    )
    statutory_route = forms.ChoiceField(
        label=_("依法走哪条路"), choices=[("", _("不需要表决")), *routes()], required=False
    )
    effect = forms.CharField(label=_("效果"), max_length=300, required=False)
    effect_by = day(label=_("效果什么时候看"), required=False)
    was_read_back = forms.BooleanField(label=_("记录已经念给大家听过"), required=False)

    def text(self, measures: list[Agreement]) -> Text:
        """What was written, in the words of the actions."""
        data = self.cleaned_data
        return Text(
            held_at=data["held_at"],
            place=data["place"],
            subject_line=data["subject_line"],
            said=data["said"],
            dissent=data["dissent"],
            conclusion=Conclusion(data["conclusion"]) if data["conclusion"] else None,
            statutory_route=data["statutory_route"],
            effect=data["effect"],
            effect_by=data["effect_by"],
            was_read_back=data["was_read_back"],
            measures=measures,
        )


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Doers by name with the kind behind it."""

    def label_from_instance(self, obj: Any) -> str:
        return with_note(obj.name, obj.get_kind_display())


class MeasureForm(forms.Form):
    """What, who, when, how one sees it."""

    needed = ("what", "doer_text", "due_on")

    what = forms.CharField(label=_("做什么"), max_length=120, required=False)
    doer_text = forms.CharField(label=_("谁来做"), max_length=60, required=False)
    unit = UnitChoice(
        label=_("或从名单里选单位"), queryset=Unit.objects.none(), required=False, empty_label=_("不选")
    )
    due_on = day(label=_("哪天之前"), required=False)
    how_seen = forms.CharField(label=_("怎样算做好"), max_length=120, required=False)
    done_on_spot = forms.BooleanField(label=_("当场就办好了"), required=False)

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if units is not None:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a model choice field

    def agreement(self) -> Agreement | None:
        """The row, or nothing when nobody wrote into it."""
        data = self.cleaned_data
        if not any(data.get(name) for name in ("what", "doer_text", "unit", "due_on", "how_seen")):
            return None
        return Agreement(**{name: data[name] for name in self.fields})

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("what") and any(
            data.get(name) for name in ("doer_text", "unit", "due_on", "how_seen")
        ):
            self.add_error("what", _("请写明做什么。"))
        return data


MeasureSet = forms.formset_factory(MeasureForm, extra=MEASURE_ROWS)


class AnyTimeForm(forms.Form):
    """Six fields: time, place, subject, how many, what was said or who does what, a photo of the notebook."""

    held_at = moment(label=_("什么时候"))
    place = forms.CharField(
        label=_("在哪里"), max_length=80, help_text=_("田头、树下、楼道口都行，说得清就好。")
    )
    subject_line = forms.CharField(label=_("商量什么事"), max_length=60)
    people = forms.IntegerField(label=_("来了几个人"), min_value=1, max_value=9999)
    said = forms.CharField(
        label=_("说了什么，谁来做什么"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
        help_text=_("一行一件。有人要做的，写成“谁：做什么”，比如“物业：周五前把灯修好”。"),
    )
    photo = PhotoField(
        label=_("本子的照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text=_("记在本子上的拍一张就行，照片不公开。"),
    )

    def talk(self) -> Talk:
        data = self.cleaned_data
        return Talk(**{name: data[name] for name in self.fields})


class ReasonForm(forms.Form):
    """Why it is postponed or cancelled."""

    needed = ("reason",)

    reason = forms.CharField(label=_("原因"), max_length=200, required=False, help_text=_("大家会看到。"))


class AddendumForm(forms.Form):
    """Later words under a locked record."""

    needed = ("text",)

    text = forms.CharField(
        label=_("补记"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300, required=False
    )


class PaperForm(forms.Form):
    """A signature given on paper."""

    signed_on = day(label=_("哪天签的"))
    paper = PhotoField(
        label=_("签字页的照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )


def seat_label(seat: str, name: str) -> str:
    """ "利益相关方：三号楼住户代表", in the language that is active."""
    return labelled(SEATS[Seat(seat)], name)


def at_noon(on: date) -> datetime:
    """A signature on paper has a day and no hour."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=ZONE)
