"""`/verify`: the ledger's checkpoints, its leaves and how a stranger holds one against the other. Nothing personal."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shangliang.access.caching import public_page
from shangliang.kit import crypto
from shangliang.ledger import queries, sealing, stranger

TEXT = "text/plain; charset=utf-8"


@require_safe
@public_page
def verify(request: HttpRequest) -> HttpResponse:
    """`/verify`: the newest checkpoint, in plain words, and what one can do with it."""
    newest = queries.newest_checkpoints(10)
    context = {
        "newest": newest[0] if newest else None,
        "stamp": queries.stamp(),
        "others": newest[1:],
        "command": f"python3 check_ledger.py {settings.BASE_URL}{reverse('verify')} kept.txt",
        "key": base64.b64encode(sealing.public_key()).decode(),
    }
    return render(request, "web/verify.html", context)


@require_safe
@public_page
def checkpoint(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """`/verify/checkpoint`: the newest as a text, or that of one size."""
    note = queries.note_of(size)
    if note is None:
        raise Http404
    return HttpResponse(note, content_type=TEXT)


@require_safe
@public_page
def leaves(request: HttpRequest, number: int) -> HttpResponse:
    """`/verify/leaves/0`: the hashes of so many entries, one a line; the next piece has the next number."""
    start = number * stranger.PIECE
    lines = queries.leaves(start, stranger.PIECE)
    if not lines and start > queries.sealed():
        raise Http404
    return HttpResponse("".join(f"{leaf}\n" for leaf in lines), content_type="text/plain; charset=us-ascii")


@require_safe
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """`/verify/feed`: the newest checkpoints, for whoever lets a program keep them."""
    atom = Atom1Feed(
        title=f"{settings.SITE['name']} · {_('留痕检查点')}",
        link=f"{settings.BASE_URL}{reverse('verify')}",
        description="",
        language=get_language(),
        feed_url=f"{settings.BASE_URL}{reverse('verify_feed')}",
        author_name=str(settings.SITE["organiser"]),
    )
    for row in queries.newest_checkpoints(30):
        address = f"{settings.BASE_URL}{reverse('verify_size', args=[row.size])}"
        atom.add_item(
            title=_("第 %(size)s 条") % {"size": row.size},
            link=address,
            description=row.note,
            unique_id=address,
            pubdate=row.at,
            updateddate=row.at,
        )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    atom.write(response, "utf-8")
    return response


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """`/verify/program`: the program for strangers; it needs nothing of ours."""
    response = HttpResponse(Path(stranger.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="check_ledger.py"'
    return response


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """`/verify/key`: with which anybody checks a signature."""
    pem = crypto.signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    response = HttpResponse(pem, content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="key.pem"'
    return response
