"""What this app hands in: the remark about the system, with everything that can be done to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import Permission
from shangliang.access.things import FOLD, PRESS, Act, Section, Thing
from shangliang.feedback import actions, forms
from shangliang.feedback.labels import HISTORY, TASKS, UNMET
from shangliang.feedback.models import Feedback
from shangliang.feedback.permissions import feedback_for
from shangliang.feedback.states import FEEDBACK
from shangliang.feedback.views import desk
from shangliang.kit.text import shortened

SHORT = 40  # characters of somebody's words on a desk line

FEEDBACKS = Thing(
    kind="feedback",
    label=_("意见建议"),
    rows=lambda actor: Feedback.objects.visible_to(actor),
    title=lambda row: shortened(row.text, SHORT),
    place=lambda row: row.page,
    page="desk_feedback_one",
    listed="desk_feedback",
    find=feedback_for,
    act_page="feedback_do",
    machine=FEEDBACK,
    history=HISTORY,
    tasks=TASKS,
    answers={"feedback.answer_days": ("answer",)},
    unmet=UNMET,
    acts=(
        Act(
            "answer",
            ("answer",),
            _("答复"),
            actions.answer,
            button=_("送出答复"),
            said=_("已答复，提意见的人在自己的那一页上看得到。"),
            form=forms.AnswerForm,
            next=_("去答复"),
        ),
        Act(
            "pass-on",
            ("pass_on",),
            _("不是系统的事：告诉他该找谁"),
            actions.pass_on,
            button=_("告诉他"),
            said=_("已告诉他该找谁。"),
            form=forms.PassOnForm,
            look=FOLD,
        ),
        Act(
            "reveal",
            ("reveal",),
            _("查看电话"),
            actions.reveal,
            button=_("查看"),
            then=desk.with_phone,
            look=PRESS,
        ),
    ),
)
THINGS = (FEEDBACKS,)
SECTIONS = (Section("desk_feedback", _("意见建议"), Permission.FEEDBACK_ANSWER),)
SHORTCUTS = (Section("feedback_enter", _("代录意见建议"), Permission.FEEDBACK_ENTER),)
