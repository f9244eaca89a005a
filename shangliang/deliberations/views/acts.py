"""Running one act for a page: what is missing is shown with all that was typed, what is over is said."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.utils.translation import gettext as _

from shangliang.access.request import Request
from shangliang.kit.guards import Blocked, Unmet
from shangliang.kit.states import IllegalMove

Done = Callable[[], object]


def run(request: Request, done: Done, said: str) -> tuple[Unmet, ...]:
    """Do it; returns the conditions that were not met, nothing when it is done or over already."""
    try:
        done()
    except Blocked as blocked:
        return blocked.unmet
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    else:
        messages.success(request, said)
    return ()
