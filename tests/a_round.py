"""`python -m tests.a_round OWNER APP`: what a worker does once about follow-ups, to be killed."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    django.setup()
    from handover.config.database import use
    from tests.owing import rounds

    use(*sys.argv[1:3])
    rounds()
