"""Pages."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
application = get_wsgi_application()
# now, so that a fault in the addresses stops the start and not the first page
import_module(settings.ROOT_URLCONF)
