"""Forms of residents and of the desk. They translate; the actions judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.forms import Day, days_behind, days_due
from shangliang.access.publication import SCOPE_NAMES, Scope
from shangliang.kit import clock, phones, sounds
from shangliang.kit.columns import longest
from shangliang.kit.forms import AsksBack, Files, ManyFiles, OfficeWords, Telephone, Words
from shangliang.people.models import Unit
from shangliang.places.models import Room
from shangliang.rulebook import book
from shangliang.topics.actions.screening import Acceptance, HandOver
from shangliang.topics.actions.wording import Wording
from shangliang.topics.labels import (
    DESTINATIONS,
    ENTRY_WAYS,
    EXCLUSIONS,
    GRADES,
    THEMES,
    WEIGHTS,
)
from shangliang.topics.models import Photo, Submission, Topic, Visit
from shangliang.topics.queries import Lost
from shangliang.topics.states import Destination, EntryWay, Exclusion, Grade, Theme, Weight

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    Upload = UploadedFile[bytes]
    ModelChoice = forms.ModelChoiceField[Any]
else:
    ModelChoice = forms.ModelChoiceField  # not subscriptable at run time

MEGABYTE = 1024 * 1024


class Spoken(Words):
    """Words that a voice can stand for: asked for, but their absence is judged together with the voice."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class SayForm(forms.Form):
    """What is wrong; photos; a phone; and the one box. Where is given by the room."""

    needed = ("gist",)  # asked for only where the words are many: then it is no choice
    use_required_attribute = (
        False  # the server's sentence says what to do, and a voice may stand for the words
    )

    text = Spoken(label=_("什么事"), widget=forms.Textarea(attrs={"rows": 6}))
    # of what is long
    gist = Words(label=_("一句话题目"), required=False, max_length=longest(Submission, "gist"))
    voice = forms.FileField(
        label=_("语音"), required=False, widget=forms.FileInput(attrs={"accept": "audio/*"})
    )
    photos = Files(label=_("照片"), required=False, widget=ManyFiles(attrs={"accept": "image/*"}))
    phone = Telephone(label=_("电话"))
    about_cadres = forms.BooleanField(label=_("这件事涉及本村（社区）干部，请直接交上一级"), required=False)

    def __init__(self, *args: Any, area_path: str = "", has_sound: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area_path, self.has_sound = area_path, has_sound
        self.most, self.longest = self.rule("topics.clue_characters"), self.rule("topics.letter_characters")

    def rule(self, name: str) -> int:
        return book().at(clock.today()).integer(name, self.area_path)

    def clean_text(self) -> str:
        """A clue in few words, or a whole letter; what is longer than any letter is several."""
        text = str(self.cleaned_data["text"])
        if len(text) > self.longest:
            raise forms.ValidationError(
                _("最多写 %(most)s 个字，现在有 %(now)s 个，请删短一些。一次说一件事。"),
                params={"most": self.longest, "now": len(text)},
            )
        return text

    def clean_voice(self) -> Upload | None:
        """A sound by its content, not by its name."""
        voice: Upload | None = self.cleaned_data["voice"]
        if voice is None:
            return None
        most = self.rule("topics.audio_megabytes")
        if (voice.size or 0) > most * MEGABYTE:
            raise forms.ValidationError(
                _("语音太长了，最大 %(most)s MB，请说短一些。"), params={"most": most}
            )
        content = voice.read()
        voice.seek(0)
        if not sounds.ending(content):
            raise forms.ValidationError(_("这个文件不是语音，请重新录一段，或者打字。"))
        return voice

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "text" in data and "voice" in data:
            spoken = bool(data.get("voice")) or self.has_sound
            if not data["text"] and not spoken:
                self.add_error("text", _("请说说是什么事，打字、说话都行。"))
        if len(data.get("text", "")) > self.most and data.get("gist") == "":
            self.add_error("gist", _("您写得很细，都会收下。请再用一句话说说是什么事，当题目用。"))
        return data


class RoomChoice(ModelChoice):
    """Rooms by name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_rooms(field: forms.Field, rooms: Iterable[Room]) -> None:
    """Let these be chosen from; where there is but one, it is chosen already."""
    keys = [room.pk for room in rooms]
    field.queryset = Room.objects.filter(pk__in=keys).order_by("area_path", "no")  # type: ignore[attr-defined]  # a model choice field
    if len(keys) == 1:
        field.initial = keys[0]
        field.widget = forms.HiddenInput()


class StaffSayForm(SayForm):
    """What signed-in people raise: the room is chosen, the place written."""

    room = RoomChoice(label=_("哪个议事室"), queryset=Room.objects.none())
    place_text = Words(label=_("具体地点"), required=False, max_length=longest(Topic, "place_text"))

    def __init__(self, *args: Any, rooms: Iterable[Room] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rooms(self.fields["room"], rooms)


class RaiseForm(StaffSayForm):
    """党政点题、委员荐题、网格筛题."""

    field_order = ("room", "text", "gist", "voice", "photos", "place_text", "about_cadres")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["phone"]


class EnterForm(StaffSayForm):
    """代录: how it came, and the number that an outside system gave it."""

    way = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[(way.value, ENTRY_WAYS[way]) for way in EntryWay if way != EntryWay.ONLINE],
        widget=forms.RadioSelect,
    )
    outside_no = Words(
        label=_("外部编号"),
        required=False,
        max_length=longest(Submission, "outside_no"),
        help_text=_("比如 12345 的工单号。"),
    )
    field_order = (
        "way",
        "room",
        "text",
        "gist",
        "voice",
        "photos",
        "place_text",
        "phone",
        "outside_no",
        "about_cadres",
    )


class LostSlipForm(forms.Form):
    """What somebody who has lost their slip still knows; of telephone and words one is needed."""

    needed = ("phone", "words")

    room = RoomChoice(label=_("在哪个议事室反映的"), queryset=Room.objects.none())
    phone = Words(
        label=_("留的电话，或者后四位"),
        required=False,
        max_length=Telephone.LONGEST,
        help_text=_("只拿后四位去对，不打开登记的电话。没有留过电话的，写下面一项。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "data-private": ""}),
    )
    words = Words(
        label=_("当时说的是什么"),
        required=False,
        max_length=longest(Topic, "place_text"),
        help_text=_("一两个词就行，比如“路灯”“3号楼”，用空格分开。"),
        widget=forms.TextInput(attrs={"data-private": ""}),
    )
    day = Day(label=_("大概哪一天"), required=False, near=days_behind)

    def __init__(self, *args: Any, rooms: Iterable[Room] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rooms(self.fields["room"], rooms)

    def clean_phone(self) -> str:
        """Its last four digits; of anything else nothing is kept."""
        typed = str(self.cleaned_data["phone"])
        phone, digits = phones.read(typed), phones.digits_of(typed)
        if phone is None and typed and len(digits) != phones.TAIL:
            raise forms.ValidationError(_("请写整个电话，或者它的后四位。"))
        return phone.tail if phone else digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("phone") == "" and data.get("words") == "":
            self.add_error("phone", _("电话、当时说的话，至少写一样。"))
        return data

    def facts(self) -> Lost:
        data = self.cleaned_data
        return Lost(room=data["room"], day=data["day"], tail=data["phone"], words=data["words"])


class AcceptForm(forms.Form):
    """How a matter is taken up."""

    needed = ("title",)

    grade = forms.ChoiceField(
        label=_("怎么议"), choices=[(g.value, GRADES[g]) for g in Grade], widget=forms.RadioSelect
    )
    title = Words(
        label=_("题目"),
        max_length=longest(Topic, "title"),
        required=False,
        help_text=_("用自己的话概括，不写人名、门牌和电话。"),
    )
    summary = Words(
        label=_("摘要"),
        max_length=longest(Topic, "summary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("审核后公开，大家看到的就是它。"),
    )
    theme = forms.ChoiceField(
        label=_("主题"), choices=[("", _("请选择")), *((t.value, THEMES[t]) for t in Theme)]
    )
    weight = forms.ChoiceField(
        label=_("类别"),
        choices=[(w.value, WEIGHTS[w]) for w in Weight],
        widget=forms.RadioSelect,
    )
    place_text = Words(label=_("地点"), max_length=longest(Topic, "place_text"), required=False)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "acceptance": Acceptance(
                grade=Grade(data["grade"]),
                title=data["title"],
                theme=Theme(data["theme"]),
                weight=Weight(data["weight"]),
                summary=data["summary"],
                place_text=data["place_text"],
            )
        }


class WordsForm(AcceptForm):
    """The public words of a topic, written anew."""

    scope = forms.ChoiceField(label=_("公开范围"), choices=[(s.value, SCOPE_NAMES[s]) for s in Scope])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["grade"]

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "wording": Wording(
                title=data["title"],
                summary=data["summary"],
                scope=Scope(data["scope"]),
                theme=Theme(data["theme"]),
                weight=Weight(data["weight"]),
                place_text=data["place_text"],
            )
        }


class TextForm(AsksBack):
    """One text that somebody reads."""

    needed = ("text",)

    text = OfficeWords(
        label=_("内容"),
        max_length=longest(Topic, "answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NoteForm(TextForm):
    """A message to the submitter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("给反映人留言")


class QuestionForm(AsksBack):
    """What the submitter is asked to add."""

    needed = ("question",)

    question = OfficeWords(
        label=_("要补充什么"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class HandOverForm(AsksBack):
    """Where it goes, and the words to its submitter."""

    needed = ("words",)

    destination = forms.ChoiceField(
        label=_("转到哪里"),
        choices=[("", _("请选择")), *((d.value, DESTINATIONS[d]) for d in Destination)],
    )
    name = OfficeWords(
        label=_("单位和电话"),
        max_length=longest(Submission, "destination_name"),
        required=False,
        help_text=_("选“其他单位”时填写。"),
    )
    exclusion = forms.ChoiceField(
        label=_("为什么不在这里办"),
        choices=[("", _("请选择")), *((e.value, EXCLUSIONS[e]) for e in Exclusion)],
        required=False,
    )
    outside_no = Words(label=_("那边的编号"), max_length=longest(Submission, "outside_no"), required=False)
    words = OfficeWords(
        label=_("转交时告诉反映人的话"),
        max_length=longest(Submission, "destination_note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "to": HandOver(
                destination=Destination(data["destination"]),
                words=data["words"],
                exclusion=Exclusion(data["exclusion"]) if data["exclusion"] else None,
                name=data["name"],
                outside_no=data["outside_no"],
            )
        }


class EndForm(AsksBack):
    """Ended with a reason."""

    needed = ("words",)

    exclusion = forms.ChoiceField(
        label=_("理由"), choices=[("", _("请选择")), *((e.value, EXCLUSIONS[e]) for e in Exclusion)]
    )
    words = OfficeWords(
        label=_("告诉反映人的话"),
        max_length=longest(Submission, "destination_note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"exclusion": Exclusion(data["exclusion"]), "words": data["words"]}


class EraseForm(AsksBack):
    """Who wants it gone, and how the desk knows."""

    needed = ("reason",)

    reason = OfficeWords(
        label=_("谁要求的、怎么知道是本人"),
        help_text=_("例如：本人拿着回执到议事室来说的。不要写姓名、电话。"),
        max_length=longest(Submission, "erasure_reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def facts(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class NewsForm(AsksBack):
    """News from where it was handed over."""

    needed = ("news",)

    news = OfficeWords(
        label=_("那边的进展"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    outside_no = Words(label=_("那边的编号"), max_length=longest(Submission, "outside_no"), required=False)
    what = forms.ChoiceField(
        label=_("接下来"),
        choices=[
            ("wait", _("继续等那边办")),
            ("settled", _("那边已经办好")),
            ("take_back", _("收回来，我们重新看")),
        ],
        widget=forms.RadioSelect,
        initial="wait",
    )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "news": data["news"],
            "outside_no": data["outside_no"],
            "take_back": data["what"] == "take_back",
            "is_settled": data["what"] == "settled",
        }


class MergeForm(forms.Form):
    """Which of the topics that may be the same matter; `q`: what was searched for, so that its finds stay."""

    q = Words(required=False, max_length=80, widget=forms.HiddenInput)
    topic = Words(
        label=_("并到哪个议题"),
        max_length=20,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个议题。")},
    )

    def __init__(
        self, *args: Any, actor: Actor, topics: Sequence[tuple[str, str]] = (), q: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["q"] = q
        self.actor = actor
        self.fields["topic"].widget.choices = topics

    def clean_topic(self) -> Topic:
        """A topic that the reader may see; whether it takes anything in is the action's to judge."""
        no = str(self.cleaned_data["topic"]).strip()
        found = Topic.objects.visible_to(self.actor).by_no(no).first()
        if found is None or found.no != no:
            raise forms.ValidationError(_("没有这个议题，或者不能并到那里。"))
        return found

    def facts(self) -> dict[str, Any]:
        return {"topic": self.cleaned_data["topic"]}


class SharedPhotosForm(forms.Form):
    """Which photos the doer may see: those on which nobody can be known by face, plate or door."""

    NONE = "none"

    photos = forms.MultipleChoiceField(
        label=_("给承办单位看的"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("先点开照片看清楚：拍到人脸、车牌、门牌的不要勾。"),
    )

    def __init__(self, *args: Any, rows: Sequence[Photo] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["photos"]
        labels = [(str(row.pk), _labelled(n, row)) for n, row in enumerate(rows, 1)]
        field.choices = [*labels, (self.NONE, _("一张都不给"))]  # type: ignore[attr-defined]  # a choice field
        field.initial = [str(row.pk) for row in rows if row.for_doer]

    def clean_photos(self) -> list[str]:
        """Some of them, or none; not both."""
        ticked: list[str] = self.cleaned_data["photos"]
        if self.NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(_("勾了照片，就不要再勾“一张都不给”。"))
        return ticked

    def facts(self) -> dict[str, Any]:
        return {"photos": [int(pk) for pk in self.cleaned_data["photos"] if pk != self.NONE]}


def _labelled(n: int, row: Photo) -> str:
    small = f"{reverse('submission_photo', args=[row.pk])}?small"
    return format_html('<img src="{}" alt="" loading="lazy"> {}', small, _("第 %(n)s 张照片") % {"n": n})


class RevealForm(forms.Form):
    """Why somebody looks at a phone number."""

    reason = forms.ChoiceField(label=_("看电话的理由"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = book().at(clock.today()).table("topics.reveal_reasons_table")
        key = "title_en" if get_language() == "en" else "title"
        self.fields["reason"].choices = [(row["code"], row[key]) for row in rows]  # type: ignore[attr-defined]  # a choice field


class VisitForm(AsksBack):
    """调研."""

    needed = ("place", "found")

    on = Day(label=_("哪一天"), initial=clock.today, near=days_behind)
    place = OfficeWords(label=_("去了哪里、见了谁"), max_length=longest(Visit, "place"), required=False)
    found = OfficeWords(
        label=_("了解到什么"),
        max_length=longest(Visit, "found"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SecondForm(AsksBack):
    """The second convener's word."""

    looks = {"agrees": "across"}  # noqa: RUF012  read by the component that draws it

    agrees = forms.TypedChoiceField(
        label=_("意见"),
        coerce=lambda raw: raw == "yes",
        choices=[("yes", _("同意立项")), ("no", _("有不同意见"))],
        widget=forms.RadioSelect,
    )
    opinion = OfficeWords(
        label=_("说明"),
        max_length=longest(Topic, "second_opinion"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PlanForm(AsksBack):
    """列入计划."""

    needed = ("reason",)

    planned_on = Day(label=_("哪一天再拿出来办"), near=days_due)
    reason = OfficeWords(label=_("理由"), max_length=longest(Topic, "end_reason"), required=False)


class ReasonForm(AsksBack):
    """A reason that people will read."""

    needed = ("reason",)

    reason = OfficeWords(
        label=_("理由"),
        max_length=longest(Topic, "end_reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DownForm(ReasonForm):
    """下交."""

    room = RoomChoice(label=_("交给哪个议事室"), queryset=Room.objects.none())
    field_order = ("room", "reason")

    def __init__(self, *args: Any, rooms: Iterable[Room] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = Room.objects.filter(  # type: ignore[attr-defined]  # a model choice field
            pk__in=[room.pk for room in rooms]
        )


class AnswerForm(TextForm):
    """即时议: the answer, and who did it."""

    unit = forms.ModelChoiceField(
        label=_("谁办的"), queryset=Unit.objects.none(), required=False, empty_label=_("村（社区）自己办的")
    )

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units if units is not None else Unit.objects.none()  # type: ignore[attr-defined]  # a model choice field
        self.fields["text"].label = _("答复")
