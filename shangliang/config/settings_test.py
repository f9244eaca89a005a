"""Settings of the tests: the same, in a folder of their own, with nothing sent out and no worker to wake."""

import os
import tempfile

os.environ.setdefault("SHANGLIANG_HOME", tempfile.mkdtemp(prefix="shangliang-test-"))
os.environ.setdefault("BASE_URL", "http://testserver")
os.environ["WAKE_WORKER"] = ""

from shangliang.config.settings import *  # noqa: E402, F403
from shangliang.config.undefined import Undefined  # noqa: E402

WAKE_WORKER = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
LIMITS_FILE = HOME / f"limits-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"  # noqa: F405
SECOND_FACTOR = False  # its own tests switch it on
CHANNELS = {"mail": "shangliang.inbox.engine.Mail", "sms": "shangliang.inbox.engine.Console"}
GALLERY = True
CACHE_PAGES = False  # its own tests switch it on
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # type: ignore[index]  # noqa: F405
