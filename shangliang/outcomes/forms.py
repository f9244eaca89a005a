"""Forms of the desk and of the rating page. They translate; the actions judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from shangliang.access.forms import Day, days_behind, days_due
from shangliang.access.roles import Role
from shangliang.accounts.queries import holders_by_unit
from shangliang.deliberations.models import Measure
from shangliang.kit import clock, ids
from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, Files, ManyFiles, OfficeWords, PublicWords, Words
from shangliang.kit.images import Unfit, clean_photo
from shangliang.kit.papers import clean_paper
from shangliang.kit.punctuation import labelled, with_note
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.actions.handling import Answer, Attached
from shangliang.outcomes.actions.rating import Opinion
from shangliang.outcomes.labels import LEVELS, OUTCOME_KINDS, PERIODS, REPLY_KINDS, ROUTES
from shangliang.outcomes.models import Ask, Commitment, LookBack, Outcome, Reply
from shangliang.outcomes.states import FileKind, Level, OutcomeKind, Period, RatedBy, ReplyKind, Route
from shangliang.people.models import Unit
from shangliang.rulebook import book
from shangliang.topics.actions import held_files

EMPTY_LINES = 3  # folded below what the record holds; where it holds nothing the first stands open
LONGEST_TEXT = 2000
ENTERED = {
    RatedBy.ROOM_CLERK: _("联络员代录（显示，不计分）"),
    RatedBy.PAPER_CARD: _("密封的纸面评价卡（镇、街道拆封）"),
    RatedBy.CALL_BACK: _("议事室以外的人电话回访"),
}


@dataclass(frozen=True)
class Doers:
    """The units of which some may be chosen, read once for all the lists of a page."""

    units: Mapping[str, Unit]
    with_account: frozenset[str]  # codes of those that somebody signs in for

    @classmethod
    def of(cls, units: Iterable[Unit], day: date) -> Doers:
        found = {str(unit.pk): unit for unit in units}
        codes = [unit.code for unit in found.values()]
        return cls(found, frozenset(holders_by_unit(Role.DOER.value, day, codes)))

    def choices(self) -> list[tuple[str, str]]:
        """By name, with the kind behind it; before it that the system reaches nobody there."""
        return [(key, self._label(unit)) for key, unit in self.units.items()]

    def _label(self, unit: Unit) -> str:
        label = with_note(unit.name, unit.get_kind_display())
        # in front, for a phone shows the beginning of what is chosen
        return label if unit.code in self.with_account else labelled(_("没有账号"), label)

    def lead(self, label: Any, empty: Any, *, required: bool) -> forms.TypedChoiceField:
        """主办: one, or none."""
        return forms.TypedChoiceField(
            label=label,
            required=required,
            help_text=_("写着“没有账号”的，系统里收不到、也签收不了，要先打电话说好。"),
            coerce=self.units.__getitem__,
            empty_value=None,
            choices=[("", empty), *self.choices()],
        )

    def helpers(self, label: Any) -> forms.TypedMultipleChoiceField:
        """协办: several."""
        return forms.TypedMultipleChoiceField(
            label=label,
            required=False,
            coerce=self.units.__getitem__,
            choices=self.choices(),
            widget=forms.CheckboxSelectMultiple,
        )


class DraftForm(AsksBack):
    """The draft of an outcome."""

    needed = ("text", "route")

    kind = forms.ChoiceField(
        label=_("成果形式"),
        choices=[
            (kind.value, OUTCOME_KINDS[kind]) for kind in OutcomeKind if kind != OutcomeKind.QUICK_ANSWER
        ],
    )
    text = OfficeWords(
        label=_("成果内容"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("已从协商记录带出，可以修改。"),
    )
    route = forms.ChoiceField(
        label=_("由谁来办"),
        choices=[("", _("请选择")), *((route.value, ROUTES[route]) for route in Route)],
        required=False,
        help_text=_("凝聚共识、社情民意信息、提案、代表建议和提请表决的建议，不用选。"),
    )


class ExplainForm(forms.Form):
    """Why it is late, for the leader who asked."""

    needed = ("text",)

    text = Words(
        label=_("为什么晚了，打算什么时候办好"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=longest(Ask, "explanation"),
        required=False,
        help_text=_("过问的领导、交办单位和区推进办看得到，不公开。"),
    )


class ReportForm(AsksBack):
    """报送."""

    needed = ("reported_to",)

    reported_to = OfficeWords(
        label=_("报送给"),
        max_length=longest(Outcome, "reported_to"),
        required=False,
        help_text=_("例如：区委、区政府"),
    )


def _is_ahead(day: date | None) -> bool:
    """Whether it can still be kept: a day that has passed is proposed to nobody."""
    return day is not None and day >= clock.today()


class AssignForm(AsksBack):
    """Who does what by when, line by line; and by whose word: the community's own, the town's, or a 批示."""

    def __init__(
        self,
        *args: Any,
        doers: Doers,
        measures: Sequence[Measure] = (),
        route: Route = Route.TOWN,
        may_be_the_room: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.is_reported = route == Route.REPORTED
        may_be_the_room = may_be_the_room and not self.is_reported
        if self.is_reported:
            self.fields.update(_decision_fields())
        else:
            offered = [Route.TOWN, Route.COMMUNITY] if may_be_the_room else [Route.TOWN]
            self.fields["route"] = forms.ChoiceField(
                label=_("由谁来办"),
                choices=[(each.value, ROUTES[each]) for each in offered],
                initial=route.value,
                widget=forms.RadioSelect,
            )
        self.measure_ids = {line: measure.pk for line, measure in enumerate(measures, start=1)}
        self.numbers = range(1, len(measures) + EMPTY_LINES + 1)
        for line in self.numbers:
            fields = _line_fields(doers, may_be_the_room=may_be_the_room)
            self.fields |= {f"{name}-{line}": field for name, field in fields.items()}
        for line, measure in enumerate(measures, start=1):
            self.initial.update(
                {
                    f"what-{line}": measure.what,
                    f"how_seen-{line}": measure.how_seen,
                    f"lead-{line}": measure.unit_id,
                    f"due_on-{line}": measure.due_on if _is_ahead(measure.due_on) else None,
                }
            )
        self.needed = {name for name in self.fields if not name.startswith(MAY_BE_EMPTY)}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The fields of each line by name, for the page, and its number; those of the record, or the first."""
        return [self._line(line) for line in self.numbers if line <= max(len(self.measure_ids), 1)]

    @property
    def more(self) -> list[dict[str, Any]]:
        """The lines that stand folded, with whether something was written there."""
        return [self._line(line) for line in self.numbers if line > max(len(self.measure_ids), 1)]

    def _line(self, line: int) -> dict[str, Any]:
        fields: dict[str, BoundField] = {name: self[f"{name}-{line}"] for name in LINE}
        is_open = any(fields[name].value() for name in ("what", "how_seen", "lead", "due_on"))
        helping = fields["co_units"].value() or ()
        return {**fields, "number": line, "is_open": is_open, "helping": len(helping)}

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        found: dict[str, Any] = {"orders": [order for line in self.numbers for order in self._order(line)]}
        if not self.is_reported:
            return {**found, "route": Route(data["route"])}
        decision = Decision(data["approval_no"], data["approval_on"], data["partly_because"])
        return {**found, "route": Route.REPORTED, "decision": decision}

    def _order(self, line: int) -> Iterator[Order]:
        """What stands in a line; nothing where nobody touched it."""
        data = {name: self.cleaned_data[f"{name}-{line}"] for name in LINE}
        if any(data[name] for name in ("what", "how_seen", "lead", "due_on")):
            yield Order(
                what=data["what"].strip(),
                how_seen=data["how_seen"].strip(),
                lead=data["lead"],
                co_units=tuple(data["co_units"]),
                period=Period(data["period"] or Period.NORMAL),
                due_on=data["due_on"],
                measure_id=self.measure_ids.get(line),
                line=line,
            )


LINE = ("what", "how_seen", "lead", "co_units", "period", "due_on")
MAY_BE_EMPTY = ("co_units", "approval_on", "partly_because", "keeps_data")


def _line_fields(doers: Doers, *, may_be_the_room: bool) -> dict[str, forms.Field]:
    """One promise; nothing is required here, because a line that nobody touched is no promise."""
    empty = _("村（社区）自己办的不用选") if may_be_the_room else _("请选择")
    return {
        "what": PublicWords(
            by_office=True, label=_("办什么"), max_length=longest(Commitment, "what"), required=False
        ),
        "how_seen": PublicWords(
            by_office=True,
            label=_("办结标准"),
            max_length=longest(Commitment, "how_seen"),
            required=False,
            help_text=_("让人看得见的标准。"),
        ),
        "lead": doers.lead(_("主办"), empty, required=False),
        "co_units": doers.helpers(_("协办")),
        "period": forms.ChoiceField(
            label=_("难易"),
            choices=[(p.value, PERIODS[p]) for p in Period],
            initial=Period.NORMAL.value,
            required=False,
        ),
        "due_on": Day(label=_("办结日期"), required=False, near=days_due),
    }


def _decision_fields() -> dict[str, forms.Field]:
    """批示, and what is adopted only in part."""
    return {
        "approval_no": Words(label=_("批示文号"), max_length=longest(Outcome, "approval_no"), required=False),
        "approval_on": Day(label=_("批示日期"), required=False, near=days_behind),
        "partly_because": OfficeWords(
            label=_("只采纳一部分的理由"),
            max_length=longest(Outcome, "decision_reason"),
            required=False,
            help_text=_("全部采纳就不用填。"),
        ),
    }


class ReasonForm(AsksBack):
    """A reason that people will read."""

    needed: tuple[str, ...] = ("reason",)

    reason = OfficeWords(
        label=_("理由"),
        max_length=longest(Outcome, "decision_reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclineForm(AsksBack):
    """Why it is not ours."""

    needed = ("reason",)

    reason = OfficeWords(
        label=_("理由"),
        max_length=longest(Commitment, "decline_reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlanForm(AsksBack):
    """How the doer wants to go about it."""

    needed = ("plan",)

    plan = OfficeWords(
        label=_("打算怎么办"),
        max_length=longest(Commitment, "work_plan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtendForm(DeclineForm):
    """More time."""

    until = Day(label=_("延到哪天"), near=days_due)
    field_order = ("until", "reason")


class ReplyForm(forms.Form):
    """答复 A, B or C. Files that were chosen are kept while something else is put right."""

    needed = ("text", "planned_on")

    kind = forms.ChoiceField(
        label=_("答复类别"), choices=[(k.value, REPLY_KINDS[k]) for k in ReplyKind], widget=forms.RadioSelect
    )
    text = PublicWords(
        by_office=True,
        label=_("办理情况"),
        max_length=longest(Reply, "text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    planned_on = Day(
        label=_("计划办理（或再次研究）的日期（类别 B、C 必填）"),
        required=False,
        near=days_due,
    )
    before = Files(
        label=_("办之前的照片"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/*"}),
    )
    after = Files(
        label=_("办好后的照片"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/*"}),
        help_text=_("都不是必须，可以一次选几张。请不要拍到人脸、车牌和门牌。"),
    )
    letter = forms.FileField(
        label=_("答复函"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,image/*"}),
        help_text=_(
            "PDF、Word（docx）或者照片。里面不要有反映人的姓名、住址、电话；审核以后，反映人和大家看得到。"
            "文件里记着的作者、电脑、拍摄地点会自动去掉；PDF 上有电子签章的原样保留。"
        ),
    )
    held = Words(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, megabytes: int, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.megabytes, self.most = megabytes, most
        self.chosen: dict[FileKind, list[Attached]] = {}

    def clean_before(self) -> None:
        self._photos(FileKind.BEFORE)

    def clean_after(self) -> None:
        self._photos(FileKind.AFTER)

    def _photos(self, kind: FileKind) -> None:
        """Photos by their content, not by their names; only their pixels are kept."""
        uploads = self.cleaned_data[kind.value]
        if len(uploads) > self.most:
            raise forms.ValidationError(_("一次最多选 %(most)s 张照片。"), params={"most": self.most})
        found = []
        for upload in uploads:
            try:
                photo = clean_photo(upload, megabytes=self.megabytes)
            except Unfit as unfit:
                raise forms.ValidationError(labelled(upload.name, str(unfit))) from unfit
            found.append(Attached(kind, photo.photo))
        if found:
            self.chosen[kind] = found

    def clean_letter(self) -> None:
        """A PDF or a Word file without who wrote it, a photo of the sheet by its pixels."""
        upload = self.cleaned_data["letter"]
        if not upload:
            return
        try:
            paper = clean_paper(upload, megabytes=self.megabytes)
        except Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit
        self.chosen[FileKind.LETTER] = [Attached(FileKind.LETTER, paper.data, paper.ending)]

    def clean(self) -> None:
        if self.errors:
            self._hold()

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self._hold()

    def _hold(self) -> None:
        """Keep the files for the next try, and say so."""
        held = held_by_kind(self.data)
        for kind, files in self.chosen.items():
            held_files.drop(held[kind])
            held[kind] = [held_files.hold_file(each.data, each.ending) for each in files]
        if self.chosen:
            self.chosen = {}
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["held"] = BETWEEN.join(held_files.sealed(held[kind]) for kind in FileKind)
            self.data = data
        for kind, names in held.items():
            if names:
                # of the field as drawn: it took over the hint of its field before it was cleaned
                self[kind.value].help_text = _("刚才选的还在（%(n)s 份），不用再选；要换就重新选。") % {
                    "n": len(names)
                }

    def facts(self) -> dict[str, Any]:
        data, held = self.cleaned_data, held_by_kind(self.data)
        files = [
            each
            for kind in FileKind
            for each in self.chosen.get(kind)
            or [Attached(kind, *held_files.file(name)) for name in held[kind]]
        ]
        answer = Answer(ReplyKind(data["kind"]), data["text"], data["planned_on"], tuple(files))
        return {"answer": answer}


BETWEEN = "|"  # no seal holds it


def held_by_kind(data: Mapping[str, Any]) -> dict[FileKind, list[str]]:
    """The names of the files kept from the last try; of each kind a seal of its own."""
    hours = book().at(clock.today()).integer("topics.form_hours")
    seals = data.get("held", "").split(BETWEEN)
    if len(seals) != len(FileKind):
        return {kind: [] for kind in FileKind}
    return {kind: held_files.opened(seal, hours) for kind, seal in zip(FileKind, seals, strict=True)}


class ReassignForm(forms.Form):
    """Who does it now."""

    def __init__(self, *args: Any, doers: Doers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"] = doers.lead(_("主办"), _("请选择"), required=True)
        self.fields["co_units"] = doers.helpers(_("协办"))


class HandOnForm(ReassignForm):
    """Who does it now, though somebody has begun; and why."""

    needed = ("reason",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = Words(
            label=_("为什么改派"),
            max_length=longest(Commitment, "hand_on_reason"),
            required=False,
            help_text=_("原来的和新的承办单位都看得到。办结日期不变，要改的另外延期。"),
        )


class ResumeForm(forms.Form):
    """A planned matter is taken up."""

    due_on = Day(label=_("新的办结日期"), near=days_due)


RATED, ASKED_BACK = ("is_solved", "level", "reason", "for_district"), ("is_meant", "keeps_data")


class RatingForm(forms.Form):
    """Five levels, solved or not, and why."""

    needed = ("reason",)  # of whoever is not satisfied: its label says so
    looks = {"is_solved": "across", "level": "rating"}  # noqa: RUF012  read by the component that draws it

    level = forms.TypedChoiceField(
        label=_("您满意吗？"),
        coerce=int,
        choices=[(level.value, LEVELS[level]) for level in Level],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    is_solved = forms.TypedChoiceField(
        label=_("事情解决了吗？"),
        coerce=lambda raw: raw == "yes",
        choices=[("yes", _("解决了")), ("no", _("没有解决"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    reason = Words(
        label=_("想说的话（不满意的，请写明原因）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    for_district = forms.BooleanField(
        label=_("这些话只给区推进办看"),
        required=False,
        help_text=_("勾上以后，承办单位、交办单位、镇（街道）和议事室都看不到这些话。"),
    )
    # Drawn only where the answer was asked back (`add_error`).
    is_meant = forms.BooleanField(
        label=_("没有点错：事情没有解决，对办理的态度我满意"), required=False, widget=forms.HiddenInput
    )
    keeps_data = forms.BooleanField(label=_("就这样送出"), required=False, widget=forms.HiddenInput)
    field_order: tuple[str, ...] = (*RATED, *ASKED_BACK)

    def clean_reason(self) -> str:
        """As long as the rulebook lets it be."""
        reason = str(self.cleaned_data["reason"])
        most = book().at(clock.today()).integer("outcomes.rating_text_characters")
        if len(reason) > most:
            raise forms.ValidationError(
                _("最多写 %(n)s 个字，现在有 %(now)s 个。") % {"n": most, "now": len(reason)}
            )
        return reason

    def add_error(self, field: Any, error: Any) -> None:
        """What is asked back gets its box to tick."""
        super().add_error(field, error)
        if field in ASKED_BACK:
            self.fields[field].widget = forms.CheckboxInput()

    @property
    def opinion(self) -> Opinion:
        """What was answered."""
        data = self.cleaned_data
        asked_back = {name: data[name] for name in ASKED_BACK}
        return Opinion(
            Level(data["level"]), data["is_solved"], data["reason"], data["for_district"], **asked_back
        )


class EnteredRatingForm(RatingForm):
    """An answer entered for somebody, by one of the ways that are open to whoever enters it."""

    rated_by = forms.ChoiceField(label=_("怎么得到的"))
    slip = Words(
        label=_("回执号"),
        required=False,
        help_text=_("卡片上写了、电话里报了的就填：同一个人只算一次，以最后一次为准。"),
    )
    field_order = ("rated_by", "slip", *RATED, *ASKED_BACK)

    def __init__(self, *args: Any, ways: Sequence[RatedBy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rated_by"].choices = [(way.value, ENTERED[way]) for way in ways]  # type: ignore[attr-defined]  # a choice field

    def clean_slip(self) -> str:
        """Twelve digits, however they are written."""
        typed = str(self.cleaned_data["slip"])
        slip = ids.read_slip(typed) if typed else ""
        if slip is None:
            raise forms.ValidationError(_("这个号不对，回执号是 12 位数字，请再核对一遍。"))
        return slip

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"opinion": self.opinion, "rated_by": RatedBy(data["rated_by"]), "slip": data["slip"]}


class DecideForm(ReasonForm):
    """The district's decision after a second "not solved"."""

    verdict = forms.ChoiceField(
        label=_("裁定"),
        choices=[("redo", _("重新办理")), ("done", _("已经办结")), ("not_done", _("确实办不成"))],
        widget=forms.RadioSelect,
    )
    field_order = ("verdict", "reason")

    def facts(self) -> dict[str, Any]:
        verdict = self.cleaned_data["verdict"]
        return {
            "redo": verdict == "redo",
            "done": verdict == "done",
            "reason": self.cleaned_data["reason"],
        }


class LookBackForm(AsksBack):
    """回头看."""

    looks = {"still_holds": "across"}  # noqa: RUF012  read by the component that draws it

    still_holds = forms.TypedChoiceField(
        label=_("现在还好吗？"),
        coerce=lambda raw: raw == "yes",
        choices=[("yes", _("仍然有效")), ("no", _("又出了问题"))],
        widget=forms.RadioSelect,
    )
    note = OfficeWords(label=_("看到的情况"), max_length=longest(LookBack, "note"), required=False)
