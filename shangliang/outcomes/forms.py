"""Forms of the desk and of the rating page. They translate; the actions judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.kit import clock
from shangliang.kit.punctuation import with_note
from shangliang.outcomes.labels import LEVELS, OUTCOME_KINDS, PERIODS, REPLY_KINDS, ROUTES
from shangliang.outcomes.states import Level, OutcomeKind, Period, RatedBy, ReplyKind, Route
from shangliang.people.models import Unit
from shangliang.rulebook import book

ORDERS = 3  # rows offered at once; more come by saving
LONGEST_TEXT = 2000


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Doers by name with the kind behind it."""

    def label_from_instance(self, obj: Any) -> str:
        return with_note(obj.name, obj.get_kind_display())


class DraftForm(forms.Form):
    """The draft of an outcome."""

    needed = ("text",)

    kind = forms.ChoiceField(
        label=_("成果形式"),
        choices=[
            (kind.value, OUTCOME_KINDS[kind]) for kind in OutcomeKind if kind != OutcomeKind.QUICK_ANSWER
        ],
    )
    text = forms.CharField(
        label=_("成果内容"),
        widget=forms.Textarea,
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("已从协商记录带出，可以修改。"),
    )
    route = forms.ChoiceField(
        label=_("由谁来办"),
        choices=[("", _("不需要办（共识、信息、建议）")), *((route.value, ROUTES[route]) for route in Route)],
        required=False,
    )


class ReportForm(forms.Form):
    """报送."""

    needed = ("reported_to",)

    reported_to = forms.CharField(
        label=_("报送给"), max_length=60, required=False, help_text=_("例如：区委、区政府")
    )


class OrderForm(forms.Form):
    """One commitment while it is being assigned."""

    needed = ("what", "how_seen", "due_on")

    measure_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = forms.CharField(label=_("办什么"), max_length=120, required=False)
    how_seen = forms.CharField(
        label=_("怎样算办好"), max_length=120, required=False, help_text=_("让人看得见的标准。")
    )
    lead = UnitChoice(label=_("主办"), queryset=Unit.objects.none(), required=False)
    co_units = forms.ModelMultipleChoiceField(label=_("协办"), queryset=Unit.objects.none(), required=False)
    period = forms.ChoiceField(
        label=_("难易"), choices=[(p.value, PERIODS[p]) for p in Period], initial=Period.NORMAL.value
    )
    due_on = forms.DateField(
        label=_("办结日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = units if units is not None else Unit.objects.none()
        for name in ("lead", "co_units"):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]  # both are model choice fields

    def is_blank(self) -> bool:
        """A row that nobody touched."""
        return not any(self.cleaned_data.get(name) for name in ("what", "how_seen", "lead", "due_on"))


class DecisionForm(forms.Form):
    """批示, and what is adopted only in part."""

    needed = ("approval_no",)

    approval_no = forms.CharField(label=_("批示文号"), max_length=60, required=False)
    approval_on = forms.DateField(
        label=_("批示日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    partly_because = forms.CharField(
        label=_("只采纳一部分的理由"), max_length=300, required=False, help_text=_("全部采纳就不用填。")
    )


class ReasonForm(forms.Form):
    """A reason that people will read."""

    needed = ("reason",)

    reason = forms.CharField(label=_("理由"), max_length=300, required=False, widget=forms.Textarea)


class PlanForm(forms.Form):
    """How the doer wants to go about it."""

    needed = ("plan",)

    plan = forms.CharField(label=_("打算怎么办"), max_length=300, required=False, widget=forms.Textarea)


class ExtendForm(ReasonForm):
    """More time."""

    until = forms.DateField(
        label=_("延到哪天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ReplyForm(forms.Form):
    """答复 A, B or C."""

    needed = ("text",)

    kind = forms.ChoiceField(
        label=_("答复类别"), choices=[(k.value, REPLY_KINDS[k]) for k in ReplyKind], widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("办理情况"), max_length=500, required=False, widget=forms.Textarea)
    planned_on = forms.DateField(
        label=_("计划办理（或再次研究）的日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("类别 B、C 必填。"),
    )
    evidence = forms.FileField(
        label=_("办好后的照片"), required=False, help_text=_("不是必须。请不要拍到人脸和门牌。")
    )


class ReassignForm(forms.Form):
    """Who does it now."""

    lead = UnitChoice(label=_("主办"), queryset=Unit.objects.none())
    co_units = forms.ModelMultipleChoiceField(label=_("协办"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = units if units is not None else Unit.objects.none()
        for name in ("lead", "co_units"):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]  # both are model choice fields


class ResumeForm(forms.Form):
    """A planned matter is taken up."""

    due_on = forms.DateField(
        label=_("新的办结日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RatingForm(forms.Form):
    """Five levels, solved or not, and why."""

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
    reason = forms.CharField(
        label=_("想说的话"),
        required=False,
        widget=forms.Textarea,
        help_text=_("不满意时请说说原因。"),
    )

    def clean_reason(self) -> str:
        """As long as the rulebook lets it be."""
        reason = str(self.cleaned_data["reason"])
        most = book().at(clock.today()).integer("outcomes.rating_text_characters")
        if len(reason) > most:
            raise forms.ValidationError(
                _("最多写 %(n)s 个字，现在有 %(now)s 个。") % {"n": most, "now": len(reason)}
            )
        return reason


class EnteredRatingForm(RatingForm):
    """An answer entered for somebody."""

    rated_by = forms.ChoiceField(
        label=_("怎么得到的"),
        choices=[
            (RatedBy.ROOM_CLERK.value, _("联络员代录（显示，不计分）")),
            (RatedBy.PAPER_CARD.value, _("密封的纸面评价卡（镇、街道拆封）")),
            (RatedBy.CALL_BACK.value, _("议事室以外的人电话回访")),
        ],
    )


class DecideForm(ReasonForm):
    """The district's decision after a second "not solved"."""

    verdict = forms.ChoiceField(
        label=_("裁定"),
        choices=[("redo", _("重新办理")), ("done", _("已经办结")), ("not_done", _("确实办不成"))],
        widget=forms.RadioSelect,
    )


class LookBackForm(forms.Form):
    """回头看."""

    still_holds = forms.TypedChoiceField(
        label=_("现在还好吗？"),
        coerce=lambda raw: raw == "yes",
        choices=[("yes", _("仍然有效")), ("no", _("又出了问题"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("看到的情况"), max_length=200, required=False)
