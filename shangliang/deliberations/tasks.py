"""The worker's part: the Word file of a record, made whenever the record has changed."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.formats import date_format

from shangliang.access.roles import NAMES, Role
from shangliang.deliberations.engine import layouts
from shangliang.deliberations.engine.content import Item, Paper, Signed, Stamp
from shangliang.deliberations.labels import SEATS, SIGNATURE_WAYS
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.rules import RESIDENTS
from shangliang.deliberations.states import Conclusion, Seat, SignatureWay
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import running_number
from shangliang.ledger.queries import stamp
from shangliang.places.queries import area_at
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book

log = logging.getLogger(__name__)

PAPERS_A_ROUND = 60  # some two seconds of work, so that nothing else waits for long
ORGANS = frozenset({AreaLevel.COUNTY, AreaLevel.CITY, AreaLevel.PROVINCE})
DAY, MOMENT = "Y年n月j日", "Y年n月j日H:i"


def make_document(record: Record, at: datetime) -> None:
    """Set the record and keep the file; the paper is Chinese, whatever language the worker speaks."""
    deliberation = Deliberation.objects.select_related("room", "topic").get(pk=record.deliberation_id)
    with translation.override("zh-hans"):
        paper = paper_of(deliberation, record, at)
        content = layouts.official(paper) if is_of_organ(deliberation) else layouts.plain(paper)
    former = record.document.name
    record.document.save(f"{record.no}-{at:%Y%m%d%H%M%S}.docx", ContentFile(content), save=False)
    record.document_at, record.document_tries, record.document_tried_at = at, 0, None
    record.save(update_fields=["document", "document_at", "document_tries", "document_tried_at"])
    if former and former != record.document.name:
        record.document.storage.delete(former)


def try_document(record: Record, at: datetime) -> bool:
    """The same, but a failure is counted: the page says so, and after a few it is left until somebody asks again.

    Not twice within the wait: two events may follow on one press. An older file is not shown in its place: it lacks what was signed or added since.
    """
    wait = timedelta(minutes=book().at(local_day(at)).integer("deliberations.paper_wait_minutes"))
    if record.document_tried_at is not None and at - record.document_tried_at < wait:
        return False
    try:
        with transaction.atomic():
            make_document(record, at)
    except Exception:  # one record that cannot be set must not keep the others waiting
        log.exception("the paper of record %s could not be set", record.pk)
        Record.objects.filter(pk=record.pk).update(
            document="", document_tries=F("document_tries") + 1, document_tried_at=at
        )
        return False
    return True


def set_missing_papers(at: datetime) -> int:
    """Look for records without a file, newest first, as records that came in bulk; returns how many were set."""
    day = book().at(local_day(at))
    wait = timedelta(minutes=day.integer("deliberations.paper_wait_minutes"))
    missing = Record.objects.filter(
        Q(document_tried_at=None) | Q(document_tried_at__lte=at - wait),
        document="",
        document_tries__lt=day.integer("deliberations.paper_tries_count"),
    ).exclude(written_at=None)
    rows = list(missing.order_by("-written_at", "-pk")[:PAPERS_A_ROUND])
    return sum(try_document(record, at) for record in rows)


def is_of_organ(deliberation: Deliberation) -> bool:
    """Whether an organ of the district or the city issues it; a room, and a town, never do."""
    return level_of(deliberation.desk_path) in ORGANS


def paper_of(deliberation: Deliberation, record: Record, at: datetime) -> Paper:
    """The record's values; residents and the parties concerned as numbers, offices by name."""
    issued_on = local_day(record.confirmed_at or at)
    official = f"协商〔{issued_on.year}〕{running_number(deliberation)}号"
    return Paper(
        organ=_organ(deliberation),
        number=official if is_of_organ(deliberation) else deliberation.no,
        when=_hours(deliberation),
        place=deliberation.place,
        subject_line=deliberation.subject_line,
        form=f"{deliberation.get_form_display()}，{deliberation.get_mode_display()}",
        present=_present(deliberation),
        said=record.said,
        conclusion="" if record.conclusion == Conclusion.AGREED else record.get_conclusion_display(),
        route=deliberation.get_statutory_route_display(),
        items=tuple(_items(record)),
        dissent=record.dissent,
        effect=record.effect or (f"{date_format(record.effect_by, DAY)}前再看。" if record.effect_by else ""),
        signatures=tuple(_signatures(record)),
        signatory=next((row.name for row in _signatures(record) if row.name), ""),
        issued_on=issued_on,
        addenda=tuple(
            f"{date_format(timezone.localtime(row.at), DAY)}：{row.text}"
            for row in record.addenda.order_by("at")
        ),
        stamp=_stamp(),
    )


def _stamp() -> Stamp | None:
    found = stamp()
    return Stamp(found.size, found.root, timezone.localtime(found.at)) if found else None


def _hours(deliberation: Deliberation) -> str:
    began, ended = deliberation.held_at, deliberation.ended_at
    if began is None:
        return ""
    when = date_format(timezone.localtime(began), MOMENT)
    return f"{when}—{timezone.localtime(ended):%H:%M}" if ended and ended > began else when


def _organ(deliberation: Deliberation) -> str:
    if not is_of_organ(deliberation):
        return deliberation.room.name
    area = area_at(deliberation.desk_path)
    return f"政协{area.name if area else ''}委员会"


def _present(deliberation: Deliberation) -> tuple[tuple[str, str], ...]:
    here = list(deliberation.participants.filter(attended=True).order_by("pk"))
    counted = Counter(row.seat for row in here)
    rows: list[tuple[str, str]] = []
    for seat in Seat:
        names = [row.name for row in here if row.seat == seat]
        if seat.value in RESIDENTS:
            if counted[seat.value]:
                rows.append((str(SEATS[seat]), f"{counted[seat.value]} 人"))
        elif names:
            rows.append((str(SEATS[seat]), "、".join(names)))
    if deliberation.residents_count:
        rows.append(("其他群众", f"{deliberation.residents_count} 人"))
    return tuple(rows)


def _items(record: Record) -> list[Item]:
    items = []
    for row in record.measures.select_related("unit").order_by("pk"):
        doer = row.unit.name if row.unit else row.doer_text
        parts = [
            doer and f"责任单位：{doer}",
            row.done_on_spot and "当场办好",
            row.due_on and f"完成时限：{date_format(row.due_on, DAY)}前",
            row.how_seen and f"办结标准：{row.how_seen}",
        ]
        items.append(Item(row.what, "；".join(part for part in parts if part)))
    return items


def _signatures(record: Record) -> list[Signed]:
    found = []
    for row in record.signatures.select_related("person").order_by("pk"):
        name = row.signer or (row.person.name if row.person else "") if row.signed_at else ""
        way = str(SIGNATURE_WAYS[SignatureWay(row.way)]) if row.signed_at else ""
        if row.office and row.way == SignatureWay.STAND_IN:
            way = f"{NAMES[Role(row.office)]}{way}"
        on = local_day(row.signed_at) if row.signed_at else None
        found.append(Signed(str(SEATS[Seat(row.seat)]), name, way, on))
    return found
