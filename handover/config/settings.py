"""Django's settings. What differs between installations comes from `environment`."""

from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key

from handover.config.environment import read
from handover.config.logs import logging_for

ENVIRONMENT = read()

DEBUG = ENVIRONMENT.debug
# No page signs anything yet; a key per process is enough until there are sessions.
SECRET_KEY = ENVIRONMENT.secret_key or get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *filter(None, [urlsplit(ENVIRONMENT.address).hostname])]
ROOT_URLCONF = "handover.config.urls"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "csp",
    "procrastinate.contrib.django",
    "handover.core",
    "handover.accounts",
    "handover.vault",
    "handover.messaging",
    "handover.practice",
    "handover.clients",
    "handover.scheduling",
    "handover.files",
    "handover.billing",
    "handover.clinical",
    "handover.communications",
    "handover.importing",
    "handover.exporting",
    "handover.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
STATIC_URL = "assets/"
AUTH_USER_MODEL = "accounts.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# `default` is the application's role, under row-level security; `owner` runs migrations.
# Where they are is known once the database runs: see `database.py`.
DATABASES: dict[str, dict[str, object]] = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "handover"},
    "owner": {"ENGINE": "django.db.backends.postgresql", "NAME": "handover"},
}

# No host: messages are kept in the outbox, and nothing is sent.
EMAIL_HOST = ENVIRONMENT.mail.host
EMAIL_PORT = ENVIRONMENT.mail.port
EMAIL_HOST_USER = ENVIRONMENT.mail.user
EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.password
EMAIL_USE_TLS = ENVIRONMENT.mail.starttls
EMAIL_USE_SSL = ENVIRONMENT.mail.tls
EMAIL_TIMEOUT = 30  # seconds, for each answer of the server
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

LOGGING = logging_for(ENVIRONMENT.log)

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-au"

TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

# Jobs: their table is of the same database, so that one transaction records a run and submits it.
PROCRASTINATE_DATABASE_ALIAS = "default"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # workers alone look for modules named `jobs`
