"""Reading draws: the pool, the panel, what is missing, what the worker has to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangliang.clocks.queries import running_by_subject
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.figures.queries import by_state
from shangliang.inbox.queries import Told, told
from shangliang.kit.guards import Unmet
from shangliang.kit.punctuation import listed
from shangliang.people import queries as people
from shangliang.places.models import Room
from shangliang.rulebook import book
from shangliang.sortition import rules
from shangliang.sortition.labels import DRAW_STATES, LOTTERY_STATES, PREPARING, STATE_KINDS
from shangliang.sortition.models import Draw, Lottery, Quota, Volunteer, token_hash
from shangliang.sortition.states import CallResult, DrawState, LotteryState, VolunteerState

OPEN_LOTTERY = (LotteryState.ASKED.value, LotteryState.FIXED.value)
SEATED = (VolunteerState.DRAWN.value, VolunteerState.ACCEPTED.value)
MOST_CALLS = 4  # on one page
MOST_NAMED = 12  # numbers in one sentence


def draw_by_key(key: str) -> Draw | None:
    """The draw behind a link."""
    return Draw.objects.by_key(key).select_related("room").first()


def volunteer_by_token(token: str) -> Volunteer | None:
    """Whose own page this is."""
    rows = Volunteer.objects.filter(token_hash=token_hash(token)).select_related("draw__room")
    return rows.first() if token else None


def asked(draw: Draw) -> list[rules.Asked]:
    """The quotas in the order in which they were written."""
    return [as_asked(row) for row in quotas(draw)]


def quotas(draw: Draw) -> list[Quota]:
    """The rows themselves; without a statement where they came with the draw."""
    return sorted(draw.quotas.all(), key=lambda row: row.pk)


def as_asked(row: Quota) -> rules.Asked:
    """A quota as the rules know it."""
    return rules.Asked(
        rules.Feature(row.category, row.feature, row.people), row.low, row.high, row.is_flexible
    )


def open_lottery(draw: Draw) -> Lottery | None:
    """The lottery that is being made, or that waits for its seed."""
    return draw.lotteries.filter(state__in=OPEN_LOTTERY).first()


def lotteries(draw: Draw) -> list[Lottery]:
    """All, the latest first, without what is long in them."""
    return list(draw.lotteries.defer("panels", "chances").order_by("-number"))


def last_with_chance(draw: Draw, number: int) -> Lottery | None:
    """The latest lottery that was fixed with this volunteer in its pool and was not taken back."""
    rows = draw.lotteries.filter(state__in=[LotteryState.FIXED.value, LotteryState.PICKED.value])
    for row in rows.defer("panels").order_by("-number"):
        if str(number) in row.chances:
            return row
    return None


def reply_by(draw: Draw) -> datetime | None:
    """Until when those drawn are asked to answer."""
    running = running_by_subject([draw.subject]).get(draw.subject, [])
    return running[0].due_at if running else None


def pool(draw: Draw) -> list[Volunteer]:
    """Who can be drawn now."""
    return list(draw.volunteers.filter(state=VolunteerState.WAITING.value).order_by("number"))


def seated(draw: Draw) -> list[Volunteer]:
    """Who is on the panel: drawn, and has not declined."""
    return list(draw.volunteers.filter(state__in=SEATED).order_by("number"))


def told_panel(draw: Draw, rows: Iterable[Volunteer]) -> dict[int, Told]:
    """Whether each of them knows by now that they were drawn, by their key; four statements however many."""
    people = {row.ref: [row.ref] for row in rows}
    found = told(people, news_of(draw)) if people else {}
    return {row.pk: found[row.ref] for row in rows}


def news_of(draw: Draw) -> list[str]:
    """By what the inbox knows the messages to those who were drawn, the oldest first."""
    subject = draw.subject
    news = Event.objects.filter(
        subject_kind=subject.kind, subject_no=subject.no, kind__in=[Kind.DRAW_DRAWN, Kind.DRAW_FILLED]
    )
    return [f"event:{pk}" for pk in news.order_by("pk").values_list("pk", flat=True)]


def to_call_first(rows: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """In the order in which one telephones: who was never called, then the oldest try, at last who was reached."""
    is_reached = Case(When(call_result=CallResult.REACHED.value, then=1), default=0)
    return rows.order_by(is_reached, F("called_at").asc(nulls_first=True), "number")


def volunteers(draw: Draw) -> QuerySet[Volunteer]:
    """All of them, those that need a look first."""
    return draw.volunteers.order_by("number")


def counts_by_state(draw: Draw) -> dict[str, int]:
    """How many volunteers stand in each state; "all" of them, and "seated" on the panel. One statement."""
    found = dict.fromkeys([state.value for state in VolunteerState], 0)
    found |= by_state(draw.volunteers.all())
    return {**found, "all": sum(found.values()), "seated": sum(found[state] for state in SEATED)}


def households(draw: Draw, rows: Iterable[Volunteer]) -> dict[str, list[int]]:
    """Numbers of who lives together, of the homes of these rows. One statement."""
    homes = {row.home_hash for row in rows} - {""}
    found: dict[str, list[int]] = {}
    together = draw.volunteers.filter(home_hash__in=homes).order_by("number")
    for home, number in together.values_list("home_hash", "number"):
        found.setdefault(home, []).append(number)
    return found


def empty_seats(draw: Draw) -> int:
    """How many seats nobody has, once a panel was drawn."""
    if draw.state != DrawState.DRAWN:
        return 0
    return draw.size - draw.volunteers.filter(state__in=SEATED).count()


def vacancies(draw: Draw) -> list[Volunteer]:
    """Who cannot come and whose seat nobody has taken, the first to say so first; a later lottery filled those before it."""
    rows = draw.volunteers.filter(state=VolunteerState.DECLINED.value)
    last = _last_picked(draw)
    if last is not None and last.number > 1:
        rows = rows.filter(replied_at__gte=last.asked_at)
    taken = set(draw.volunteers.exclude(seat_of=None).values_list("seat_of", flat=True))
    found = [row for row in rows.order_by("replied_at", "number") if row.number not in taken]
    return found[: empty_seats(draw)]


def alternates(draw: Draw) -> dict[int, int]:
    """Whom to ask for the empty seats: number of who left -> number of the alternate. Nobody while a lottery is open."""
    last = _last_picked(draw)
    if last is None or not last.alternates or empty_seats(draw) == 0 or open_lottery(draw) is not None:
        return {}
    quotas = asked(draw)
    waiting = {row.number: row for row in pool(draw) if is_whole(row, quotas)}
    order = [waiting[number] for number in last.alternates if number in waiting]
    return rules.fill_seats(_seatable(vacancies(draw)), _seatable(order), _seatable(seated(draw)), quotas)


def filled(draw: Draw) -> list[tuple[int, int]]:
    """Seats that alternates were asked for: number of who left, number of who was asked."""
    rows = draw.volunteers.exclude(seat_of=None).order_by("seat_of")
    return [(seat or 0, number) for seat, number in rows.values_list("seat_of", "number")]


def _last_picked(draw: Draw) -> Lottery | None:
    rows = draw.lotteries.filter(state=LotteryState.PICKED.value)
    return rows.defer("panels", "chances").order_by("-number").first()


def _seatable(rows: Iterable[Volunteer]) -> list[rules.Seatable]:
    return [rules.Seatable(row.number, row.values, row.home_hash) for row in rows]


def office_names(draw: Draw, day: date) -> frozenset[str]:
    """Names of who sits at this room's table by office, or may: conveners, stand-ins, members near."""
    names = {row.person.name for row in people.offices(draw.room, day)}
    names |= {row.person.name for row in people.members_near(draw.room.area_path, day)}
    return frozenset(names)


def missing_for_lottery(draw: Draw, day: date) -> list[Unmet]:
    """What stands before the panels are made, advice last."""
    if open_lottery(draw) is not None:
        return [Unmet("lottery_open", mend="lottery")]
    quotas = asked(draw)
    unmet = rules.missing_in_quotas(quotas, draw.size)
    if draw.call_until is not None and is_call_promised(draw, day):
        last = date_format(draw.call_until, _("n月j日"))
        unmet.append(Unmet("call_not_over", {"day": last}, mend="call"))
    is_first = draw.state == DrawState.COLLECTING
    seats = draw.size if is_first else empty_seats(draw)
    if not is_first and seats == 0:
        return [*unmet, Unmet("nobody_declined")]
    here = pool(draw)
    if len(here) < max(seats, 1):
        unmet.append(Unmet("pool_small", {"here": len(here), "n": seats}, mend="volunteers"))
    lacking = [row.number for row in here if not is_whole(row, quotas)]
    if lacking:
        unmet.append(Unmet("values_missing", {"names": _numbers(lacking)}, mend="volunteers"))
    homes = crowded_homes(here, day)
    crowded = [row.number for row in here if row.home_hash in homes]
    if crowded:
        unmet.append(Unmet("same_home", {"names": _numbers(crowded)}, mend="volunteers"))
    shut_out = [row.number for row in here if is_shut_out(row, quotas)]
    if shut_out:
        unmet.append(Unmet("no_seat_for", {"names": _numbers(shut_out)}, mend="quotas", advice=True))
    again = Counter(row.name for row in here if row.name)
    twins = [row.number for row in here if again[row.name] > 1]
    if twins:
        unmet.append(Unmet("same_person", {"names": _numbers(twins)}, mend="volunteers", advice=True))
    offices = office_names(draw, day)
    alike = [row.number for row in here if not row.was_checked and row.name in offices]
    if alike:
        unmet.append(Unmet("same_name", {"names": _numbers(alike)}, mend="volunteers"))
    return unmet


def crowded_homes(rows: Iterable[Volunteer], day: date) -> frozenset[str]:
    """Addresses that so many gave that they may be no household, as long as nobody has said that they are."""
    homes = [row for row in rows if row.home_hash]
    most = book().at(day).integer("sortition.home_count")
    count = Counter(row.home_hash for row in homes)
    unsaid = {row.home_hash for row in homes if not row.is_one_home}
    return frozenset(home for home in unsaid if count[home] > most)


def homes_of(refs: Iterable[str]) -> dict[str, str]:
    """Where volunteers live who said so, by the ref under which the inbox knows them."""
    keys = [int(ref.partition(":")[2]) for ref in refs]
    rows = Volunteer.objects.filter(pk__in=keys) if keys else []
    return {row.ref: row.home for row in rows if row.home}


def is_whole(row: Volunteer, quotas: Iterable[rules.Asked]) -> bool:
    """Whether somebody has one known value of every attribute."""
    known: dict[str, set[str]] = {}
    for each in quotas:
        known.setdefault(each.feature.category, set()).add(each.feature.name)
    return all(row.values.get(category) in names for category, names in known.items())


def is_shut_out(row: Volunteer, quotas: Iterable[rules.Asked]) -> bool:
    """Whether nobody of one of their kinds is asked for."""
    closed = {(each.feature.category, each.feature.name) for each in quotas if each.high == 0}
    return bool(closed & set(row.values.items()))


def _numbers(found: list[int]) -> str:
    more = "…" if len(found) > MOST_NAMED else ""
    return listed(found[:MOST_NAMED]) + more


def missing_for_settling(draw: Draw) -> list[Unmet]:
    """What stands before the panel is handed on; an empty seat is no reason to wait, if the clerk says so."""
    if open_lottery(draw) is not None:
        return [Unmet("lottery_open", mend="lottery")]
    unmet = []
    waiting = draw.volunteers.filter(state=VolunteerState.DRAWN.value).count()
    if waiting:
        unmet.append(Unmet("replies_missing", {"n": waiting}, mend="replies"))
    empty = empty_seats(draw)
    if empty:
        unmet.append(Unmet("seats_empty", {"n": empty}, mend="lottery", advice=True))
    return unmet


@dataclass(frozen=True)
class Share:
    """One value of an attribute: how many people of the place, of the pool, of the panel have it."""

    category: str
    feature: str
    people: int | None
    people_percent: float | None
    pool: int
    pool_percent: float
    panel: int
    panel_percent: float
    low: int
    high: int


def shares(draw: Draw) -> list[Share]:
    """Place, pool and panel beside each other; two statements. The pool is all who ever could be drawn."""
    quotas = asked(draw)
    rows = list(draw.volunteers.exclude(state=VolunteerState.OUT.value).values_list("state", "values"))
    features = [(each.feature.category, each.feature.name) for each in quotas]
    in_pool = rules.counts((values for _state, values in rows), features)
    in_panel = rules.counts((values for state, values in rows if state in SEATED), features)
    of_place: Counter[str] = Counter()
    for each in quotas:
        of_place[each.feature.category] += each.feature.people or 0
    here, sitting = len(rows), sum(state in SEATED for state, _values in rows)
    return [
        Share(
            category=each.feature.category,
            feature=each.feature.name,
            people=each.feature.people,
            people_percent=_percent(each.feature.people, of_place[each.feature.category]),
            pool=in_pool[pair],
            pool_percent=_percent(in_pool[pair], here) or 0.0,
            panel=in_panel[pair],
            panel_percent=_percent(in_panel[pair], sitting) or 0.0,
            low=each.low,
            high=each.high,
        )
        for each, pair in zip(quotas, features, strict=True)
    ]


def _percent(part: int | None, whole: int) -> float | None:
    return None if part is None or whole == 0 else round(100 * part / whole, 1)


def standing(draw: Draw) -> Iterable[Volunteer]:
    """Who said at an earlier draw of this room that they may be asked again, each once, the latest word first."""
    rows = Volunteer.objects.filter(draw__room=draw.room, may_ask_again=True).exclude(draw=draw)
    rows = rows.exclude(name_sealed=b"").select_related("draw").order_by("-joined_at", "-pk")
    here = set(draw.volunteers.exclude(phone_hash="").values_list("phone_hash", flat=True))
    met: set[str] = set()
    for row in rows:
        who = row.phone_hash or f"{row.name}/{row.home_hash}"
        if who not in met and row.phone_hash not in here:
            met.add(who)
            yield row


def waiting_checks() -> QuerySet[Draw]:
    """Draws whose question nobody has answered yet."""
    late = Q(checked_at=None) | Q(checked_at__lt=F("check_asked_at"))
    return Draw.objects.filter(late, check_asked_at__isnull=False).order_by("check_asked_at")


def waiting_lotteries() -> QuerySet[Lottery]:
    """Lotteries whose panels are to be made."""
    return Lottery.objects.filter(state=LotteryState.ASKED.value).order_by("asked_at")


def is_call_open(draw: Draw, day: date) -> bool:
    """Whether somebody may put their name down themselves; the last day counts whole."""
    if not draw.is_called or draw.state != DrawState.COLLECTING or draw.size == 0:
        return False
    return draw.call_until is None or day <= draw.call_until


def is_call_promised(draw: Draw, day: date) -> bool:
    """Whether everybody was told that they may still put their names down, until a day that is not over."""
    return draw.call_until is not None and is_call_open(draw, day)


def open_calls(day: date, room: Room | None = None) -> list[Draw]:
    """Where people may put their names down now, the soonest to end first; of one room, or of all. One statement."""
    rows = Draw.objects.filter(
        is_called=True, is_embargoed=False, state=DrawState.COLLECTING.value, size__gt=0
    )
    rows = rows.filter(Q(call_until=None) | Q(call_until__gte=day)).select_related("room")
    if room is not None:
        rows = rows.filter(room=room)
    return list(rows.order_by(F("call_until").asc(nulls_last=True), "pk")[:MOST_CALLS])


def stage(draw: Draw, lottery: Lottery | None, day: date) -> tuple[str, Promise]:
    """Where a draw stands in a few words, and their kind: its open lottery says more than its own state."""
    state = DrawState(draw.state)
    if lottery is not None and lottery.state in OPEN_LOTTERY:
        return "soon", LOTTERY_STATES[LotteryState(lottery.state)]
    if state == DrawState.COLLECTING and not is_call_open(draw, day):
        return STATE_KINDS[state], PREPARING
    return STATE_KINDS[state], DRAW_STATES[state]


def erasable(over: datetime, standing: datetime) -> QuerySet[Volunteer]:
    """Who is still known by name although their draw ended before `over`; who may be asked again, before `standing`."""
    ended = Q(draw__settled_at__lt=over, may_ask_again=False) | Q(draw__settled_at__lt=standing)
    named = ~Q(name_sealed=b"") | ~Q(home_sealed=b"") | ~Q(phone_hash="")
    return Volunteer.objects.filter(ended & named).order_by("pk")
