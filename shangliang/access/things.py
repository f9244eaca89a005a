"""What there is and what can be done to it, declared once: each app hands in its things, `config` gathers them.

The desk, the menu, lists, links and titles, history lines, tasks, the review page, the acts of a page, outsider tests
and the reference pages all read these tables. What is missing stops the start (see `faults`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import PERMISSIONS, Permission, Role
from shangliang.access.transitions import RoleOf
from shangliang.kit.punctuation import labelled
from shangliang.kit.states import Machine
from shangliang.rulebook import book

# How an act stands on its page.
SECTION = "section"  # under a heading of its own
FOLD = "fold"  # a line that unfolds
PRESS = "press"  # one button, nothing to fill in
BARE = "bare"  # the form alone, inside a section of the page


def key_of(row: Any) -> tuple[str, ...]:
    """The key of a row where it has one that cannot be guessed, else its number."""
    return (str(getattr(row, "key", "") or row.no),)


@dataclass(frozen=True)
class Act:
    """Something that can be done to a thing on its page.

    `do` is the action. It is called with the thing under `takes` (its kind, where empty), the facts of the form
    (`form.facts()` where it has that, else its cleaned data), `actor` and `at`; it judges, this only offers.
    """

    name: str  # its word in the address
    does: tuple[str, ...]  # the rows of the machine, one of which it is
    title: Promise  # over its form, or on its button
    do: Callable[..., object] | None = None  # None: it leads to a page of a later app
    button: Promise | None = None  # where it differs from the title
    said: Promise | None = None  # after it is done; None where what follows speaks for itself
    form: Callable[..., Any] | None = None
    given: Callable[[Any, Any], dict[str, Any]] | None = None  # (thing, request): what the form is told
    gaps: Callable[..., list[Any]] | None = None  # (thing, at): conditions known before anything is typed
    next: Promise | None = None  # words of the one main button, where this act may be what is next
    look: str = SECTION
    page: str = ""  # name of an address that takes the number, for an act with a page of its own (`fill_in`)
    by: Permission | None = None  # where it leads to a page of a later app, which asks for something else
    when: Callable[[Any], bool] | None = None  # the same: what the thing must be like for that page
    sure: str = ""  # template that asks once more before what cannot be undone
    doubt: Callable[..., bool] | None = None  # (thing, at): it asks only then; always where there is none
    then: Callable[..., Any] | None = None  # (request, thing, result): where it leads, if not back
    machine: Machine[Any] | None = None  # where it is not the thing's own
    takes: str = ""
    # words of its own conditions, before the thing's
    unmet: Mapping[Any, Promise] = field(default_factory=dict)
    role_of: RoleOf | None = None


@dataclass(frozen=True)
class Review:
    """How a thing looks to whoever releases it: which rows may wait, and the words that everybody would read."""

    rows: Callable[[], Any]  # everything of this kind, with what `title` and `text` need
    title: Callable[[Any], str]
    text: Callable[[Any], str]
    label: Promise | None = None  # where what is public has another name than the thing
    desk: str = ""  # prefix of the desk columns: "deliberation__"
    # the thing on whose page it stands, where that is not its own: its kind, and the row
    about: Callable[[Any], tuple[str, Any]] | None = None
    read: Permission | None = None  # what opens that page, on its desk
    # what is said to whoever let it through, where that alone does not make it public
    passed: Callable[[Any], Promise | str] | None = None
    # what the reviewer reads besides, and nobody through the review: `label` and `value` each
    inside: Callable[[Any], Iterable[Mapping[str, Any]]] | None = None
    # what is to be looked at besides, each with `url`, `words`, `is_photo` and `key`
    files: Callable[[Any], Iterable[Any]] | None = None
    # keeps some of them, by their keys, from readers, and why; where each can be released by itself
    withhold: Callable[[Any, Sequence[str], str], None] | None = None


@dataclass(frozen=True)
class Thing:
    """One kind of thing that work is about."""

    kind: str  # the kind of its Subject
    label: Promise
    rows: Callable[[Actor], Any]  # what an actor may open on the desk, with what `title` and `place` need
    title: Callable[[Any], str]
    place: Callable[[Any], str]
    page: str  # name of the address that takes its number; empty where it has none of its own
    stands_on: Callable[[Any], str] | None = (
        None  # address of the page with its acts, where that is not `page`
    )
    listed: str = "desk"  # name of the list to which one goes when it has left one's desk
    listing: Any = None  # that list (`desks.listing.Listing`), where it is found by its words
    find: Callable[[Actor, str], Any] | None = None  # one thing with all that its page needs; 404 otherwise
    act_page: str = ""  # name of the address that takes number and act
    machine: Machine[Any] | None = None
    acts: tuple[Act, ...] = ()
    history: Mapping[Any, Promise] = field(default_factory=dict)  # words of its history, by event
    detail: Callable[[Any], str] | None = None  # a ledger line's own facts in words
    titles: Mapping[Any, Callable[[Any], str]] = field(default_factory=dict)  # of tasks, where not its own
    tasks: Mapping[Any, Promise] = field(default_factory=dict)  # what each of its clocks asks for, by rule
    # the same in the words of the row as it stands, by rule; "" leaves the words above
    asks: Mapping[Any, Callable[[Any], str]] = field(default_factory=dict)
    # The acts that do what each of its clocks asks for, by rule; none where residents are waited for. What is done to
    # a part of it is written with the kind of that: "signature.sign".
    answers: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, Callable[[Any], Iterable[Any]]] = field(default_factory=dict)  # those parts, by kind
    unmet: Mapping[Any, Promise] = field(default_factory=dict)  # conditions in words, by code
    mends: Callable[[Any], Mapping[str, str]] | None = None  # addresses of the pages on which they are mended
    # The rows of this kind that belong to a thing of another kind, as far as an actor may open them; by that kind.
    beside: Mapping[str, Callable[[Actor, Any], Iterable[Any]]] = field(default_factory=dict)
    # Whose turn it is with things of another kind that lie with rows of this one, by that kind: (things) to what their
    # app takes for it, by the thing's key.
    turns: Mapping[str, Callable[[Iterable[Any]], Mapping[int, Any]]] = field(default_factory=dict)
    # How such a row stands there, with its parts that one opens by themselves; its title and state, where not said.
    lines: Callable[[Actor, Any], Iterable[Beside]] | None = None
    review: Review | None = None
    role_of: RoleOf = role_on_desk
    key: Callable[[Any], tuple[str, ...]] = key_of  # what stands for a row in the addresses of page and acts
    is_on_a_list: bool = False  # several of them stand on one page with their acts
    like: tuple[str, ...] = ("1",)  # how such a key looks, for the check at the start

    def link(self, no: str) -> str:
        """The address of its page."""
        return reverse(self.page, args=[no])

    def address(self, row: Any) -> str:
        """The address of the page on which the acts of `row` stand."""
        return self.stands_on(row) if self.stands_on else reverse(self.page, args=self.key(row))

    def line(self, row: Any, note: str = "") -> Beside:
        """How `row` stands beside a thing of another kind."""
        title = labelled(self.label, self.title(row))
        return Beside(title, self.address(row), row.get_state_display(), note)

    def act(self, name: str) -> Act | None:
        """The act with that word in its address."""
        return next((each for each in self.acts if each.name == name), None)

    def machine_of(self, act: Act) -> Machine[Any]:
        """The machine whose table decides about `act`."""
        found = act.machine or self.machine
        if found is None:
            raise ValueError(f"{self.kind}: {act.name} has no machine")
        return found

    def role_for(self, act: Act) -> RoleOf:
        """How an actor's role for `act` is found."""
        return act.role_of or self.role_of


@dataclass(frozen=True)
class Beside:
    """A line that leads from one thing to another that belongs to it."""

    title: str  # what kind of thing it is, and its own title
    url: str
    word: str
    note: str = ""  # what came of it, in one line
    kind: str = ""  # the kind of thing that hands it in


@dataclass(frozen=True)
class Section:
    """A page of the desk that stands in its menu, for whoever holds `by` somewhere."""

    page: str  # name of its address
    label: Promise
    by: Permission | None = None
    args: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # other addresses below the desk whose pages it is marked for in the menu
    count: Callable[[Actor], int] | None = None  # what stands beside it in the menu; one statement

    @property
    def url(self) -> str:
        return reverse(self.page, args=self.args)

    @property
    def inside(self) -> tuple[str, ...]:
        """The addresses above its pages."""
        return (self.url, *(f"{reverse('desk')}/{word}" for word in self.also))


@dataclass(frozen=True, eq=False)  # there is one of it; eq=False lets its words be cached
class House:
    """Everything that the apps have handed in."""

    things: tuple[Thing, ...]
    sections: tuple[Section, ...] = ()
    shortcuts: tuple[Section, ...] = ()  # what one begins from the desk
    history: Mapping[Any, Promise] = field(default_factory=dict)  # words of events that any thing may have
    tasks: Mapping[str, tuple[Promise, str]] = field(default_factory=dict)  # of clocks of any: words, page
    # the acts that do what those ask for
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quiet: tuple[str, ...] = ()  # events that stand in no history

    def thing(self, kind: str) -> Thing:
        """The thing of that kind; raises KeyError, as a kind that nobody handed in has no page."""
        for each in self.things:
            if each.kind == kind:
                return each
        raise KeyError(f"no app hands in the kind {kind}")

    def event_words(self, event: str) -> Promise:
        """What a history line says of an event."""
        return _event_words(self)[event]

    def task(self, kind: str, rule: str) -> tuple[Promise, str]:
        """What the clock of `rule` asks for on a thing of that kind, and the name of the page where it is done.

        The name is empty where that is the thing's own page. Raises KeyError.
        """
        return self.tasks[rule] if rule in self.tasks else (self.thing(kind).tasks[rule], "")

    def answering(self, kind: str, rule: str, row: Any) -> Iterator[tuple[Thing, Act, Any]]:
        """The acts that do what the clock of `rule` asks for, each with the thing and the row that it is done to."""
        thing = self.thing(kind)
        for name in self.answers[rule] if rule in self.answers else thing.answers[rule]:
            part, _dot, act_name = name.rpartition(".")
            owner = self.thing(part) if part else thing
            act = owner.act(act_name)
            if act is None:
                raise KeyError(f"{owner.kind} has no act {act_name}")
            yield from (
                (owner, act, each) for each in (thing.parts[part](row) if part in thing.parts else [row])
            )

    @property
    def alike(self) -> list[frozenset[str]]:
        """Rules whose clocks the same acts of a thing answer: whoever does it for one has done it for all."""
        return _alike(self)

    def rules_for(self, role: Role) -> list[tuple[str, str]]:
        """The clocks, as pairs (kind, rule), that ask for something which `role` may do wherever it is held.

        What asks more than the permission, such as a signature of one's own, is not among them.
        """
        return [
            (thing.kind, rule)
            for thing in self.things
            for rule, names in thing.answers.items()
            if any(_may_do(self, thing, name, role) for name in names)
        ]

    def beside(self, kind: str, row: Any, actor: Actor) -> list[Beside]:
        """What belongs to a thing and has a page that `actor` may open, in the order of the flow; a statement a kind."""
        return [
            replace(line, kind=thing.kind)
            for thing in self.things
            if kind in thing.beside
            for each in thing.beside[kind](actor, row)
            for line in (thing.lines(actor, each) if thing.lines else [thing.line(each)])
        ]

    def turns(self, kind: str, rows: Iterable[Any]) -> dict[int, Any]:
        """Whose turn it is with those things that lie with things of later apps, by their keys."""
        known = list(rows)
        found: dict[int, Any] = {}
        for thing in self.things:
            if kind in thing.turns:
                found |= thing.turns[kind](known)
        return found

    def where(self, kind: str, no: str, rule: str) -> str:
        """The address at which the task of a clock is done."""
        _words, page = self.task(kind, rule)
        return reverse(page) if page else self.thing(kind).link(no)


def _may_do(house: House, thing: Thing, name: str, role: Role) -> bool:
    part, _dot, act_name = name.rpartition(".")
    owner = house.thing(part) if part else thing
    act = owner.act(act_name)
    if act is None or act.role_of is not None:
        return False
    machine = owner.machine_of(act)
    needed = {act.by} if act.by else {machine.needs(row) for row in act.does}
    return bool({Permission(each) for each in needed if each} & PERMISSIONS[role])


@lru_cache(maxsize=4)
def _alike(house: House) -> list[frozenset[str]]:
    by_acts: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for thing in house.things:
        for rule, names in thing.answers.items():
            by_acts[thing.kind, names].add(rule)
    return [frozenset(rules) for (_kind, names), rules in by_acts.items() if names and len(rules) > 1]


@lru_cache(maxsize=4)
def _event_words(house: House) -> dict[str, Promise]:
    found = dict(house.history)
    for thing in house.things:
        found |= thing.history
    return found


@lru_cache(maxsize=1)
def house() -> House:
    """The one table; settings name it because it lies above everything."""
    where, _dot, name = settings.HOUSE.rpartition(".")
    table: House = getattr(import_module(where), name)
    return table


def faults(table: House, events: Iterable[str]) -> Iterator[str]:
    """A sentence for everything that is missing or stands there twice; `events` are all that there are."""
    kinds = [thing.kind for thing in table.things]
    yield from (
        f"Two apps hand in the kind {kind}." for kind in sorted({k for k in kinds if kinds.count(k) > 1})
    )
    words = _event_words(table)
    for event in events:
        if event not in words and event not in table.quiet:
            yield f"No thing has words for the event {event} in its history."
    for section in (*table.sections, *table.shortcuts):
        yield from _no_page(section.page, section.args, str(section.label))
    for thing in table.things:
        yield from _faults_of(thing)
        yield from _unanswered(table, thing.kind, thing.tasks, thing.answers)
    yield from _unanswered(table, "", table.tasks, table.answers)


def _unanswered(
    table: House, kind: str, tasks: Iterable[str], answers: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Clocks that ask for something which no act does."""
    things = {thing.kind: thing for thing in table.things}
    for rule in tasks:
        if rule not in answers:
            yield f"{kind or 'any thing'}: nobody says which acts do what {rule} asks for."
    for rule, names in answers.items():
        for name in names:
            part, _dot, act = name.rpartition(".")
            owner = things.get(part or kind)
            if owner is None or owner.act(act) is None:
                yield f"{kind or 'any thing'}: {rule} is answered by {name}, which nobody hands in."


def check_house(events: Iterable[str], also: Iterable[str] = ()) -> None:
    """Raise ImproperlyConfigured with every fault: a missing word or page stops the start, never a reader."""
    found = [*faults(house(), events), *also]
    if found:
        raise ImproperlyConfigured("\n".join(["What the apps hand in has gaps:", *found]))


def _faults_of(thing: Thing) -> Iterator[str]:
    if thing.page:
        yield from _no_page(thing.page, thing.like, thing.kind)
    yield from _no_page(thing.listed, (), thing.kind)
    yield from _faults_of_table(thing)
    yield from (
        f"{thing.kind}: {rule} is no rule of the rulebook." for rule in thing.tasks if not book().has(rule)
    )
    names = [act.name for act in thing.acts]
    yield from (
        f"{thing.kind}: two acts are called {name}."
        for name in sorted({n for n in names if names.count(n) > 1})
    )
    for act in thing.acts:
        yield from _faults_of_act(thing, act)


def _faults_of_table(thing: Thing) -> Iterator[str]:
    """Permissions that nobody knows, or that no role holds."""
    for act in thing.machine.acts() if thing.machine else ():
        needed = thing.machine.needs(act) if thing.machine else ""
        if needed and needed not in {each.value for each in Permission}:
            yield f"{thing.kind}: {act} needs {needed}, which is no permission."
        elif needed and not any(Permission(needed) in held for held in PERMISSIONS.values()):
            yield f"{thing.kind}: {act} needs {needed}, which no role holds."


def _faults_of_act(thing: Thing, act: Act) -> Iterator[str]:
    name, machine = f"{thing.kind}: the act {act.name}", thing.machine_of(act)
    for row in act.does:
        if row not in machine.acts():
            yield f"{name} does {row}, which its machine does not know."
        elif not (act.by or machine.needs(row)):
            yield f"{name} needs no permission."
    if act.page or act.do is None:
        yield from _no_page(act.page, thing.like, name)
    else:
        yield from _no_page(thing.act_page, (*thing.like, act.name), name)
    if act.do is None:
        return
    if act.said is None and act.then is None:
        yield f"{name} says nothing when it is done."


def _no_page(page: str, args: tuple[str, ...], whose: str) -> Iterator[str]:
    try:
        reverse(page, args=args)
    except NoReverseMatch:
        yield f"{whose}: there is no page {page!r}."
