"""Forms of a draw. They translate; the actions judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.access.forms import Day
from shangliang.kit import clock
from shangliang.kit.columns import longest
from shangliang.kit.files import BadFile
from shangliang.kit.forms import AsksBack, OfficeWords, Telephone, Words
from shangliang.kit.tables import decoded
from shangliang.rulebook import book
from shangliang.sortition import rules
from shangliang.sortition.actions.volunteering import Entry
from shangliang.sortition.labels import BAD_LINES, OUT_REASONS, SEED_WAYS
from shangliang.sortition.models import Draw, Lottery, Quota
from shangliang.sortition.states import OutReason, SeedWay

MOST_SEATS = 500
MOST_PEOPLE = 10_000
LARGEST_LIST = 2 * 1024 * 1024


def _bad(line: rules.BadLine) -> forms.ValidationError:
    return forms.ValidationError(str(BAD_LINES[line.code]), params={"line": line.line, "word": line.word})


class SetUpForm(forms.Form):
    """How many, and which kinds of people."""

    use_required_attribute = False

    def facts(self) -> dict[str, Any]:
        return {"size": self.cleaned_data["size"], "features": self.cleaned_data["categories"]}

    size = forms.IntegerField(
        label=_("抽几位"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        min_value=2,
        max_value=MOST_SEATS,
        error_messages={
            "min_value": _("至少抽两位。"),
            "max_value": _("最多抽 %(limit_value)s 位。"),
            "invalid": _("请写一个整数。"),
            "required": _("请写抽几位。"),
        },
    )
    categories = Words(
        label=_("分哪几类人"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "一行一类，比如“住房：业主 420、租户 180”。知道各有多少人，就写在后面，名额会按比例算好；"
            "不知道可以不写。也可以从电子表格里复制三列（类别、项目、人数），整块粘贴。"
        ),
        error_messages={"required": _("请至少写一行，比如“性别：男、女”。")},
    )

    def clean_categories(self) -> list[rules.Feature]:
        try:
            return rules.read_categories(self.cleaned_data["categories"])
        except rules.BadLine as line:
            raise _bad(line) from line


class QuotaForm(forms.Form):
    """Least and most of every kind, and what may move."""

    use_required_attribute = False

    def __init__(self, *given: Any, rows: Sequence[Quota], **named: Any) -> None:
        super().__init__(*given, **named)
        self.rows = rows
        for row in rows:
            words = {
                "invalid": _("请写整数。"),
                "required": _("请写人数。"),
                "min_value": _("人数不能小于零。"),
                "max_value": _("人数太大了。"),
            }
            labels = {"low": _("%(name)s最少"), "high": _("%(name)s最多")}
            for end, label in labels.items():
                self.fields[f"{end}-{row.pk}"] = forms.IntegerField(
                    label=label % {"name": row.feature},
                    min_value=0,
                    max_value=MOST_SEATS,
                    initial=getattr(row, end),
                    error_messages=words,
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 3}),
                )
            self.fields[f"flex-{row.pk}"] = forms.BooleanField(
                label=_("%(name)s可以松动") % {"name": row.feature},
                required=False,
                initial=row.is_flexible,
            )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        ends = {
            row.pk: (data[f"low-{row.pk}"], data[f"high-{row.pk}"], data[f"flex-{row.pk}"])
            for row in self.rows
        }
        return {"ends": ends}

    def lines(self) -> list[dict[str, Any]]:
        """For the table: each quota with its three fields."""
        return [
            {
                "row": row,
                "low": self[f"low-{row.pk}"],
                "high": self[f"high-{row.pk}"],
                "flex": self[f"flex-{row.pk}"],
            }
            for row in self.rows
        ]


class CallForm(forms.Form):
    """Begin the open call, until when; or end it."""

    open = forms.TypedChoiceField(
        coerce=lambda raw: raw == "yes", choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput
    )

    until = Day(
        label=_("报名到哪一天"),
        required=False,
        error_messages={"invalid": _("请选一个日期。")},
    )

    def __init__(self, *given: Any, former: date | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.former = former

    def facts(self) -> dict[str, Any]:
        is_open = self.cleaned_data["open"]
        return {"is_open": is_open, "until": self.cleaned_data["until"] if is_open else self.former}


class KindsForm(forms.Form):
    """To which kinds somebody belongs: one value of every attribute."""

    use_required_attribute = False

    def __init__(self, *given: Any, asked: Sequence[rules.Asked], **named: Any) -> None:
        super().__init__(*given, **named)
        kinds: dict[str, list[str]] = {}
        for each in asked:
            kinds.setdefault(each.feature.category, []).append(each.feature.name)
        self.kinds = list(kinds)
        for number, (category, names) in enumerate(kinds.items()):
            self.fields[f"kind-{number}"] = forms.ChoiceField(
                label=category,
                choices=[(name, name) for name in names],
                widget=forms.RadioSelect,
                error_messages={"required": _("请选一项。"), "invalid_choice": _("请选一项。")},
            )

    def facts(self) -> dict[str, Any]:
        return {"values": self.values()}

    def values(self) -> dict[str, str]:
        """Attribute -> value."""
        return {category: self.cleaned_data[f"kind-{at}"] for at, category in enumerate(self.kinds)}

    @staticmethod
    def initial_of(values: Mapping[str, str], asked: Sequence[rules.Asked]) -> dict[str, str]:
        """What is known already, for the form."""
        kinds = dict.fromkeys(each.feature.category for each in asked)
        return {f"kind-{at}": values.get(category, "") for at, category in enumerate(kinds)}

    def kind_fields(self) -> list[forms.BoundField]:
        """The fields of the kinds, in their order."""
        return [self[f"kind-{number}"] for number in range(len(self.kinds))]


class EntryForm(KindsForm):
    """Somebody puts themselves down, or the clerk does it for them."""

    name = Words(
        label=_("怎么称呼您"),
        max_length=rules.LONGEST_PERSON,
        error_messages={"required": _("请写怎么称呼您。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-private": ""}),
    )
    phone = Telephone(label=_("电话"))
    home = Words(
        label=_("住在哪里（几号楼几室，或者几组几号）"),
        max_length=rules.LONGEST_HOME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address", "data-private": ""}),
    )
    may_ask_again = forms.BooleanField(label=_("以后再抽签，也可以把我算上"), required=False)
    is_on_duty = forms.BooleanField(label=_("我是召集人、委员、干部，或者办这件事的单位的人"), required=False)

    def facts(self) -> dict[str, Any]:
        return {"entry": self.entry()}

    def entry(self) -> Entry:
        """What was said."""
        data = self.cleaned_data
        return Entry(
            name=data["name"],
            values=self.values(),
            home=data["home"],
            phone=data["phone"],
            is_on_duty=data["is_on_duty"],
            may_ask_again=data["may_ask_again"],
        )


class ClerkEntryForm(EntryForm):
    """The same, written down by the clerk, in words about somebody else."""

    name = Words(
        label=_("姓名"),
        max_length=rules.LONGEST_PERSON,
        error_messages={"required": _("请写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": ""}),
    )
    may_ask_again = forms.BooleanField(label=_("以后再抽签，也愿意参加"), required=False)


class CallEntryForm(EntryForm):
    """The same by oneself, with the page's own nonce, so that a page sent twice makes one volunteer.

    Who is drawn has to be found: a telephone or an address is needed.
    """

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("phone") and not rules.plain_home(data.get("home", "")):
            self.add_error("phone", _("电话和住址至少写一样，抽中了才找得到您。"))
        return data

    nonce = forms.RegexField(r"^[A-Za-z0-9_-]{22}$", widget=forms.HiddenInput, required=False)


class ListForm(forms.Form):
    """Many people at a time, pasted or as a file."""

    use_required_attribute = False
    people = Words(
        label=_("从表格里复制过来，一行一人"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    file = forms.FileField(
        label=_("或者选一个 CSV 文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *given: Any, asked: Sequence[rules.Asked], **named: Any) -> None:
        super().__init__(*given, **named)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        try:
            data["entries"] = self._entries(file, str(data.get("people") or ""))
        except forms.ValidationError as wrong:
            self.add_error("people" if file is None else "file", wrong)
        return data

    def _entries(self, file: Any, text: str) -> list[Entry]:
        if file is not None and (file.size or 0) > LARGEST_LIST:
            raise forms.ValidationError(_("文件太大了，最大 2 MB，请分几次。"))
        try:
            text = decoded(file.read(), "") if file is not None else text
            listed = rules.read_people(text, [each.feature for each in self.asked])
        except BadFile as bad:
            raise forms.ValidationError(_("这个文件的文字编码看不懂，请另存为“CSV UTF-8”。")) from bad
        except rules.BadLine as line:
            raise _bad(line) from line
        if len(listed) > MOST_PEOPLE:
            raise forms.ValidationError(_("一次最多 %(most)s 人，请分几次。"), params={"most": MOST_PEOPLE})
        return [Entry(row.name, row.values, home=row.home, phone=row.phone) for row in listed]


class OutForm(forms.Form):
    """Why somebody is taken out of the pool."""

    reason = forms.ChoiceField(
        label=_("为什么"), choices=[(v.value, OUT_REASONS[v]) for v in OutReason if v != OutReason.WITHDREW]
    )

    def facts(self) -> dict[str, Any]:
        return {"reason": OutReason(self.cleaned_data["reason"])}


class SeedForm(forms.Form):
    """The number that was made in public."""

    looks = {"way": "across"}  # noqa: RUF012  read by the component that draws it
    use_required_attribute = False

    def facts(self) -> dict[str, Any]:
        return {"seed": self.cleaned_data["seed"], "way": SeedWay(self.cleaned_data["way"])}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == SeedWay.DICE and data.get("seed"):
            throws, least = rules.dice(data["seed"]), book().at(clock.today()).integer("sortition.dice_count")
            if throws is None:
                self.add_error("seed", _("骰子只有 1 到 6，请照念到的再写一遍；不是骰子的，上面选别的办法。"))
            elif len(throws) < least:
                words = {"least": least, "has": len(throws)}
                self.add_error(
                    "seed", _("至少掷 %(least)s 次，现在写了 %(has)s 次：次数太少，有的组就抽不到。") % words
                )
        return data

    way = forms.ChoiceField(
        label=_("怎样产生的"),
        choices=[(v.value, SEED_WAYS[v]) for v in SeedWay],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请选一项。")},
    )
    seed = Words(
        label=_("当众产生的数"),
        help_text=_("比如掷了八次骰子：3 6 1 1 5 2 4 6。照念到的写，一个不改。"),
        max_length=longest(Lottery, "seed"),
        error_messages={"required": _("请写下当众产生的数。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_read_out = forms.BooleanField(
        label=_("念给大家听过了，一个不差；抽出来就公开，不能再改"),
        error_messages={"required": _("请先念给大家听，核对了再勾上。")},
    )


class ReasonForm(AsksBack):
    """Why something is taken back."""

    use_required_attribute = False
    reason = OfficeWords(
        label=_("为什么"),
        max_length=longest(Draw, "reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因，大家会看到。")},
    )
