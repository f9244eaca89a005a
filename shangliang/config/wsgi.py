"""Pages."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from shangliang.kit.parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
application = get_wsgi_application()
end_with_parent()
# now, so that a fault in the addresses stops the start and not the first page
import_module(settings.ROOT_URLCONF)
