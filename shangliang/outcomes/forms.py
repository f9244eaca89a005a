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
from shangliang.kit.papers import PHOTO, clean_paper
from shangliang.kit.punctuation import labelled, with_note
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.actions.handling import Answer, Attached
from shangliang.outcomes.actions.rating import Opinion
from shangliang.outcomes.actions.told import Told
from shangliang.outcomes.labels import LEVELS, OUTCOME_KINDS, PERIODS, REPLY_KINDS, ROUTES, WAYS
from shangliang.outcomes.models import Ask, Commitment, LookBack, Outcome, Reply
from shangliang.outcomes.states import FileKind, Level, OutcomeKind, Period, RatedBy, ReplyKind, Route, Way
from shangliang.people.models import Unit
from shangliang.rulebook import book
from shangliang.topics.actions import held_files

EMPTY_LINES = 3  # folded below what the record holds; where it holds nothing the first stands open
LONGEST_TEXT = 2000
ROOM = "room"  # chosen as 主办: the community itself
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

    def _grouped(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Those that somebody signs in for, then the others."""
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for key, label in self.choices():
            (own if self.units[key].code in self.with_account else others).append((key, label))
        groups = [(_("有账号，自己签收、答复"), own), (_("没有账号，打电话联系，由人代录"), others)]
        return [group for group in groups if group[1]]

    def _label(self, unit: Unit) -> str:
        label = with_note(unit.name, unit.get_kind_display())
        # in front, for a phone shows the beginning of what is chosen
        return label if unit.code in self.with_account else labelled(_("没有账号"), label)

    def lead(
        self, label: Any, empty: Any, *, required: bool, may_be_the_room: bool = False
    ) -> forms.TypedChoiceField:
        """主办: one, or none; `may_be_the_room`: or the community itself, read as `ROOM`."""
        own = [(ROOM, ROUTES[Route.COMMUNITY])] if may_be_the_room else []
        return forms.TypedChoiceField(
            label=label,
            required=required,
            help_text=_(
                "有账号的，自己在系统里签收、答复。“没有账号”的系统里收不到：请先打电话说好，"
                "签收、计划、答复由交办的办公室（村、社区自己办的由联络员）替他们录入，写明是代录。"
            ),
            coerce=lambda key: ROOM if key == ROOM else self.units[key],
            empty_value=None,
            choices=[("", empty), *own, *self._grouped()],
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


class HearForm(AsksBack):
    """What the district passes on of what was said to it alone."""

    needed: tuple[str, ...] = ()

    note = OfficeWords(
        label=_("转告承办单位和联络员的话"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=longest(Commitment, "district_note"),
        required=False,
        help_text=_("不用转告就空着。不要写是谁说的，也不要照抄群众的原话。"),
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
        self.said = {
            line: measure.unit.name if measure.unit else measure.doer_text
            for line, measure in enumerate(measures, start=1)
        }
        self.numbers = range(1, len(measures) + EMPTY_LINES + 1)
        for line in self.numbers:
            fields = _line_fields(doers, may_be_the_room=may_be_the_room)
            self.fields |= {f"{name}-{line}": field for name, field in fields.items()}
        own = may_be_the_room and route == Route.COMMUNITY
        for line, measure in enumerate(measures, start=1):
            self.initial.update(
                {
                    f"what-{line}": measure.what,
                    f"how_seen-{line}": measure.how_seen,
                    f"lead-{line}": measure.unit_id or (ROOM if own else None),
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
        said = self.said.get(line, "")
        return {**fields, "number": line, "is_open": is_open, "helping": len(helping), "said": said}

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
                lead=None if data["lead"] == ROOM else data["lead"],
                co_units=tuple(data["co_units"]),
                period=Period(data["period"] or Period.NORMAL),
                due_on=data["due_on"],
                measure_id=self.measure_ids.get(line),
                line=line,
                by_room=data["lead"] == ROOM,
            )


LINE = ("what", "how_seen", "lead", "co_units", "period", "due_on")
MAY_BE_EMPTY = ("co_units", "approval_on", "partly_because", "keeps_data")


def _line_fields(doers: Doers, *, may_be_the_room: bool) -> dict[str, forms.Field]:
    """One promise; nothing is required here, because a line that nobody touched is no promise."""
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
        "lead": doers.lead(_("主办"), _("请选择"), required=False, may_be_the_room=may_be_the_room),
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

    needed: tuple[str, ...] = ("reason",)

    reason = OfficeWords(
        label=_("理由"),
        max_length=longest(Commitment, "decline_reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlanForm(AsksBack):
    """How the doer wants to go about it."""

    needed: tuple[str, ...] = ("plan",)

    plan = OfficeWords(
        label=_("打算怎么办"),
        max_length=longest(Commitment, "work_plan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtendForm(DeclineForm):
    """More time."""

    until = Day(label=_("延到哪天"), near=days_due)
    field_order: tuple[str, ...] = ("until", "reason")


class KeepsFiles(forms.Form):
    """A form with files: those that were chosen are kept while something else is put right."""

    kinds: tuple[str, ...] = ()  # the names of the fields with files

    held = Words(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, megabytes: int, most: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.megabytes, self.most = megabytes, most
        self.chosen: dict[str, list[File]] = {}

    def take_photos(self, kind: str) -> None:
        """Photos by their content, not by their names; only their pixels are kept."""
        given = self.cleaned_data[kind]
        uploads = given if isinstance(given, list) else [given] if given else []
        if len(uploads) > self.most:
            raise forms.ValidationError(_("一次最多选 %(most)s 张照片。"), params={"most": self.most})
        found = []
        for upload in uploads:
            try:
                photo = clean_photo(upload, megabytes=self.megabytes)
            except Unfit as unfit:
                raise forms.ValidationError(labelled(upload.name, str(unfit))) from unfit
            found.append((photo.photo, PHOTO))
        if found:
            self.chosen[kind] = found

    def kept(self, kind: str) -> list[File]:
        """Those of now, else those of the last try."""
        held = held_by_kind(self.data, self.kinds)[kind]
        return self.chosen.get(kind) or [held_files.file(name) for name in held]

    @property
    def keeps_files(self) -> bool:
        """Whether everything that was chosen lies ready for the next try."""
        held = held_by_kind(self.data, self.kinds)
        return all(held[kind] for kind in self.kinds if kind in self.files)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if self.errors:
            self._hold()
        return found

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self._hold()

    def _hold(self) -> None:
        """Keep the files for the next try, and say so."""
        held = held_by_kind(self.data, self.kinds)
        for kind, files in self.chosen.items():
            held_files.drop(held[kind])
            held[kind] = [held_files.hold_file(data, ending) for data, ending in files]
        if self.chosen:
            self.chosen = {}
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["held"] = BETWEEN.join(held_files.sealed(held[kind]) for kind in self.kinds)
            self.data = data
        for kind, names in held.items():
            if names:
                # of the field as drawn: it took over the hint of its field before it was cleaned
                self[kind].help_text = _("刚才选的还在（%(n)s 份），不用再选；要换就重新选。") % {
                    "n": len(names)
                }


File = tuple[bytes, str]  # what it holds, and its ending
BETWEEN = "|"  # no seal holds it


def held_by_kind(data: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, list[str]]:
    """The names of the files kept from the last try; of each kind a seal of its own."""
    seals = data.get("held", "").split(BETWEEN)
    if len(seals) != len(kinds):
        return {kind: [] for kind in kinds}
    return {kind: _opened(seal) for kind, seal in zip(kinds, seals, strict=True)}


def held_names(data: Mapping[str, Any]) -> list[str]:
    """The names of all of them."""
    return [name for seal in data.get("held", "").split(BETWEEN) for name in _opened(seal)]


def _opened(seal: str) -> list[str]:
    return held_files.opened(seal, book().at(clock.today()).integer("topics.form_hours"))


class ReplyForm(KeepsFiles):
    """答复 A, B or C."""

    needed: tuple[str, ...] = ("text", "planned_on")
    kinds = tuple(kind.value for kind in FileKind)

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

    def clean_before(self) -> None:
        self.take_photos(FileKind.BEFORE.value)

    def clean_after(self) -> None:
        self.take_photos(FileKind.AFTER.value)

    def clean_letter(self) -> None:
        """A PDF or a Word file without who wrote it, a photo of the sheet by its pixels."""
        upload = self.cleaned_data["letter"]
        if not upload:
            return
        try:
            paper = clean_paper(upload, megabytes=self.megabytes)
        except Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit
        self.chosen[FileKind.LETTER.value] = [(paper.data, paper.ending)]

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        files = [Attached(kind, *file) for kind in FileKind for file in self.kept(kind.value)]
        return {"answer": Answer(ReplyKind(data["kind"]), data["text"], data["planned_on"], tuple(files))}


class ToldForm(KeepsFiles):
    """代录: how a doer that nobody signs in for has said it, and the photo of what it wrote."""

    looks = {"way": "across"}  # noqa: RUF012  read by the component that draws it
    needed: tuple[str, ...] = ("paper",)  # of what came on paper: its label says so
    kinds: tuple[str, ...] = ("paper",)

    way = forms.ChoiceField(
        label=_("对方怎么说的"), choices=[(way.value, WAYS[way]) for way in Way], widget=forms.RadioSelect
    )
    paper = forms.FileField(
        label=_("书面材料的照片（书面的要有）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("只给看得到这件事的工作人员和审核的人看，不公开。"),
    )

    def clean_paper(self) -> None:
        self.take_photos("paper")

    def facts(self) -> dict[str, Any]:
        found = self._said()
        papers = self.kept("paper")
        return {**found, "told": Told(Way(self.cleaned_data["way"]), papers[0][0] if papers else None)}

    def _said(self) -> dict[str, Any]:
        """What the doer has said: the facts of its own form."""
        beside = {"way", "paper", "held"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}


class ToldPlanForm(ToldForm, PlanForm):
    """How the doer wants to go about it, as an office was told."""

    needed = (*PlanForm.needed, *ToldForm.needed)
    field_order = ("way", "plan", "paper")


class ToldDeclineForm(ToldForm, DeclineForm):
    """Why it is not the doer's, as an office was told."""

    needed = (*DeclineForm.needed, *ToldForm.needed)
    field_order: tuple[str, ...] = ("way", "reason", "paper")


class ToldExtendForm(ToldForm, ExtendForm):
    """More time, as an office was told."""

    needed = (*ExtendForm.needed, *ToldForm.needed)
    field_order = ("way", "until", "reason", "paper")


class ToldReplyForm(ToldForm, ReplyForm):
    """The doer's answer, as an office was told."""

    needed = (*ReplyForm.needed, *ToldForm.needed)
    kinds = (*ReplyForm.kinds, *ToldForm.kinds)
    field_order = ("way", "paper", "kind", "text", "planned_on")

    def _said(self) -> dict[str, Any]:
        return ReplyForm.facts(self)


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
