"""The reader's own settings: size of type, language, theme. Kept in cookies, so they need no account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CHOICES = {
    "size": ("normal", "large"),
    "theme": ("auto", "light", "dark"),
    "language": tuple(code for code, _name in settings.LANGUAGES),
}
COOKIES = {"size": "size", "theme": "theme", "language": settings.LANGUAGE_COOKIE_NAME}
YEAR = 365 * 24 * 3600


@csrf_exempt  # a forged request could only change the size of the letters; without a token public pages stay cacheable
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Set what was chosen and go back to where the reader was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, values in CHOICES.items():
        value = request.POST.get(name)
        if value in values:
            response.set_cookie(
                COOKIES[name], value, max_age=YEAR, samesite="Lax", secure=request.is_secure()
            )
    return response
