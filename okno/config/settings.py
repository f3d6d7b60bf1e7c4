"""Django's settings: fixed for everybody, except what `env` reads from the environment."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE

from okno.config import database, env, rooms

ENV = env.load()
OKNO_DATA_DIR = ENV.data_dir
OKNO_PUBLIC_URL = ENV.public_url
OKNO_DEMO_PASSWORD = ENV.demo_password
OKNO_PROXIES = ENV.proxies
OKNO_WEB_THREADS = ENV.web_threads
OKNO_FILES_S3 = ENV.files_s3
OKNO_HTTP_PRIVATE = ENV.http_private
OKNO_MAP_TILES = ENV.map_tiles
OKNO_MAP_ATTRIBUTION = ENV.map_attribution
OKNO_GEOCODER = ENV.geocoder
OKNO_GEOCODER_EMAIL = ENV.geocoder_email

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = list(ENV.former_secret_keys)
ALLOWED_HOSTS = list(ENV.allowed_hosts) or ["*"]
ROOT_URLCONF = "okno.config.urls"
WSGI_APPLICATION = "okno.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_vite",
    "axes",
    "csp",
    "ninja",
    *rooms.apps(),
    "okno.config.apps.Wiring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "okno.kit.web.answers.Answers",
    "okno.access.web.middleware.Doors",
    "okno.config.uploads.TooLarge",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": rooms.template_folders(),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["okno.kit.web.shell.context"] if rooms.has("okno.kit.web.shell") else []),
            ],
            # Every `{% load i18n %}`: sentences of templates quote names that have quotes of their own.
            "libraries": {"i18n": "okno.kit.web.sentences"},
        },
    },
]

DATABASES = {"default": database.connection(ENV)}

# Users, sign-in and sessions
if rooms.has("okno.access.models"):
    AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # our journal keeps who signed in
AXES_USERNAME_FORM_FIELD = "username"  # what Django calls it in credentials, whatever the field of the model
AXES_CLIENT_IP_CALLABLE = "okno.access.web.middleware.address_of"
AXES_LOCKOUT_CALLABLE = "okno.access.web.sign_in.locked_out"

# What the browser may do
SECURE = ENV.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_TRUSTED_ORIGINS = [ENV.public_url]
CSRF_FAILURE_VIEW = "okno.kit.web.answers.stale"
if ENV.proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # Charts and the process designer set style attributes; styles cannot read or send data here.
        "style-src": [SELF, UNSAFE_INLINE],
        # Tiles of the map come from where the administrator says, and from nowhere else.
        "img-src": [SELF, "data:", "blob:", *([ENV.map_origin] if ENV.map_origin else [])],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
}

# Language and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [rooms.OKNO / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV.time_zone
# Separators would get into id= and value= attributes; money is formatted explicitly.
USE_THOUSAND_SEPARATOR = False

# Built assets: names hold a hash already, so nothing renames them again
STATIC_URL = "/static/"
STATICFILES_DIRS = [rooms.OKNO / "static"] if (rooms.OKNO / "static").is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = ENV.debug
WHITENOISE_IMMUTABLE_FILE_TEST = r"/app/assets/"
ASSETS_MANIFEST = rooms.OKNO / "static" / "app" / "manifest.json"
DJANGO_VITE = {
    "default": {
        # Without built assets pages ask the developer's `npm run dev`.
        "dev_mode": not ASSETS_MANIFEST.exists(),
        "manifest_path": ASSETS_MANIFEST,
        "static_url_prefix": "app",
    },
}

# Files: content-addressed storage of the kit keeps them under this folder
MEDIA_ROOT = ENV.data_dir / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# What went wrong is said on the error stream, by all processes alike
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"brief": {"()": "okno.config.logs.DatabaseAway"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["brief"]}},
    "root": {"handlers": ["stream"], "level": "WARNING"},
    "loggers": {
        # A page that is not there is the visitor's mistake, not ours.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        # It repeats what the loops of the worker say in a line of their own.
        "psycopg.pool": {"level": "ERROR"},
    },
}
