"""Components that need more than an include: those with a body, with sums, or with a form behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import segno
from django import template
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    MultiWidget,
    RadioSelect,
)
from django.template.context import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangliang.kit import ids
from shangliang.kit.bars import drawn_parts
from shangliang.kit.paging import Page

register = template.Library()

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
QR_MARGIN = 2
NOTICES = {messages.SUCCESS: "good", messages.WARNING: "warn", messages.ERROR: "late"}
ICON = "data:image/svg+xml," + quote(  # not shown: a drawing, the same in both languages
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='3' fill='#b3261e'/>"
    "<text x='16' y='24' font-size='22' text-anchor='middle' fill='#fff'>商</text></svg>",
    safe=" =/:",
)


def manifest() -> dict[str, str]:
    """Built file by the name that templates ask for; empty before `make assets`."""
    path = DIST / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


_kept_manifest = lru_cache(maxsize=1)(manifest)


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "public.css" %}`: address of the built file."""
    files = manifest() if settings.DEBUG else _kept_manifest()
    return static(f"dist/{files.get(name, name)}")


@register.simple_tag
def icon() -> str:
    """Address of the small picture of the house, which lies in the address itself: it costs no request."""
    return ICON


def _draw(component: str, **values: Any) -> str:
    return get_template(f"kit/{component}.html").render(values)


@register.simple_tag
def status(kind: str, word: str, extra: str = "") -> SafeString:
    """A status word. `kind`: received doing yours late soon done undone passed planned merged quiet."""
    return format_html('<span class="status {} {}">{}</span>', kind, extra, word)


@register.simple_block_tag(name="next")
def next_box(
    content: str,
    what: str = "",
    who: str = "",
    by: str = "",
    left: str = "",
    light: str = "",
    over: bool = False,
    heading: str = "",
    of: Any = None,
) -> str:
    """What is next, who does it, by when; the body holds one sentence more, or the one button.

    `light`: soon or late colours `left`. `of`: all of them at once, from something that has them as attributes
    (`is_over` for `over`).
    """
    if of is not None:
        what, who, by, left, light, over = of.what, of.who, of.by, of.left, of.light, of.is_over
    return _draw(
        "next",
        body=content,
        what=what,
        who=who,
        by=by,
        left=left,
        light=light,
        over=over,
        heading=heading,
    )


@register.filter
def dots(facts: str) -> str:
    """Facts with dots between them turn to a new line behind a dot, never before one."""
    return str(facts).replace(" · ", "\N{NO-BREAK SPACE}· ")


@register.filter
def kind_of_notice(message: Message) -> str:
    """The kind of notice that a message of django.contrib.messages is drawn as."""
    return NOTICES.get(message.level, "")


@register.simple_block_tag
def notice(content: str, kind: str = "", title: str = "") -> str:
    """A notice. `kind`: empty, good, warn or late."""
    return _draw("notice", body=content, kind=kind, title=title)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    title: str,
    do: str,
    back: str,
    action: str = "",
    name: str = "",
    value: str = "",
) -> str:
    """One step before something that cannot be taken back: a POST form with its own token."""
    return _draw(
        "confirm",
        body=content,
        title=title,
        do=do,
        back=back,
        action=action,
        name=name,
        value=value,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_block_tag
def filters(content: str, action: str = "", clear: str = "") -> str:
    """A filter bar: a GET form around the fields in its body. `clear`: address without any filter."""
    return _draw("filters", body=content, action=action, clear=clear)


@register.simple_block_tag
def table(content: str, caption: str, hide_caption: bool = False, stacked: bool = False) -> str:
    """A table that scrolls within itself; the body holds thead and tbody.

    `stacked`: on a phone each row stands as a few lines (lists of things, not figures).
    """
    return _draw("table", body=content, caption=caption, hide_caption=hide_caption, stacked=stacked)


@register.simple_tag
def field(
    bound: BoundField,
    hint: str = "",
    label: str = "",
    look: str = "",
    rows: int = 0,
    every: str = "",
    **attrs: str,
) -> str:
    """One field with label, hint, error and input.

    `look`: rating (five big choices), across (choices in a line). `every`: words of one box that ticks all of several
    boxes, in a `<form data-bulk>`. Other words become attributes of the input, `_` read as `-`: `autocomplete="tel"`.
    """
    if hint:
        bound.help_text = hint
    if label:
        bound.label = label
    widget_attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if rows:
        widget_attrs["rows"] = rows
    if every:
        widget_attrs["data-bulk-box"] = True
    if bound.errors:
        widget_attrs["aria-invalid"] = "true"
    about = getattr(bound.field, "about", "")  # whose field it is, where its label stands twice on the page
    widget = bound.as_widget(attrs=widget_attrs)
    return _draw("field", field=bound, look=look, widget=widget, about=about, every=every)


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """Every visible field of a form, one under the other; the form's `looks` says which is drawn otherwise."""
    looks: dict[str, str] = getattr(form, "looks", {})
    drawn = [field(bound, look=looks.get(bound.name, "")) for bound in form.visible_fields()]
    return mark_safe("".join(drawn))  # noqa: S308  each was drawn by a template


@register.simple_tag(takes_context=True)
def act(context: Context, name: str, look: str = "", label: str = "", about: str = "", kind: str = "") -> str:
    """`{% act "up" %}`: one act of the page's `acts`, with its form, errors and button; nothing where it is not open.

    `look`: section, fold, press or bare instead of the act's own; `label`: other words on the button; `about`: of
    which of several things on the page, for those who hear it; `kind`: of the button, as in `kit/button.html`.
    """
    return _act(context, name, "", look, label, about, kind)


@register.simple_block_tag(takes_context=True)
def act_with(
    context: Context,
    content: str,
    name: str,
    look: str = "",
    label: str = "",
    about: str = "",
    kind: str = "",
) -> str:
    """The same around fields that the page arranges by itself: `acts.up.form` holds them."""
    return _act(context, name, content, look, label, about, kind)


def _act(context: Context, name: str, body: str, look: str, label: str, about: str | int, kind: str) -> str:
    offer = context["acts"][name]
    if offer is None:
        return ""
    return _draw(
        "act",
        offer=offer,
        look=look or offer.act.look,
        label=label or offer.act.button or offer.act.title,
        kind=kind or ("do" if offer == context["acts"].next else ""),  # one filled button a page
        body=body,
        about=about,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag(takes_context=True)
def main_act(context: Context) -> str:
    """The one main button of a desk page: the act that is next, pressed here or filled in further down."""
    offer = context["acts"].next
    if offer is None:
        return ""
    is_pressed = offer.act.look == "press" and offer.act.page == ""
    if is_pressed:
        return _draw(
            "act_form",
            offer=offer,
            look="press",
            label=offer.act.next,
            kind="do",
            body="",
            about="",
            csrf_token=context.get("csrf_token"),
        )
    address = offer.url if offer.act.page else f"#{offer.anchor}"
    return format_html(
        '<p class="do-line"><a class="button do" href="{}">{}<span class="said"> · {}</span></a></p>',
        address,
        offer.act.next,
        _("去填写"),
    )


@register.filter
def field_shape(bound: BoundField) -> str:
    """Which of the five shapes of field this is: tick, choices, parts, file or line."""
    widget = bound.field.widget
    if isinstance(widget, MultiWidget):
        return "parts"
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "file" if isinstance(widget, FileInput) else "line"


@register.filter
def accepts(bound: BoundField) -> str:
    """Which kind of file it takes, as the browser is told."""
    return str(bound.field.widget.attrs.get("accept", ""))


@register.filter
def is_counted(bound: BoundField) -> bool:
    """Whether what is typed has a length that is said while one types."""
    return bool(getattr(bound.field, "max_length", None))


@register.filter
def place_of_field(bound: BoundField) -> str:
    """The id that leads to a field from elsewhere on its page."""
    return f"{bound.auto_id}_set" if field_shape(bound) == "choices" else str(bound.id_for_label)


@register.filter
def may_be_empty(bound: BoundField) -> bool:
    """Whether it says 选填. What a guard asks for (`needed` of the form) does not, though the form takes it empty:
    the guard then says what is missing, all at once and with everything typed kept."""
    return not bound.field.required and bound.name not in getattr(bound.form, "needed", ())


@register.filter
def asked_back(form: BaseForm) -> BoundField | None:
    """The box that says "meant so", where the form has one and it is drawn (`kit.forms.AsksBack`)."""
    return getattr(form, "asked_back", None)


@register.inclusion_tag("kit/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Previous and next; the other words of the address stay. `name`: of the number, where two lists share a page."""
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request is not None else None
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


@register.simple_tag
def qr(text: str, title: str) -> SafeString:
    """The square code of an address as a drawing in the page; `title` says what it opens."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(border=QR_MARGIN, title=title, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawing.replace("<svg", '<svg role="img"', 1))  # noqa: S308  segno escapes the title


@register.filter
def slip_parts(digits: str) -> list[str]:
    """Twelve digits as three parts of four."""
    return ids.show_slip(digits).split(" ")


@register.simple_tag
def bar(parts: Sequence[dict[str, Any]], label: str = "", total: int | None = None) -> str:
    """A bar with its twin in words. `parts`: {"label", "count", "kind": "" | yes | no | open}."""
    whole = sum(part["count"] for part in parts) if total is None else total
    return _draw("bar", parts=drawn_parts(parts, whole), label=label, total=whole, share_of=total)
