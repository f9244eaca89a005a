"""What the gallery shows: invented matters, every component in every state."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from shangliang.access.forms import Day, Moment, days_behind
from shangliang.figures.showing import NOT_KNOWN
from shangliang.kit.clock import ZONE
from shangliang.kit.forms import Words

SLIP = "407155268092"
ADDRESS = "https://shangliang.example/s/407155268092?k=2fJ8sQx0bTn4hVwLkP6m1A"

STATUS_WORDS = (
    ("received", _("已收到")),
    ("yours", _("需您补充")),
    ("doing", _("了解情况")),
    ("doing", _("商量中")),
    ("doing", _("办理中")),
    ("yours", _("请您评价")),
    ("done", _("已办结")),
    ("undone", _("暂未办成")),
    ("passed", _("已转交")),
    ("merged", _("已合并")),
    ("planned", _("已列入计划")),
    ("late", _("已超期 1 天")),
    ("soon", _("还剩 2 天")),
    ("quiet", _("草稿")),
)
STEPS = (_("收到"), _("了解"), _("商量"), _("办理"), _("评价"), _("办结"))


def way(now: int) -> list[dict[str, Any]]:
    """The six steps of a deep matter, standing at step `now`; past the last one all are behind."""
    state = ("past", "now", "next")
    return [
        {"label": label, "state": state[(step >= now) + (step > now)]} for step, label in enumerate(STEPS)
    ]


class SampleForm(forms.Form):
    """One field of every shape."""

    what = Words(
        label=_("什么事"),
        help_text=_("说清楚是什么、在哪里、从什么时候开始的。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    where = Words(label=_("在哪里"), initial=_("桃园社区 5 号楼前"))
    phone = Words(
        label=_("电话"),
        required=False,
        help_text=_("只用来告诉您办得怎样。加密保存，每次查看都会记在您的回执上。"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    photos = forms.FileField(label=_("照片"), required=False, help_text=_("最多 3 张，不公开。"))
    on = Day(label=_("哪一天"), near=days_behind)
    at = Moment(label=_("什么时候商量"), required=False)
    theme = forms.ChoiceField(
        label=_("主题"), choices=[("", _("请选择")), ("1", _("老旧小区改造")), ("2", _("垃圾清运"))]
    )
    way = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[("1", _("上门")), ("2", _("电话")), ("3", _("纸条")), ("4", _("电视"))],
        widget=forms.RadioSelect,
    )
    who = forms.MultipleChoiceField(
        label=_("请谁来"),
        required=False,
        choices=[("1", _("区住建局")), ("2", _("街道综合行政执法局")), ("3", _("物业公司"))],
        widget=forms.CheckboxSelectMultiple,
    )
    past_the_room = forms.BooleanField(label=_("这件事涉及本村（社区）干部，请直接交上一级"), required=False)
    level = forms.ChoiceField(
        label=_("您觉得办得怎样"),
        choices=[
            ("5", _("很满意")),
            ("4", _("满意")),
            ("3", _("一般")),
            ("2", _("不满意")),
            ("1", _("很不满意")),
        ],
        widget=forms.RadioSelect,
    )


def samples() -> dict[str, Any]:
    """The gallery's whole context."""
    faulty = SampleForm({"where": "", "way": "", "on": "2026-02-30", "at": "2026-12-04"})
    faulty.full_clean()
    return {
        "form": SampleForm(auto_id="f_%s"),
        "faulty": faulty,
        "narrow": SampleForm(auto_id="n_%s", use_required_attribute=False),
        "statuses": STATUS_WORDS,
        "ways": [way(0), way(3), way(len(STEPS))],
        "figures": [
            {"value": 23, "unit": _("场"), "label": _("协商议事"), "url": "#figures"},
            {"value": NOT_KNOWN, "unit": _("件"), "label": _("办结事项"), "url": ""},
            {"value": 412, "unit": _("人次"), "label": _("参加协商"), "url": ""},
        ],
        "leads": [
            {"url": "#next", "label": _("一起转交"), "note": _("桃园社区协商议事室")},
            {"url": "#next", "label": _("写议程"), "note": ""},
        ],
        "beside": [
            {
                "title": _("5 号楼前积水怎么治"),
                "url": "#next",
                "word": _("商量中"),
                "note": _("11月20日（星期五）19:00"),
            },
            {"title": _("雨天 5 号楼前积水"), "url": "#next", "word": _("已收到"), "note": ""},
        ],
        "slip": {"number": SLIP, "address": ADDRESS},
        "unmet": [
            {"sentence": _("还没有写议程。"), "url": "#guard", "link": _("写议程")},
            {"sentence": _("有关居民至少请 1 位，现在 0 位。"), "url": "#guard"},
            {"sentence": _("请一位熟悉消防的委员一起来。"), "url": "#guard", "advice": True},
        ],
        "history": history(),
        "facts": [
            {"label": _("时间"), "value": _("11月20日晚 7:00—8:30")},
            {"label": _("地点"), "value": _("桃园社区协商议事室")},
            {"label": _("主题"), "value": _("5 号楼前积水怎么治")},
            {"label": _("措施"), "missing": _("还没有写，写了才能确认记录")},
            {"label": _("效果"), "value": _("2027 年 1 月再看")},
        ],
        "tabs": [
            {"label": _("待筛选"), "count": 4, "url": "#tabs", "current": True},
            {"label": _("商量中"), "count": 3, "url": "#tabs", "current": False},
            {"label": _("办理中"), "count": 7, "url": "#tabs", "current": False},
            {"label": _("已办结"), "count": "1000+", "url": "#tabs", "current": False},
        ],
        "desk_nav": [
            {"label": _("今天要办"), "count": 4, "url": "/gallery/desk", "current": True},
            {"label": _("来件与议题"), "count": 11, "url": "#", "current": False},
            {"label": _("协商活动"), "count": 3, "url": "#", "current": False},
            {"label": _("商定的事"), "count": 7, "url": "#", "current": False},
            {"label": _("议事室"), "url": "#", "current": False},
            {"label": _("人员"), "url": "#", "current": False},
        ],
        "page": Paginator(range(60), 20).page(2),
        "places": [
            {"name": _("镇江市"), "url": "#places"},
            {"name": _("京口区"), "url": "#places"},
            {"name": _("正东路街道")},
        ],
        "tallies": [
            (_("车棚建在西门，不占绿地"), tally(18, 3, 2)),
            (_("夜里 11 点后限流"), tally(15, 3, 5)),
        ],
        "progress": [{"label": _("已经答复"), "count": 12, "kind": ""}],
        "taken_down": date(2026, 11, 20),
    }


def tally(yes: int, unsaid: int, no: int) -> list[dict[str, Any]]:
    """A show of hands as the parts of a bar."""
    return [
        {"label": _("同意"), "count": yes, "kind": "yes"},
        {"label": _("不表态"), "count": unsaid, "kind": "open"},
        {"label": _("反对"), "count": no, "kind": "no"},
    ]


def history() -> list[dict[str, Any]]:
    """Three lines as they stand on a slip."""

    def day(number: int) -> datetime:
        return datetime(2026, 11, number, 10, tzinfo=ZONE)

    return [
        {
            "at": day(20),
            "what": _("商定"),
            "text": _(
                "13 位居民、2 位委员和区住建局、街道一起商定：更换 5 号楼前 80 米排水管，施工期间铺木板通行。"
            ),
            "url": "#history",
            "link": _("看记录"),
        },
        {
            "at": day(15),
            "what": _("与 4 件同类的事并在一起商量"),
            "text": _("说的是同一段路。您不同意合并，可以告诉我们。"),
        },
        {"at": day(12), "what": _("收到"), "who": _("社区联络员，当天看过")},
    ]
