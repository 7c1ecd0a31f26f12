"""Settings, read from the environment; ``var/env`` fills in what the environment leaves open.

Safe by default: DEBUG is off and nothing secret stands in the code. ``.env`` style names are
documented in the README.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
if (VAR_DIR / "env").is_file():
    env.read_env(VAR_DIR / "env")  # never overrides what the environment sets

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", urlsplit(SITE_URL).hostname]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "statutes.apps.StatutesConfig",
    "articles.apps.ArticlesConfig",
    "taggit",
    "ckeditor",
    "django.forms",  # its widgets' templates, beside ours
    "config.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",  # redirects stand on it; nothing else here does
    "django.contrib.redirects",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "articles.pagecache.GZip",
    "config.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.Authentication",
    "config.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.redirects.middleware.RedirectFallbackMiddleware",
]
SITE_ID = 1  # of contrib.sites: there is one site, and SITE_URL says which

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "articles.context_processors.site",
            ]
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'luwen.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)  # SQLite makes its file, not its folder
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN instead of failing half-way
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Of whole pages that each process keeps (articles/pagecache.py); 0: none.
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=8)

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True  # for Django's own Chinese: the admin, forms, dates
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# The demo has no nginx in front; everywhere else nginx serves the media.
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Behind TLS (SITE_URL says so) cookies and redirects insist on it.
_TLS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # who watches a worker asks it without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _TLS else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if _TLS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# CKEditor 4 is end-of-life with known holes. It is kept on editor pages only, without its
# uploader, and everything that it sends is sanitised by nh3 (see articles/rendering.py).
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]
# Whether the firm's other subdomains (mail, intranet) are bound to TLS, and for good, is for the
# firm to say: SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_PRELOAD stay off until it does.
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
CKEDITOR_CONFIGS = {
    "default": {
        "language": "zh-cn",
        "width": "100%",
        "height": 480,
        "removePlugins": "wysiwygarea,iframe,flash,scayt,wsc,exportpdf,about,elementspath,image,forms,uploadimage,dialogadvtab",
        # Edits in the page: the iframe would need an inline script. Pictures by our own dialog
        # (static/js/editor-pictures.js): CKEditor's uploads know no CSRF token.
        "extraPlugins": "divarea,luwenpicture",
        "toolbar": "Luwen",
        "toolbar_Luwen": [
            ["Format", "Bold", "Italic"],
            ["NumberedList", "BulletedList", "Blockquote"],
            ["JustifyLeft", "JustifyCenter", "JustifyRight"],
            ["Link", "Unlink", "LuwenPicture", "Table", "HorizontalRule"],
            ["PasteText", "RemoveFormat", "Undo", "Redo", "Source"],
        ],
        "format_tags": "p;h2;h3;h4",
        "justifyClasses": ["align-left", "align-center", "align-right", "align-justify"],
        "pasteFromWordPromptCleanup": False,
        "pasteFilter": None,  # Chromium's default drops classes; editor-paste.js and ACF filter
        "disableNativeSpellChecker": False,
        "removeDialogTabs": "link:upload;link:target;link:advanced",  # the first needs a frame
        # What articles/rendering.py lets through; the editor drops the rest, so it must not be less.
        "allowedContent": (
            "p h2 h3 h4 td th(align-center,align-right);"
            "strong b em i u s sub sup code pre ul li blockquote hr br dl dt dd;"
            "table thead tbody tr caption colgroup col figure figcaption;"
            "ol[start]; th[colspan,rowspan,scope]; td[colspan,rowspan];"
            "a[!href,title]; img[!src,alt,width,height](width-25,width-50,width-75)"
        ),
        "versionCheck": False,  # asks a third party otherwise
    }
}

# smtp+tls://user:password@mail.example.com:587; without it mails wait in the outbox.
_MAIL = env.email_url("EMAIL_URL", default="smtp://")
EMAIL_BACKEND, EMAIL_HOST = _MAIL["EMAIL_BACKEND"], _MAIL["EMAIL_HOST"] or ""
EMAIL_PORT = _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=EMAIL_HOST_USER or "luwen@localhost")

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "articles.tags.split_tags"
TAGGIT_STRING_FROM_TAGS = "articles.tags.join_tags"

# /hf/874652.html: the firm's addresses, kept so that old links live.
ARTICLE_PREFIX = env("ARTICLE_PREFIX", default="hf")

# Search engines are told of new articles only where these are set (articles/pings.py).
INDEXNOW_KEY = env("INDEXNOW_KEY", default="")
if INDEXNOW_KEY and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", INDEXNOW_KEY):
    raise ImproperlyConfigured("INDEXNOW_KEY 是 8 到 128 位的字母、数字和连字符。")
INDEXNOW_URL = env("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")
BAIDU_PUSH_TOKEN = env("BAIDU_PUSH_TOKEN", default="")
BAIDU_PUSH_URL = env("BAIDU_PUSH_URL", default="http://data.zz.baidu.com/urls")
# A font file with Chinese characters for share pictures; "": one that the system has.
CARD_FONT = env("CARD_FONT", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
