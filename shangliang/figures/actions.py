"""Closing a period: its figures are frozen as they stand, once and for good."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission
from shangliang.events.kinds import Kind
from shangliang.figures import frozen
from shangliang.figures.declaration import Derived
from shangliang.figures.models import ClosedPeriod, FrozenFigure, FrozenSplit
from shangliang.figures.queries import declared
from shangliang.figures.rules import Period
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act, office_of
from shangliang.rulebook import book


def freeze_gaps(*, period: Period, area_path: str, at: datetime) -> list[Unmet]:
    """What still stands against closing a period."""
    unmet = []
    if period.last >= local_day(at):
        unmet.append(Unmet("period_not_over", {"day": period.last.isoformat()}))
    if ClosedPeriod.objects.filter(period=period.code, area_path=area_path).exists():
        unmet.append(Unmet("period_closed"))
    return unmet


def freeze(*, period: Period, area_path: str, actor: Actor, at: datetime) -> ClosedPeriod:
    """Keep every figure of an area for a period that is over.

    Counted before the transaction, which others would have to wait for: what a period holds hardly moves any more.
    """
    role = actor.role_for(Permission.FIGURES_FREEZE, area_path=area_path)
    if role is None and actor.kind != ActorKind.SYSTEM:
        raise Denied(_("锁定一期的数字，由市级、区级推进办办理。"))
    require(freeze_gaps(period=period, area_path=area_path, at=at))
    today = local_day(at)
    found = frozen.snapshot(period, area_path, today=today)
    with translation.override(None):  # the Chinese texts: the words of record
        words = {
            name: [str(figure.label), str(figure.definition), str(figure.unit)]
            for name, figure in declared().items()
        }
    code = area_path.rstrip("/").rpartition("/")[2]
    try:
        with transaction.atomic():
            closed = ClosedPeriod.objects.create(
                period=period.code,
                area_path=area_path,
                first_on=period.first,
                last_on=period.last,
                at=at,
                office=office_of(actor, role, code),
                rulebook=book().at(today).version,
                digest=frozen.digest(words, found),
            )
            figures = FrozenFigure.objects.bulk_create(
                FrozenFigure(
                    closed=closed,
                    name=name,
                    label=label,
                    definition=definition,
                    unit=unit,
                    is_derived=isinstance(declared()[name], Derived),
                )
                for name, (label, definition, unit) in words.items()
            )
            FrozenSplit.objects.bulk_create(
                FrozenSplit(figure=figure, by=by, values=cells)
                for figure in figures
                for by, cells in found[figure.name].items()
            )
            act(
                Kind.FIGURES_FROZEN,
                closed.subject,
                actor=actor,
                role=role,
                place=code,
                at=at,
                content={"period": period.code, "figures": len(figures), "digest": closed.digest},
            )
    except IntegrityError:  # somebody else closed it in the same moment
        require([Unmet("period_closed")])
        raise
    return closed
