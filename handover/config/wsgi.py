"""The pages, as a web server loads them. The database is held for as long as the process lives."""

import atexit
import os
from contextlib import ExitStack

import django

from handover.config.environment import read
from handover.config.signing import use_signing_key

use_signing_key(read())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  # after set-up
from django.urls import get_resolver  # noqa: E402

from handover.config import telemetry  # noqa: E402
from handover.config.bodies import whole  # noqa: E402
from handover.config.database import database  # noqa: E402
from handover.core.allocation import settle  # noqa: E402
from handover.vault.opening import never_here  # noqa: E402
from handover.web.warming import warm_up  # noqa: E402

telemetry.start()
never_here()  # pages show what workers have done; they open no secret
_open = ExitStack()
_open.enter_context(database(read()))
atexit.register(_open.close)

application = whole(WSGIHandler())
_pages = get_resolver().url_patterns  # loads them: else the first request would
warm_up()
settle()
