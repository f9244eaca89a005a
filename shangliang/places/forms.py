"""The form of a room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, OfficeWords, Words
from shangliang.places.actions import Sign
from shangliang.places.labels import FAMILIES
from shangliang.places.models import Area, Room, Sector
from shangliang.places.states import Family


class SignForm(AsksBack):
    """What stands on the door."""

    needed: tuple[str, ...] = ("name",)

    name = Words(label=_("名称"), max_length=longest(Room, "name"), required=False)
    introduction = OfficeWords(
        label=_("介绍"),
        max_length=longest(Room, "introduction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句话：在哪里、谁可以来、怎么来。"),
    )
    address = OfficeWords(label=_("地点"), max_length=longest(Room, "address"), required=False)
    hours = Words(label=_("开放时间"), max_length=longest(Room, "hours"), required=False)
    phone = OfficeWords(
        label=_("电话"),
        max_length=longest(Room, "phone"),
        required=False,
        help_text=_("公开的办公电话，不写私人号码。"),
    )
    shared_with = OfficeWords(
        label=_("与什么共用一间屋"),
        max_length=longest(Room, "shared_with"),
        required=False,
        help_text=_("一室多用的才写。"),
    )
    has_step_free_entrance = forms.BooleanField(label=_("无障碍通道"), required=False)
    has_accessible_toilet = forms.BooleanField(label=_("无障碍卫生间"), required=False)
    has_hearing_help = forms.BooleanField(label=_("助听设备"), required=False)
    has_large_type = forms.BooleanField(label=_("大字材料"), required=False)

    def facts(self) -> dict[str, Any]:
        return {"sign": Sign(**{name: self.cleaned_data[name] for name in Sign.__dataclass_fields__})}


class OpenForm(SignForm):
    """A new room: its number and family besides."""

    needed = ("no", "name")
    field_order = ("no", "family", "sector", "name")

    no = Words(
        label=_("编号"),
        max_length=longest(Room, "no"),
        required=False,
        help_text=_("数字和短横线，印在二维码里，以后不能改。"),
    )
    family = forms.ChoiceField(label=_("类别"), choices=[(f.value, FAMILIES[f]) for f in Family])
    sector = forms.ModelChoiceField(
        label=_("界别"),
        queryset=Sector.objects.order_by("code"),
        required=False,
        empty_label=_("不是界别议事室"),
    )

    def __init__(self, *args: Any, area: Area, number: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"no": number})
        super().__init__(*args, **kwargs)
        self.area = area

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        room = {
            "no": data["no"],
            "family": Family(data["family"]),
            "sector": data["sector"],
            "area": self.area,
        }
        return {**super().facts(), **room}
