"""The lists of the desk: each app declares its own once. What is late stands first, the longest first; then what is
open, then what is over. They are filtered, searched and turned page by page, and given out as a sheet, in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet
from django.http import FileResponse, Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.access.actor import Actor
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.clocks.queries import late_clocks, late_days, late_word
from shangliang.desks.queries import called
from shangliang.figures.queries import by_state
from shangliang.figures.rules import Period, month, quarter, read, year
from shangliang.figures.showing import in_words
from shangliang.kit import clock, sheets
from shangliang.kit.clock import local_day
from shangliang.kit.ids import read_slip
from shangliang.kit.numbered import by_no, by_nos
from shangliang.kit.paging import PAGE, Page, read_number
from shangliang.places.models import Area
from shangliang.places.rules import ancestors
from shangliang.search import queries as search_index
from shangliang.search import rules as search

LATE = "late"  # in the address
SOME = "1"  # the same
MOST_TYPED = 40
MOST_ROWS = 20_000  # of a sheet; a city's six years of commitments are fewer
AT_A_TIME = 500


@dataclass(frozen=True)
class Column:
    """A column of the sheet. Never a telephone, a name or the words of a resident."""

    title: Promise
    of: Callable[[Any], sheets.Cell]
    is_wide: bool = False


@dataclass(frozen=True)
class Choice:
    """One more filter: a column of the rows with a closed list of values."""

    name: str  # in the address
    label: Promise
    column: str
    words: Mapping[Any, Promise]
    some: Promise | None = None  # the words for "any of them", where the column may be empty

    @property
    def options(self) -> dict[str, Promise]:
        """What can be chosen: value and words."""
        values = {str(value): words for value, words in self.words.items()}
        return {SOME: self.some, **values} if self.some else values

    def within(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows with that value."""
        if value == SOME and self.some:
            return rows.exclude(**{self.column: ""})
        return rows.filter(**{self.column: value})


@dataclass(frozen=True)
class Listing:
    """One list of the desk. `rows`: everything the actor may see, with what `title` and `note` need."""

    kind: str  # as its clocks name it
    label: Promise
    page: str  # name of its address
    sheet: str  # name of the address of its sheet
    by: Permission
    rows: Callable[[Actor], QuerySet[Any]]
    every: Callable[
        [], QuerySet[Any]
    ]  # all that there are, whoever may see them: for the index of their words
    states: Mapping[Any, Promise]
    over: Container[str]  # states in which nothing is left to do
    soonest: OrderBy  # in which order the open ones stand
    newest: str  # by which column, descending, those that are over stand
    day: str  # the column of the moment by which a period is asked for
    day_label: Promise
    words: tuple[str, ...]  # columns whose words the index holds, and by which a row is found
    link: str  # name of the address of one of them
    title: Callable[[Any], str]
    note: Callable[[Any], list[str]]
    status: Callable[[Any], tuple[str, str | Promise]]  # kind and word
    columns: tuple[Column, ...]
    empty: Promise
    comes: Promise  # what will stand in it and how it gets there, for whom it is empty
    choices: tuple[Choice, ...] = ()
    dates: Callable[[Any], str] | None = (
        None  # by when, behind the note; what is late has the day that it missed
    )
    start: str = ""  # the state with which it opens; empty for all
    hidden: Container[str] = ()  # states without a tab
    by_slip: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None  # the row of a slip's twelve digits


@dataclass(frozen=True)
class Line:
    """One row as the page shows it."""

    row: Any
    title: str
    url: str
    kind: str
    word: str | Promise
    note: str
    is_late: bool


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    state: str
    is_late: bool
    typed: str
    area: Area | None
    period: Period | None
    picked: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        """Whether a select box was used."""
        return bool(self.area or self.period or self.picked)


class Found:
    """The rows of a list in their order: the late ones first, by how late; then the rest, as the database sorts them."""

    def __init__(
        self, listing: Listing, asked: Asked, everything: QuerySet[Any], rows: QuerySet[Any], now: datetime
    ) -> None:
        self.everything = everything  # that the actor may see, with what a line needs
        self.counts = by_state(rows)
        running = late_clocks(listing.kind, now)
        since = {no: row.due_at for no, row in running.items()}
        open_ones = [state for state in map(str, listing.states) if state not in listing.over]
        late_rows = by_nos(rows, since).filter(state__in=open_ones) if since else rows.none()
        self.since = {row.pk: since[row.no] for row in late_rows if row.no in since}
        self.late_clocks = {row.pk: running[row.no] for row in late_rows if row.pk in self.since}
        self.late_count = len(self.since)
        first = [row for row in late_rows if row.pk in self.since and asked.state in {"", row.state}]
        self.first = sorted(first, key=lambda row: (self.since[row.pk], row.pk))
        others = rows.exclude(pk__in=list(self.since)) if self.since else rows
        self.open = _open(listing, others, open_ones)
        self.over = _over(listing, others, open_ones)
        wanted = {state: self.counts.get(state, 0) for state in map(str, listing.states)}
        if asked.is_late:
            wanted = {}
        elif asked.state:
            wanted = {asked.state: wanted[asked.state]}
            self.open, self.over = self.open.filter(state=asked.state), self.over.filter(state=asked.state)
        self.open_count = sum(count for state, count in wanted.items() if state in open_ones)
        self.open_count = max(self.open_count - len(self.first), 0)
        self.over_count = sum(count for state, count in wanted.items() if state not in open_ones)
        self.total = len(self.first) + self.open_count + self.over_count

    def __getitem__(self, wanted: slice) -> list[Any]:
        """The keys first, along an index; then the few rows, with all that a line needs."""
        before, keys = len(self.first), list[int]()
        for rows, count in ((self.open, self.open_count), (self.over, self.over_count)):
            start, stop = max(wanted.start - before, 0), min(wanted.stop - before, count)
            if start < stop:
                keys += rows.values_list("pk", flat=True)[start:stop]
            before += count
        found = {row.pk: row for row in self.everything.filter(pk__in=keys).order_by()} if keys else {}
        return self.first[wanted] + [found[key] for key in keys if key in found]

    def __iter__(self) -> Iterator[Any]:
        yield from self.first
        for rows, is_some in ((self.open, self.open_count), (self.over, self.over_count)):
            if is_some:
                yield from rows.iterator(chunk_size=AT_A_TIME)


def _open(listing: Listing, rows: QuerySet[Any], open_ones: list[str]) -> QuerySet[Any]:
    return rows.filter(state__in=open_ones).order_by(listing.soonest, *_newest(listing, rows))


def _over(listing: Listing, rows: QuerySet[Any], open_ones: list[str]) -> QuerySet[Any]:
    """Apart from the open ones, so that the first page of many thousands is read along an index and nothing is sorted."""
    return rows.exclude(state__in=open_ones).order_by(*_newest(listing, rows))


def _newest(listing: Listing, rows: QuerySet[Any]) -> tuple[Any, ...]:
    may_lack = rows.model._meta.get_field(listing.newest).null
    return (F(listing.newest).desc(nulls_last=True) if may_lack else f"-{listing.newest}", "-pk")


def _asked(listing: Listing, request: Request, now: datetime) -> Asked:
    asked = request.GET
    is_late = asked.get(LATE) == "1"
    typed = search.read(asked.get("q", ""))[:MOST_TYPED]
    # Whoever types a number or a slip wants that one, in whatever state it is.
    is_one = bool(search.number_in(typed) or (listing.by_slip and read_slip(typed)))
    state = asked.get("state", "" if is_late or is_one else listing.start)
    known = {str(each) for each in listing.states} - {str(each) for each in listing.hidden}  # type: ignore[attr-defined]
    picked = {each.name: asked.get(each.name, "") for each in listing.choices}
    return Asked(
        state=state if state in known else "",
        is_late=is_late,
        typed=typed,
        area=_area(listing, request),
        period=read(asked.get("period", "")),
        picked={
            each.name: picked[each.name] for each in listing.choices if picked[each.name] in each.options
        },
    )


def _area(listing: Listing, request: Request) -> Area | None:
    code = request.GET.get("area", "")
    found = Area.objects.filter(code=code).first() if code.isdecimal() else None
    roots = request.actor.scope(listing.by).area_paths
    return found if found is not None and found.path.startswith(roots) else None


def _wanted(listing: Listing, asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    for each in listing.choices:
        if each.name in asked.picked:
            rows = each.within(rows, asked.picked[each.name])
    if asked.area is not None:
        rows = rows.filter(room__area_path__startswith=asked.area.path)
    if asked.period is not None:
        rows = rows.filter(_within(listing, asked.period, rows))
    number = search.number_in(asked.typed)
    if number:
        return by_no(rows, number)
    slip = read_slip(asked.typed) if listing.by_slip else None
    if listing.by_slip and slip:
        return listing.by_slip(rows, slip)
    return search_index.among(rows, listing.kind, asked.typed) if asked.typed else rows


def _within(listing: Listing, period: Period, rows: QuerySet[Any]) -> Q:
    """Of that time; what is open and has no day yet belongs to the time that runs."""
    found = Q(**{f"{listing.day}__gte": period.begins, f"{listing.day}__lt": period.ends})
    if period.begins <= clock.now() < period.ends and rows.model._meta.get_field(listing.day).null:
        open_ones = [state for state in map(str, listing.states) if state not in listing.over]
        found |= Q(**{f"{listing.day}__isnull": True}, state__in=open_ones)
    return found


def page(request: Request, listing: Listing) -> dict[str, Any]:
    """What the page of a list shows; 404 for whoever may read none of it."""
    asked, found, now = _found(request, listing)
    number = read_number(request.GET.get("page"))
    rows = found[slice((number - 1) * PAGE, number * PAGE)]
    shown: Page[Any] = Page(rows, number, number * PAGE < found.total, found.total)
    return {
        "listing": listing,
        "lines": _lines(listing, rows, found, now),
        "is_late": asked.is_late,
        "page": shown,
        "tabs": _tabs(listing, asked, found, request.GET),
        "filters": _filters(listing, asked, request, now),
        "state": asked.state,
        "kept": _kept(listing, asked),
        "q": asked.typed,
        "asked_for": asked.is_narrowed or bool(asked.typed),
        "is_narrowed": asked.is_narrowed,
        "clear": reverse(listing.page),
        "sheet": f"{reverse(listing.sheet)}?{_query(request.GET).urlencode()}".rstrip("?"),
    }


def _found(request: Request, listing: Listing) -> tuple[Asked, Found, datetime]:
    if not request.actor.can_somewhere(listing.by):
        raise Http404
    now = clock.now()
    asked = _asked(listing, request, now)
    rows = listing.rows(request.actor)
    if listing.hidden:
        rows = rows.exclude(state__in=[str(each) for each in listing.hidden])  # type: ignore[attr-defined]
    return asked, Found(listing, asked, rows, _wanted(listing, asked, rows), now), now


def _kept(listing: Listing, asked: Asked) -> list[tuple[str, str]]:
    """What a new filter leaves as it is: the tab."""
    if asked.is_late:
        return [(LATE, "1")]
    return [("state", asked.state or "all")] if asked.state != listing.start else []


def _query(asked: QueryDict, **changed: str) -> QueryDict:
    """The words of the address without the page, some of them changed; an empty one falls away."""
    query = asked.copy()
    for name in ("page", *changed):
        query.pop(name, None)
    for name, value in changed.items():
        if value:
            query[name] = value
    return query


def _tabs(listing: Listing, asked: Asked, found: Found, query: QueryDict) -> list[dict[str, Any]]:
    def tab(label: str | Promise, count: int, is_current: bool, **changed: str) -> dict[str, Any]:
        address = _query(query, **{"state": "", LATE: "", **changed}).urlencode()
        return {"url": f"?{address}", "label": label, "count": count, "current": is_current}

    everything = "all" if listing.start else ""
    tabs = [tab(_("全部"), sum(found.counts.values()), not (asked.state or asked.is_late), state=everything)]
    if found.late_count or asked.is_late:
        tabs.append(tab(_("逾期"), found.late_count, asked.is_late, late="1"))
    for state, label in listing.states.items():
        count = found.counts.get(str(state), 0)
        if state not in listing.hidden and (count or state in {asked.state, listing.start}):
            tabs.append(tab(label, count, state == asked.state and not asked.is_late, state=str(state)))
    return tabs


def _filters(listing: Listing, asked: Asked, request: Request, now: datetime) -> list[dict[str, Any]]:
    """The select boxes: name, label, and their (value, label, is chosen)."""
    found = [
        {
            "name": each.name,
            "label": each.label,
            "options": [
                (value, label, asked.picked.get(each.name) == value) for value, label in each.options.items()
            ],
        }
        for each in listing.choices
    ]
    areas = _areas(request.actor.scope(listing.by).area_paths, asked.area)
    if areas:
        chosen = asked.area.code if asked.area else ""
        options = [(area.code, area.name, area.code == chosen) for area in areas]
        found.append({"name": "area", "label": _("地方"), "options": options})
    today = local_day(now)
    periods = _periods(today, asked.period)
    chosen_period = asked.period.code if asked.period else ""
    options = [(each.code, in_words(each, today), each.code == chosen_period) for each in periods]
    found.append({"name": "period", "label": listing.day_label, "options": options})
    return found


def _areas(roots: tuple[str, ...], chosen: Area | None) -> list[Area]:
    """The places on the way down to the chosen one, and those just below; one statement."""
    if not roots:
        return []
    wanted = Q(parent__path__in=[chosen.path] if chosen else roots)
    if chosen is not None:
        wanted |= Q(path__in=[path for path in ancestors(chosen.path) if path.startswith(roots)])
    return list(Area.objects.filter(wanted).exclude(path__in=roots).order_by("path"))


def _periods(today: date, chosen: Period | None) -> list[Period]:
    last_month = month(today.year - (today.month == 1), (today.month - 2) % 12 + 1)
    offered = [
        month(today.year, today.month),
        last_month,
        quarter(today.year, (today.month + 2) // 3),
        year(today.year),
        year(today.year - 1),
    ]
    return offered if chosen is None or chosen in offered else [chosen, *offered]


def _lines(listing: Listing, rows: list[Any], found: Found, now: datetime) -> list[Line]:
    """One page; two statements at most, for what those are called who are late."""
    late_ones = {row.pk: found.late_clocks[row.pk] for row in rows if row.pk in found.late_clocks}
    names = called({each.holder for each in late_ones.values()})
    waits = {
        pk: _("等%(who)s：%(what)s")
        % {"who": names[each.holder], "what": house().task(listing.kind, each.rule)[0]}
        for pk, each in late_ones.items()
    }
    return [_line(listing, row, found.since.get(row.pk), waits.get(row.pk, ""), now) for row in rows]


def _line(listing: Listing, row: Any, since: datetime | None, waits: str, now: datetime) -> Line:
    kind, word = listing.status(row)
    kind = (
        "doing" if kind == "yours" else kind
    )  # which calls on a resident; on a desk only what is late is red
    note = list(filter(None, listing.note(row)))
    if listing.dates is not None:
        note.append(_("%(day)s 到期") % {"day": day(since)} if since else listing.dates(row))
    if since:  # how late it is says more than its stage, which goes to the facts below
        kind, word, note = "late", late_word(since, now), [str(word), *note, waits]
    url = reverse(listing.link, args=[row.no])
    return Line(row, listing.title(row), url, kind, word, " · ".join(note), since is not None)


def day(moment: datetime | None) -> str:
    """A day as lists write it."""
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def sheet(request: Request, listing: Listing) -> FileResponse:
    """The same rows as a sheet, as filtered; whoever may not open the page meets no sheet either."""
    asked, found, now = _found(request, listing)
    heads = [
        sheets.Head(_("编号")),
        *(sheets.Head(str(each.title), each.is_wide) for each in listing.columns),
    ]
    heads.append(sheets.Head(_("逾期天数")))
    about = [
        (_("导出时间"), date_format(timezone.localtime(now), "DATETIME_FORMAT")),
        (_("件数"), str(min(found.total, MOST_ROWS))),
        (_("筛选"), _said(listing, asked) or _("没有筛选")),
    ]
    if found.total > MOST_ROWS:
        about.append((_("注意"), _("只导出了前 %(n)s 件，请按地方或时间分开导出。") % {"n": MOST_ROWS}))
    name = str(listing.label)
    file = sheets.write(name, heads, _cells(listing, found, now), about)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{local_day(now).isoformat()}.xlsx",
        content_type=sheets.TYPE,
    )


def _cells(listing: Listing, found: Found, now: datetime) -> Iterator[list[sheets.Cell]]:
    for row in islice(found, MOST_ROWS):
        since = found.since.get(row.pk)
        yield [
            row.no,
            *(each.of(row) for each in listing.columns),
            late_days(since, now) if since else None,
        ]


def _said(listing: Listing, asked: Asked) -> str:
    """The filters in words."""
    said = [
        str(each.options[asked.picked[each.name]]) for each in listing.choices if each.name in asked.picked
    ]
    if asked.is_late:
        said.append(_("逾期"))
    if asked.state:
        said.append(str(next(label for state, label in listing.states.items() if str(state) == asked.state)))
    if asked.area is not None:
        said.append(asked.area.name)
    if asked.period is not None:
        said.append(in_words(asked.period, clock.today()))
    if asked.typed:
        said.append(asked.typed)
    return " · ".join(said)


ROOM = Column(gettext_lazy("议事室"), lambda row: row.room.name, is_wide=True)
STATE = Column(gettext_lazy("阶段"), lambda row: str(row.get_state_display()))
