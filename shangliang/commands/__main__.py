"""`python -m shangliang.commands` is `shangliang`."""

import sys

from shangliang.commands import main

sys.exit(main())
