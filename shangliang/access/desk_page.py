"""One runner for the pages of the desk: which acts are open, what is missing, one press, and back to the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.access.actor import Actor
from shangliang.access.request import Request
from shangliang.access.things import PRESS, Act, Thing
from shangliang.access.transitions import may, require_role_for, role_for
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, Unmet
from shangliang.kit.states import IllegalMove

Draw = Callable[..., HttpResponse]  # (request, thing, **more): the page, as its app draws it


@dataclass(frozen=True)
class Offer:
    """One act that is open to the reader, as `{% act %}` draws it."""

    act: Act
    url: str
    anchor: str  # of its form on the page
    make_form: Callable[[], Any]  # asked only where it is drawn, as what a form offers may cost a query
    gaps: list[dict[str, object]] = field(default_factory=list)
    is_tried: bool = False  # pressed, and something was missing

    @property
    def form(self) -> Any:
        """Its form; None where there is nothing to fill in."""
        return self.make_form()

    @property
    def is_ready(self) -> bool:
        """Whether nothing that blocks is known to be missing."""
        return all(gap["advice"] for gap in self.gaps)


@dataclass(frozen=True)
class Offers:
    """The acts of a page: those that are open, and the names of all that there are."""

    open: Mapping[str, Offer]
    known: frozenset[str]
    asked: str = ""  # the act that the reader has asked for in the address, `?act=`

    def __getitem__(self, name: str) -> Offer | None:
        """The act, or None where it is not open; a template writes `acts.hand_over` for "hand-over"."""
        name = name if name in self.known else name.replace("_", "-")
        if name not in self.known:
            raise KeyError(f"this page has no act {name}")
        return self.open.get(name)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.open.values())

    @property
    def next(self) -> Offer | None:
        """The act behind the one main button: the first that may be next and lacks nothing."""
        return next((offer for offer in self if offer.act.next and offer.is_ready), None)

    @property
    def chosen(self) -> Offer | None:
        """The one of several ways that is being gone: pressed with something missing, else asked for."""
        tried = next((offer for offer in self if offer.is_tried), None)
        return tried or self.open.get(self.asked)

    @property
    def gaps(self) -> list[dict[str, object]]:
        """What the acts that may be next still lack; not what the main button itself mends by one press."""
        chief = self.next
        pressed = f"#{chief.anchor}" if chief is not None and chief.act.look == PRESS else None
        return [
            gap
            for offer in self
            if offer.act.next
            for gap in offer.gaps
            if not gap["url"] or gap["url"] != pressed
        ]


def offers(
    thing: Thing,
    row: Any,
    request: Request,
    at: datetime,
    tried: Mapping[str, Any] | None = None,
    about: str = "",
) -> Offers:
    """What the reader may do to `row` now; `tried` holds forms as they were pressed, by act.

    `about`: which of several things on the page this one is, for those who hear the labels of its fields.
    """
    is_open = [act for act in thing.acts if is_offered(thing, act, row, request.actor)]
    names = {act.name for act in is_open}
    labels = Counter(label for act in is_open if not act.page for label in _labels(act))
    shared = {label for label, count in labels.items() if count > 1}
    found = {}
    for act in is_open:
        pressed = (tried or {}).get(act.name)
        make_form = cache(partial(_form, pressed, thing, act, row, request, shared, about))
        unmet = act.gaps(row, at) if act.gaps else []
        gaps = sentences(thing, row, unmet, names, act, make_form() if unmet and not act.page else None)
        address, anchor = url_of(thing, act, row), anchor_of(thing, act, row)
        found[act.name] = Offer(act, address, anchor, make_form, gaps, act.name in (tried or {}))
    return Offers(found, frozenset(act.name for act in thing.acts), request.GET.get("act", ""))


def _labels(act: Act) -> list[str]:
    """What the act's form asks for, before anybody has made it."""
    return [str(asked.label) for asked in getattr(act.form, "base_fields", {}).values()]


def _form(
    pressed: Any, thing: Thing, act: Act, row: Any, request: Request, shared: Container[str], about: str
) -> Any:
    """Where two acts ask for "理由", each field also says whose it is; `{% field %}` draws it for those who hear it."""
    form = pressed or bare_form(thing, act, row, request)
    if isinstance(form, forms.BaseForm):
        for asked in form.fields.values():
            title = str(act.title) if str(asked.label) in shared else ""
            asked.about = " · ".join(words for words in (title, about) if words)  # type: ignore[attr-defined]
    return form


def is_offered(thing: Thing, act: Act, row: Any, actor: Actor) -> bool:
    """Whether the table opens one of the act's rows to `actor`."""
    machine, role_of = thing.machine_of(act), thing.role_for(act)
    if act.when is not None and not act.when(row):
        return False
    if act.by is not None:
        return any(machine.allows(row, each) for each in act.does) and role_of(actor, act.by, row) is not None
    return any(may(machine, row, each, actor, role_of) for each in act.does)


def url_of(thing: Thing, act: Act, row: Any) -> str:
    """Where an act is sent to, or its own page."""
    if act.page:
        return reverse(act.page, args=thing.key(row))
    return reverse(thing.act_page, args=(*thing.key(row), act.name))


def anchor_of(thing: Thing, act: Act, row: Any) -> str:
    """By which the act's form is found on the page; with the row's key where several things share one."""
    return f"{act.name}-{row.pk}" if thing.is_on_a_list else act.name


def bare_form(thing: Thing, act: Act, row: Any, request: Request, *data: Any) -> Any:
    """The act's form, empty or filled with what was sent; None where there is nothing to fill in."""
    if act.form is None:
        return None
    given = act.given(row, request) if act.given else {}
    return act.form(*data, auto_id=f"{anchor_of(thing, act, row)}_%s", **given)


def sentences(
    thing: Thing,
    row: Any,
    unmet: Iterable[Unmet],
    open_acts: Iterable[str] = (),
    act: Act | None = None,
    form: Any = None,
) -> list[dict[str, object]]:
    """For `kit/guard.html`: each condition in words, with a link to what mends it where the reader can."""
    addresses = dict(thing.mends(row)) if thing.mends and row is not None else {}
    addresses |= {
        each.name: url_of(thing, each, row) if each.page else f"#{anchor_of(thing, each, row)}"
        for each in thing.acts
        if each.name in open_acts
    }
    if form is not None:
        addresses |= {name: f"#{_anchor(form[name])}" for name in form.fields}
    return [
        {"sentence": in_words(thing, item, act), "url": addresses.get(item.mend, ""), "advice": item.advice}
        for item in unmet
    ]


def in_words(thing: Thing, item: Unmet, act: Act | None = None) -> str:
    """One condition in the words of the act, or of the thing."""
    words = act.unmet.get(item.code) if act is not None else None
    return str(words or thing.unmet[item.code]) % item.params


def _anchor(bound: forms.BoundField) -> str:
    grouped = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{bound.auto_id}_set" if grouped else str(bound.id_for_label)


UNDO = "undo"  # in the session: something was pressed that may be taken back


def press(request: Request, thing: Thing, row: Any, name: str, draw: Draw) -> HttpResponse:
    """`/desk/…/<no>/<name>`: do it, and go back to the page; or show the page with all that was typed and why not."""
    act = thing.act(name)
    if act is None or act.do is None or act.page:
        raise Http404
    if act.sure and not request.POST.get("sure") and (act.doubt is None or act.doubt(row, clock.now())):
        if not is_offered(thing, act, row, request.actor):
            raise Http404
        return render(request, act.sure, {thing.kind: row, "action": url_of(thing, act, row)})
    form = bare_form(thing, act, row, request, request.POST, request.FILES)
    if form is not None and not form.is_valid():
        return _again(request, row, act, form, draw)
    return carry_out(request, thing, row, act, form, draw)


def fill_in(request: Request, thing: Thing, row: Any, name: str, draw: Draw) -> HttpResponse:
    """An act with a page of its own: shows its form, and takes it; back to the thing where it is not open.

    `draw` gets the form under `tried`, by the act's name. Raises Denied for whoever may never do it.
    """
    act = thing.act(name)
    if act is None or act.form is None:
        raise Http404
    machine, role_of = thing.machine_of(act), thing.role_for(act)
    if act.by is not None:
        require_role_for(act.by, row, request.actor, role_of)
    for each in act.does:
        role_for(machine, row, each, request.actor, role_of)
    is_open = act.when is None or act.when(row)
    if not is_open or not any(machine.allows(row, each) for each in act.does):
        too_late(request)
        return back(request, thing, row)
    if request.method != "POST":
        return draw(request, row, tried={name: bare_form(thing, act, row, request)})
    form = bare_form(thing, act, row, request, request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, row, act, form, draw)
    return carry_out(request, thing, row, act, form, draw)


def _again(request: Request, row: Any, act: Act, form: Any, draw: Draw, **more: Any) -> HttpResponse:
    """The page with what was typed."""
    if request.FILES and not getattr(form, "keeps_files", False):
        ask_again_for_files(request)
    return draw(request, row, tried={act.name: form}, **more)


def carry_out(request: Request, thing: Thing, row: Any, act: Act, form: Any, draw: Draw) -> HttpResponse:
    """Call the action with what the form says."""
    facts = {} if form is None else form.facts() if hasattr(form, "facts") else form.cleaned_data
    assert act.do is not None  # noqa: S101  asked by whoever calls
    try:
        result = act.do(**{act.takes or thing.kind: row}, **facts, actor=request.actor, at=clock.now())
    except Blocked as blocked:
        unmet = beside_fields(thing, row, blocked.unmet, form, act)
        return _again(request, row, act, form, draw, unmet=unmet)
    except IllegalMove:
        too_late(request)
    else:
        if act.said is not None:
            messages.success(request, str(act.said))
        machine = thing.machine_of(act)
        if all(machine.can_go_back(each) for each in act.does):
            request.session[UNDO] = (
                clock.now().isoformat()
            )  # so long the pages of the desk look whether it still can
        answer = act.then(request, row, result) if act.then else None
        if answer is not None:
            found: HttpResponse = answer
            return found
    return back(request, thing, row)


def beside_fields(
    thing: Thing, row: Any, unmet: Iterable[Unmet], form: Any, act: Act | None = None
) -> list[dict[str, object]]:
    """Put each condition beside the field that mends it; what belongs to none is returned as sentences."""
    rest = []
    for item in unmet:
        if form is not None and item.mend in form.fields and not item.advice:
            form.add_error(item.mend, in_words(thing, item, act))
        else:
            rest.append(item)
    names = {each.name for each in thing.acts} if row is not None else set()
    return sentences(thing, row, rest, names, act)


def ask_again_for_files(request: Request) -> None:
    """Say that what was typed is kept; a file alone no browser gives twice."""
    messages.warning(request, _("照片和文件请再选一次，写下的字都还在。"))


def too_late(request: Request) -> None:
    """Say that the act is over, or not yet possible."""
    messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))


def back(request: Request, thing: Thing, row: Any) -> HttpResponse:
    """To the page of the thing; to the list when it has left the reader's desk."""
    if thing.is_on_a_list or thing.rows(request.actor).filter(pk=row.pk).exists():
        return redirect(thing.address(row))
    return redirect(thing.listed)
