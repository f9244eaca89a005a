"""Forms of the desk and of the signing link. They translate; the actions judge."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangliang.access.forms import Day, Hour, Moment, days_behind, days_due
from shangliang.access.publication import SCOPE_NAMES, Scope
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.actions.meeting import Attendance
from shangliang.deliberations.actions.preparing import Draft, Guest
from shangliang.deliberations.actions.recording import Agreement, Text
from shangliang.deliberations.labels import CONCLUSIONS, MODES, SEATS, STATUTORY_ROUTES
from shangliang.deliberations.models import Addendum, Deliberation, Measure, Participant, Record
from shangliang.deliberations.queries import Proposal
from shangliang.deliberations.rules import end_of, read_lines
from shangliang.deliberations.states import Conclusion, Mode, Seat, StatutoryRoute
from shangliang.kit.clock import ZONE
from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, OfficeWords, PublicWords, Words
from shangliang.kit.images import Unfit, clean_photo
from shangliang.kit.punctuation import labelled, listed, with_note
from shangliang.kit.text import shortened
from shangliang.people.models import Unit
from shangliang.topics.models import Topic

EMPTY_ROWS = 2  # empty ones offered at once; more come by saving
LONGEST_TEXT = 4000
SHORT_NAME = 20  # characters of a name in a sentence


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

    needed: tuple[str, ...] = ("held_at", "place", "subject_line", "agenda")

    held_at = Moment(label=_("什么时候"), required=False)
    place = Words(label=_("在哪里"), max_length=longest(Deliberation, "place"), required=False)
    mode = forms.ChoiceField(label=_("怎么商量"), choices=[(mode.value, MODES[mode]) for mode in Mode])
    subject_line = PublicWords(
        label=_("商量什么"),
        max_length=longest(Deliberation, "subject_line"),
        required=False,
        by_office=True,
    )
    agenda = PublicWords(
        by_office=True,
        label=_("议程"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text=_("一行一项。"),
    )
    online_link = Words(
        label=_("线上参加的地址"),
        max_length=longest(Deliberation, "online_link"),
        required=False,
        help_text=_("只在线下商量的不用写。"),
    )
    scope = forms.ChoiceField(
        label=_("公开到哪里"),
        choices=[(scope.value, SCOPE_NAMES[scope]) for scope in Scope],
        help_text=_("公开和本村（小区）公开的预告，发布前由另一个人看一遍。"),
    )
    statutory_route = forms.ChoiceField(
        label=_("依法走哪条路"), choices=[("", _("不需要表决")), *routes()], required=False
    )
    urgent_reason = PublicWords(
        by_office=True,
        label=_("来不及提前预告的原因"),
        max_length=longest(Deliberation, "urgent_reason"),
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

    def facts(self) -> dict[str, Any]:
        return {"draft": self.draft()}


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


def names_fit(typed: str) -> None:
    """Somebody's name is no sentence: what does not fit on the list is said, not cut off."""
    most = longest(Participant, "name")
    for guest in read_guests(typed):
        if len(guest.name) > most:
            raise forms.ValidationError(
                _("“%(name)s”太长了：一行写一位，名字最多 %(most)s 个字。"),
                params={"name": shortened(guest.name, SHORT_NAME), "most": most},
            )


def read_guests(typed: str) -> list[Guest]:
    """One a line, "身份：姓名". Nobody is taken for a party concerned, whose presence a session waits for, unless named
    so: a role that is not known, or none, is asked back."""
    by_word = {**SEAT_BY_WORD, **{str(word).casefold(): seat for seat, word in SEATS.items()}}
    found, wrong = [], []
    for number, line in enumerate(read_lines(typed), 1):
        seat = by_word.get(line.doer.casefold())
        if seat is None:
            said = _("第 %(n)d 行：“%(role)s”是哪一种身份？") if line.doer else _("第 %(n)d 行没有写身份。")
            wrong.append(str(said) % {"n": number, "role": line.doer})
        else:
            found.append(Guest(seat, line.what))
    if wrong:
        raise forms.ValidationError([*wrong, _roles()])
    return found


def _roles() -> str:
    """What may stand before the colon."""
    return gettext("一行一位，写成“身份：姓名”，比如“承办单位：李经理”。身份有：%(roles)s。") % {
        "roles": listed(SEATS.values())
    }


class GuestsField(Words):
    """Guests by role and name, one a line."""

    def __init__(self, **named: Any) -> None:
        hint = lazy(_roles, str)()
        super().__init__(max_length=1000, required=False, validators=[names_fit], help_text=hint, **named)

    def clean(self, value: Any) -> Any:
        return read_guests(super().clean(value))


class InviteForm(forms.Form):
    """Who is invited: kept of the list, ticked among those proposed, and others by name."""

    needed: tuple[str, ...] = ("invited",)

    invited = forms.MultipleChoiceField(
        label=_("请谁来"), widget=forms.CheckboxSelectMultiple, required=False, choices=()
    )
    others = GuestsField(label=_("还要请谁"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, *args: Any, kept: Iterable[Participant] = (), offered: Iterable[Proposal] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = {f"guest-{row.pk}": row for row in kept}
        self.offered = {row.key: row for row in offered}
        choices = [(key, seat_label(row.seat, row.display_name)) for key, row in self.kept.items()]
        choices += [(key, offered_label(row)) for key, row in self.offered.items()]
        self.fields["invited"].choices = choices  # type: ignore[attr-defined]  # a choice field
        likely = [key for key, row in self.offered.items() if row.is_likely]
        self.initial.setdefault("invited", list(self.kept) or likely)

    def guests(self) -> list[Guest]:
        """Those who are new on the list."""
        chosen = set(self.cleaned_data["invited"])
        ticked = [
            Guest(row.seat, row.name, row.person, row.unit, row.is_by_slip)
            for key, row in self.offered.items()
            if key in chosen
        ]
        return [*ticked, *self.cleaned_data["others"]]

    def facts(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data["invited"])
        kept = [row.pk for key, row in self.kept.items() if key in chosen]
        return {"keep": kept, "guests": self.guests()}


class NewForm(InviteForm, PlanForm):
    """A session that begins: its plan and its first list of guests, on one page."""

    needed: tuple[str, ...] = (*PlanForm.needed, *InviteForm.needed)

    def facts(self) -> dict[str, Any]:
        return {"draft": self.draft(), "guests": self.guests()}


class AttendanceForm(forms.Form):
    """Names tapped by the clerk, and a head count: nobody checks in."""

    needed = ("here", "heads")

    here = forms.MultipleChoiceField(
        label=_("到了的，点一下"), widget=forms.CheckboxSelectMultiple, required=False
    )
    by_telephone = forms.MultipleChoiceField(
        label=_("打电话参加的"), widget=forms.CheckboxSelectMultiple, required=False
    )
    heads = forms.IntegerField(
        label=_("另外还来了几位群众"), min_value=0, max_value=9999, required=False, initial=0
    )
    others = GuestsField(label=_("名单之外还有谁来了"), widget=forms.Textarea(attrs={"rows": 2}))
    is_today = forms.BooleanField(label=_("现在就写"), required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, guests: Iterable[Participant] = (), announced_for: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.announced_for = announced_for  # where that is another day than today, and nobody has said so yet
        choices = [(str(row.pk), seat_label(row.seat, row.name_there)) for row in guests]
        for name in ("here", "by_telephone"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_is_today(self) -> bool:
        """Asked once, on another day than the announced one; the box to tick is drawn only then."""
        is_today: bool = self.cleaned_data["is_today"]
        if self.announced_for:
            self.fields["is_today"].widget = forms.CheckboxInput()
            if not is_today:
                raise forms.ValidationError(
                    _(
                        "预告的是 %(when)s，不是今天。今天开，或者那天已经开过的，勾一下；那天还没到，到那天再写。"
                    ),
                    params={"when": self.announced_for},
                )
        return is_today

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        attendance = Attendance(
            here=frozenset(map(int, data["here"])),
            by_telephone=frozenset(map(int, data["by_telephone"])),
            heads=data["heads"] or 0,
            came_besides=tuple(data["others"]),
        )
        return {"attendance": attendance}


class MeasureForm(forms.Form):
    """The fields of one measure: what, who, when, how one sees it. The record has several rows of them."""

    what = Words(label=_("做什么"), max_length=longest(Measure, "what"), required=False)
    doer_text = Words(label=_("谁来做"), max_length=longest(Measure, "doer_text"), required=False)
    unit = forms.TypedChoiceField(label=_("或从名单里选单位"), required=False, empty_value=None)
    due_on = Day(label=_("哪天之前"), required=False, near=days_due)
    how_seen = Words(label=_("办结标准"), max_length=longest(Measure, "how_seen"), required=False)
    done_on_spot = forms.BooleanField(label=_("当场就办好了"), required=False)


MEASURE = MeasureForm.base_fields
WRITTEN = ("what", "doer_text", "unit", "due_on", "how_seen")  # any of them makes a row a measure
SENT_ROW = re.compile(r"measures-(\d{1,2})-")


class RecordForm(forms.Form):
    """The record's own words, with a row of fields for each measure; who came is known already."""

    asks_what = True  # of each measure; while a page saves by itself, one may be half typed
    opened = Words(required=False, max_length=32, widget=forms.HiddenInput)
    seen = Words(label=_("这份记录"), required=False, max_length=32, widget=forms.HiddenInput)
    held_at = Moment(label=_("什么时候"), required=False, near=days_behind)
    until = Hour(label=_("几点结束"), required=False)
    place = Words(label=_("在哪里"), max_length=longest(Deliberation, "place"), required=False)
    subject_line = Words(
        label=_("商量了什么"), max_length=longest(Deliberation, "subject_line"), required=False
    )
    said = Words(label=_("大家说了什么"), widget=forms.Textarea, max_length=LONGEST_TEXT, required=False)
    conclusion = forms.ChoiceField(
        label=_("结果"),
        widget=forms.RadioSelect,
        required=False,
        choices=[(item.value, CONCLUSIONS[item]) for item in Conclusion],
    )
    dissent = Words(label=_("不同意见和解释"), widget=forms.Textarea, max_length=LONGEST_TEXT, required=False)
    statutory_route = forms.ChoiceField(
        label=_("依法走哪条路"), choices=[("", _("不需要表决")), *routes()], required=False
    )
    effect = Words(label=_("效果"), max_length=longest(Record, "effect"), required=False)
    effect_by = Day(label=_("效果什么时候看"), required=False, near=days_due)
    was_read_back = forms.BooleanField(label=_("记录已经念给大家听过"), required=False)

    def __init__(
        self,
        *args: Any,
        rows: Sequence[Mapping[str, Any]] = (),
        units: Iterable[Unit] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        sent = [int(found[1]) + 1 for name in self.data if (found := SENT_ROW.match(name))]
        count = max(sent, default=0) if self.is_bound else len(rows) + EMPTY_ROWS
        self.names = [{name: f"measures-{number}-{name}" for name in MEASURE} for number in range(count)]
        for number, names in enumerate(self.names):
            self._add_row(number + 1, names)
        for names, row in zip(self.names, rows, strict=False):
            self.initial.update({names[name]: value for name, value in row.items()})
        asked = [names[name] for names in self.names for name in ("what", "doer_text", "due_on")]
        self.needed = ("held_at", "place", "subject_line", "said", "conclusion", *asked)

    def _add_row(self, number: int, names: Mapping[str, str]) -> None:
        for name, field in copy.deepcopy(MEASURE).items():
            # for the list of what is wrong; in the row itself the number stands above
            field.label = gettext("第 %(n)s 条：%(what)s") % {"n": number, "what": field.label}
            self.fields[names[name]] = field
        units = [(pk, with_note(unit.name, unit.get_kind_display())) for pk, unit in self.units.items()]
        choice = self.fields[names["unit"]]
        choice.choices = [("", gettext("不选")), *units]  # type: ignore[attr-defined]  # a choice field
        choice.coerce = self.units.get  # type: ignore[attr-defined]

    @property
    def measures(self) -> list[dict[str, forms.BoundField]]:
        """The rows as a page draws them."""
        return [{name: self[long] for name, long in names.items()} for names in self.names]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for names in self.names:
            if (
                self.asks_what
                and not data.get(names["what"])
                and any(data.get(names[name]) for name in WRITTEN)
            ):
                self.add_error(names["what"], _("请写明做什么。"))
        return data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        text = Text(
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
            opened=data["opened"],
            seen=data["seen"],
            ended_at=end_of(data["held_at"], data["until"]) if data["held_at"] and data["until"] else None,
            is_end_unknown="until" in self.data and not data["until"],
            measures=[
                Agreement(**{name: data[long] for name, long in names.items()})
                for names in self.names
                if any(data[names[name]] for name in WRITTEN)
            ],
        )
        return {"text": text}


class AnyTimeForm(forms.Form):
    """Six fields: time, place, subject, how many, what was said or who does what, a photo of the notebook."""

    held_at = Moment(label=_("什么时候"), near=days_behind)
    place = Words(
        label=_("在哪里"),
        max_length=longest(Deliberation, "place"),
        help_text=_("田头、树下、楼道口都行，说得清就好。"),
    )
    subject_line = PublicWords(label=_("商量什么事"), max_length=longest(Topic, "title"), by_office=True)
    people = forms.IntegerField(label=_("来了几个人"), min_value=1, max_value=9999)
    said = PublicWords(
        by_office=True,
        label=_("说了什么，谁来做什么"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
        help_text=_("一行一件。有人要做的，写成“谁：做什么”，比如“物业：周五前把灯修好”。"),
    )
    photo = PhotoField(
        label=_("本子的照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("记在本子上的拍一张就行，照片不公开。"),
    )

    def facts(self) -> dict[str, Any]:
        return {"talk": Talk(**self.cleaned_data)}


class PostponeForm(AsksBack):
    """Why it is postponed."""

    needed = ("reason",)

    reason = OfficeWords(
        label=_("改期的原因"),
        max_length=longest(Deliberation, "change_reason"),
        required=False,
        help_text=_("大家会看到。"),
    )


class CancelForm(AsksBack):
    """Why it is cancelled."""

    needed = ("reason",)

    reason = OfficeWords(
        label=_("取消的原因"),
        max_length=longest(Deliberation, "change_reason"),
        required=False,
        help_text=_("大家会看到。"),
    )


class AddendumForm(AsksBack):
    """Later words under a locked record."""

    needed = ("text",)

    text = OfficeWords(
        label=_("要补记的话"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=longest(Addendum, "text"),
        required=False,
    )


class PaperForm(forms.Form):
    """A signature given on paper; it has a day and no hour."""

    signed_on = Day(label=_("哪天签的"), near=days_behind)
    paper = PhotoField(
        label=_("签字页的照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        noon = datetime.combine(data["signed_on"], time(12), ZONE)
        return {"signed_at": noon, "paper": data["paper"]}


def offered_label(row: Proposal) -> str:
    """Somebody who is proposed; of a unit that is not ticked also why it stands there."""
    label = seat_label(row.seat, row.name)
    return with_note(label, gettext("按主题和地方提议")) if row.unit and not row.is_likely else label


def seat_label(seat: str, name: str) -> str:
    """ "利益相关方：三号楼住户代表", in the language that is active."""
    return labelled(SEATS[Seat(seat)], name)
