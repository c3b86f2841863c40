"""Settings: everything that differs between machines comes from the environment (docs/running/)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bulou.config.rooms import ROOMS
from bulou.lib import clock, secret

clock.start()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = clock.home()
TESTING = "pytest" in sys.modules

# Worked out when it is first needed: a command that is refused leaves no key behind.
SECRET_KEY: Any = SimpleLazyObject(lambda: secret.key("web").hex())
DEBUG = os.environ.get("BULOU_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("BULOU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BULOU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "bulou.core.audit",
    "bulou.core.places",
    "bulou.core.people",
    "bulou.core.staff",
    "bulou.core.records",
    "bulou.core.rulebook",
    "bulou.core.tasks",
    "bulou.core.figures",
    "bulou.core.sync",
    *ROOMS,
    "bulou.reports",
    "bulou.exchange",
    "bulou.exchange.out",
    "bulou.desk",
    "bulou.board",
    "bulou.field",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bulou.desk.middleware.guard",
    "bulou.desk.middleware.speak",
    "bulou.config.api_answers.in_json",
    "bulou.config.api_answers.straight",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bulou.desk.searching.opened",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "bulou.core.staff.middleware.SecondFactor",
]

ROOT_URLCONF = "bulou.config.urls"
WSGI_APPLICATION = "bulou.config.wsgi.application"
AUTH_USER_MODEL = "staff.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bulou.desk.context.frame",
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]

# SQLite's writers take turns (IMMEDIATE), what is acknowledged is on the disk (FULL). Its log is brought to
# the file by the ticker and by long work, out of their turn; a commit does it only beyond 256 MB,
# more than an import writes between two of its own.
_SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "cached_statements": 1000,  # prepared once a connection; there are more than the usual 128
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA foreign_keys=ON;"
        "PRAGMA wal_autocheckpoint=65536;"
    ),
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'bulou.sqlite3'}", conn_max_age=300
    )
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["ENGINE"] = "bulou.lib.sqlite"
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # Tests run on a file too: in memory SQLite locks whole tables, and has no log to write ahead.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    # For what lib/sql says again: kept from the first time on, with one plan for all values.
    DATABASES["default"]["OPTIONS"] = {
        "prepare_threshold": 0,
        "options": "-c plan_cache_mode=force_generic_plan",
        **DATABASES["default"].get("OPTIONS", {}),
    }
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "lib" / "locale"]
USE_TZ = True
TIME_ZONE = str(clock.zone())

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [d for d in [BASE_DIR.parent / "var" / "vendor"] if d.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Named by their content and compressed, so that a phone fetches each once; `serve` collects them.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
# Tests make a thousand applications: none of them lists every file before it answers.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING
MEDIA_ROOT = HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.ScryptPasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# Sign-in: how guessing is counted and codes are kept stands in core/staff (lockout, second).
AXES_HANDLER = "bulou.core.staff.lockout.Handler"
AXES_FAILURE_LIMIT = 100  # per cent of the limit that core/staff/limits.toml gives for each way of counting
AXES_LOCKOUT_PARAMETERS = "bulou.core.staff.lockout.parameters"
AXES_COOLOFF_TIME = "bulou.core.staff.lockout.cool_off"
AXES_CLIENT_IP_CALLABLE = "bulou.core.staff.lockout.client_ip"
AXES_LOCKOUT_CALLABLE = "bulou.core.staff.lockout.locked_page"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "bulou.core.staff.second.Adapter"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("BULOU_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": "bulou.lib.faults.Masked"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["err"], "level": "WARNING"},
}
