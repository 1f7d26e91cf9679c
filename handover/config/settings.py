"""Django's settings. What differs between installations comes from `environment`."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key

from handover.config.environment import read
from handover.config.logs import logging_for

ENVIRONMENT = read()
HERE = Path(__file__).resolve().parent.parent

DEBUG = ENVIRONMENT.debug
# Whoever serves pages sees to a key that outlives the process: see `signing.py`.
SECRET_KEY = ENVIRONMENT.secret_key or get_random_secret_key()
HTTPS = ENVIRONMENT.address.startswith("https://")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
if ENVIRONMENT.address:
    ALLOWED_HOSTS += [urlsplit(ENVIRONMENT.address).hostname or ""]
    CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.address]
ROOT_URLCONF = "handover.config.urls"

# Ours come before the engine of sign-in: its templates are replaced by those in handover/web.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
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
    "handover.followups",
    "handover.xero",
    "handover.importing",
    "handover.exporting",
    "handover.web",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "handover.config.bodies.WholeOnly",  # before anything reads a form
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "handover.accounts.middleware.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    "handover.accounts.middleware.InWorkspace",
    "handover.web.local_time.LocalTime",
    "handover.web.words.InOurWords",
]
# Styles, scripts and everything else come from here alone, and none stands in a page. Pictures may
# be data: that is how Tabler's style sheet draws arrows and ticks, and nothing in one runs.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Cookies. Where the site is reached by https, a name that begins with __Host- binds a cookie to it.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}session"
CSRF_COOKIE_NAME = f"{_HOST}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "handover.web.errors.csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if HTTPS:  # a proxy in front of us does the encryption
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# What is sent: a file that is too large is read past, and never lies on the disk as a whole.
FILE_UPLOAD_HANDLERS = [
    "handover.files.uploading.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Signing in.
AUTH_USER_MODEL = "accounts.Account"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an index on the address in small letters keeps it unique
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:dashboard"
ACCOUNT_ADAPTER = "handover.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "handover.accounts.forms.PracticeFields"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "handover.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on localhost, browsers allow it too
USERSESSIONS_TRACK_ACTIVITY = True  # once a minute: see `SessionLimits`
# The limits on attempts are kept here: all processes of an installation count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # with few, a flood of attempts pushes counts out
    }
}

# Styles and scripts; `handover/web/front_end.py` brings those of others.
STATIC_URL = "assets/"
STATIC_ROOT = HERE / "web" / "collected"
WHITENOISE_USE_FINDERS = True  # what is not collected is served as it lies, under its plain name
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "handover.web.storage.HashedStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
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
# A language is here once its catalogue lies in `locale/`: see docs/architecture.md.
LANGUAGES = [("en-au", "English")]
LOCALE_PATHS = [HERE / "locale"]

FORM_RENDERER = "handover.web.renderer.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "handover.web.navigation.shell",
            ],
        },
    },
]

# Jobs: their table is of the same database, so that one transaction records a run and submits it.
PROCRASTINATE_DATABASE_ALIAS = "default"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # workers alone look for modules named `jobs`
