"""How forms are drawn and how they speak: our own field template, sentences that say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from shangliang.kit import personal_data, phones, text
from shangliang.kit.punctuation import listed


class Words(forms.CharField):
    """What people type: line ends count once, as in the browser; what no page and no Word file holds is left out."""

    def to_python(self, value: Any) -> str:
        return super().to_python(text.plain(str(value)) if value else value) or ""


class PublicWords(Words):
    """Words that everybody will read: they hold nobody's numbers, and nobody's name with the door.

    Of an office its own telephone and address may stand in them.
    """

    def __init__(self, *, by_office: bool = False, **words: Any) -> None:
        self.by_office = by_office
        super().__init__(**words)

    def validate(self, value: Any) -> None:
        super().validate(value)
        found = personal_data.private(value) if self.by_office else personal_data.names(value, is_public=True)
        if found:
            raise forms.ValidationError(
                _("大家都会看到这些话，里面好像有%(what)s，请改掉。"), params={"what": listed(found)}
            )


class OfficeWords(Words):
    """Words of an office that others come to read, such as a reason: the form asks back (`AsksBack`)."""


class AsksBack(forms.Form):
    """A form with an office's words: what looks like somebody's numbers, or a name with its door, is asked about once.

    It may be a false alarm, or meant; so it is asked, not forbidden. The box to tick is drawn only then.
    """

    keeps_data = forms.BooleanField(
        label=_("看过了，就这样写：不是个人信息，或者本人同意写上"), required=False, widget=forms.HiddenInput
    )

    def order_fields(self, field_order: Any) -> None:
        """The box stands last, whatever order a form gives its own fields."""
        super().order_fields(field_order)
        self.fields["keeps_data"] = self.fields.pop("keeps_data")

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.pop("keeps_data", False):
            for name, field in self.fields.items():
                if isinstance(field, OfficeWords) and (
                    found := personal_data.private(cleaned.get(name) or "")
                ):
                    self._ask_back(name, listed(found))
        return cleaned

    def _ask_back(self, name: str, what: str) -> None:
        self.fields["keeps_data"].widget = forms.CheckboxInput()
        self.add_error(
            name,
            forms.ValidationError(
                _("别人会看到这些话，里面好像有%(what)s。请改掉；要是没有写错，就在下面勾一下。"),
                params={"what": what},
            ),
        )

    @property
    def asked_back(self) -> forms.BoundField | None:
        """The box, once it is drawn."""
        box = self["keeps_data"]
        return None if box.is_hidden else box


class Telephone(Words):
    """A telephone number as it is typed, pasted or read from a card; kept as it is, with whatever is noted beside it."""

    LONGEST = 60

    def __init__(self, **words: Any) -> None:
        given = {"type": "tel", "autocomplete": "tel", "data-private": ""}
        words.setdefault("widget", forms.TextInput(attrs=given))
        super().__init__(max_length=self.LONGEST, required=words.pop("required", False), **words)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and phones.read(value) is None:
            raise forms.ValidationError(_("电话好像不完整，请再看看；不想留也可以不填。"))


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files at once."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        several = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Files, self).clean(item, initial) for item in several]


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.x.as_field_group }}` look like `{% field form.x %}`."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"


def speak_plainly() -> None:
    """Replace the framework's "该字段是必填项" and its like; called once, when the app is ready."""
    forms.Field.default_error_messages["required"] = _("请填写这一项。")
    for choice in (forms.ChoiceField, forms.ModelChoiceField):
        choice.default_error_messages["required"] = _("请选一项。")
        choice.default_error_messages["invalid_choice"] = _("没有这个选项，请从列出的里面选。")
    forms.DateField.default_error_messages["invalid"] = _("请写一个真实的日期，比如 2026-11-23。")
    forms.TimeField.default_error_messages["invalid"] = _("请写一个时间，比如 19:30。")
    forms.DateTimeField.default_error_messages["invalid"] = _("请写日期和时间，比如 2026-11-23 19:30。")
    forms.IntegerField.default_error_messages["invalid"] = _("请写一个整数。")
    forms.FileField.default_error_messages["empty"] = _("这个文件是空的，请换一个。")
    validators.MaxLengthValidator.message = _(
        "最多写 %(limit_value)d 个字，现在有 %(show_value)d 个，请删短一些。"
    )
    validators.MinLengthValidator.message = _(
        "至少写 %(limit_value)d 个字，现在有 %(show_value)d 个，请补充一些。"
    )
    validators.MaxValueValidator.message = _("不能大于 %(limit_value)s。")
    validators.MinValueValidator.message = _("不能小于 %(limit_value)s。")
