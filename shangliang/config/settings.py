"""Django's settings. What a deployment may change stands in docs/reference/settings.md and is read strictly."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlparse

from csp.constants import NONE, SELF

from shangliang.config import environment as env
from shangliang.config.environment import same_apps
from shangliang.kit import numbers
from shangliang.kit.files import write_secret_once

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env.text("SHANGLIANG_HOME", str(PACKAGE.parent / "var"))).resolve()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG")
PORT = env.number("PORT", 8000, least=1)
BASE_URL = env.text("BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]") + [urlparse(BASE_URL).hostname or ""]
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
SECURE = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if SECURE else []

KEYS_FILE = HOME / "keys.json"
SECRET_KEY_FILE = HOME / "secret_key"
NUMBER_ORIGIN = env.like(
    "NUMBER_ORIGIN", numbers.CODE, "one letter but I or O, then one or two digits, as B7"
)
GALLERY = env.flag("GALLERY")  # `serve --demo` opens it
LEDGER_NAME = env.text("LEDGER_NAME", urlparse(BASE_URL).hostname or "shangliang")
LEDGER_WITNESSES = env.mails("LEDGER_WITNESSES")
SITE = {
    "name": env.text("SITE_NAME", "有事好商量"),
    "organiser": env.text("SITE_ORGANISER", "示范市政协推进办公室"),
    "phone": env.text("SITE_PHONE", "0511-0000 0000"),
    "icp": env.text("SITE_ICP"),
    "site_code": env.text("SITE_CODE"),
    "supervise_phone": env.text("SITE_SUPERVISE_PHONE", "0511-0000 0001"),
    "is_demo": env.flag("DEMO_NOTICE"),
}

INSTALLED_APPS = [
    "shangliang.kit",  # first: its templates stand before those of the libraries
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django.forms",
    "shangliang.events",
    "shangliang.ledger",
    "shangliang.search",
    "shangliang.clocks",
    "shangliang.figures",
    "shangliang.inbox",
    "shangliang.accounts",
    "shangliang.places",
    "shangliang.people",
    "shangliang.desks",
    "shangliang.feedback",
    "shangliang.topics",
    "shangliang.opinions",
    "shangliang.sortition",
    "shangliang.deliberations",
    "shangliang.outcomes",
    "shangliang.web",
    "shangliang.demo",
    "allauth",  # after ours, whose templates win
    "allauth.account",
    "allauth.mfa",
]
_ours = [app.removeprefix("shangliang.") for app in INSTALLED_APPS if app.startswith("shangliang.")]
same_apps("INSTALLED_APPS in config/settings.py", _ours, PACKAGE, "apps.py")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "shangliang.kit.middleware.without_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shangliang.kit.language.chosen",
    "django.middleware.common.CommonMiddleware",
    "shangliang.kit.middleware.sent_from_here",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shangliang.accounts.middleware.actor",
    "shangliang.access.middleware.Refusals",
    "shangliang.accounts.middleware.gate",
    "shangliang.kit.middleware.kept_by_nobody_else",
    "shangliang.kit.middleware.back_to_page",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shangliang.config.urls"
WSGI_APPLICATION = "shangliang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shangliang.web.context.site",
            ],
        },
    },
]
FORM_RENDERER = "shangliang.kit.forms.Renderer"

DATABASES = {"default": env.database(env.text("DATABASE_URL"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

# Pages are kept in the memory of each process. The queue and the counts of attempts live in files of their own:
# a busy queue must not hold up a resident's slip.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}}
CACHE_PAGES = env.flag("CACHE_PAGES", default=True)
HUEY_FILE = HOME / "huey.sqlite3"
HUEY_URL = env.text("HUEY_URL")
LIMITS_FILE = HOME / "limits.sqlite3"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "shangliang.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "shangliang.accounts.adapter.NoSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "shangliang.accounts.forms.SignIn",
    "reauthenticate": "shangliang.accounts.forms.PasswordAgain",
    "change_password": "shangliang.accounts.forms.NewPassword",
}
# counted by the adapter, in all processes at once
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
}
MFA_ADAPTER = "shangliang.accounts.adapter.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE["name"]
MFA_FORMS = {
    "authenticate": "shangliang.accounts.forms.Code",
    "reauthenticate": "shangliang.accounts.forms.CodeAgain",
    "activate_totp": "shangliang.accounts.forms.FirstCode",
    "deactivate_totp": "shangliang.accounts.forms.NoCode",
}
# in a signed cookie, what is left to say to one visitor would come from that visitor
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# who may see phone numbers needs one, outside the demo
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=True)
PUBLIC_DEMO = env.flag("PUBLIC_DEMO")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "shangliang.kit.formats"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale"))  # also of folders that are no Django app, such as access
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

BINDINGS = "shangliang.config.bindings.BINDINGS"
REACTIONS = "shangliang.config.reactions.REACTIONS"
FIGURES = "shangliang.config.figures.FIGURES"
HOUSE = "shangliang.config.things.HOUSE"
WAKE_WORKER = env.text("WAKE_WORKER", "shangliang.config.worker.wake")
# Messages leave by these; without a mail server or a gateway for short messages they are written to a file.
OUTBOX_FILE = HOME / "outbox.jsonl"
MAIL_DOMAIN = urlparse(BASE_URL).hostname or "localhost"
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"shangliang@{MAIL_DOMAIN}")
_mail = env.mail(env.text("EMAIL_URL"))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.is_implicit, _mail.is_started
EMAIL_TIMEOUT = env.MAIL_TIMEOUT
CHANNELS = {
    "mail": "shangliang.inbox.engine.Mail" if env.text("EMAIL_URL") else "shangliang.inbox.engine.Console",
    "sms": env.text("SMS_GATEWAY", "shangliang.inbox.engine.Console"),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private_paths": {"()": "shangliang.kit.middleware.MaskPrivatePaths"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["private_paths"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}


if not SECRET_KEY_FILE.exists():
    write_secret_once(SECRET_KEY_FILE, secrets.token_urlsafe(50))
SECRET_KEY = SECRET_KEY_FILE.read_text()
