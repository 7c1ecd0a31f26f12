"""Settings, read anew in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | environment,
        text=True,
        capture_output=True,
        timeout=60,
    )


PRODUCTION = {
    "SECRET_KEY": "k3-" + "abcdefghij0123456789" * 3,
    "SITE_URL": "https://www.example.com",
    "ALLOWED_HOSTS": "www.example.com",
}


def test_the_documented_environment_passes_djangos_deploy_checks(tmp_path):
    result = run(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        VAR_DIR=str(tmp_path),
        **PRODUCTION,
    )
    assert result.returncode == 0, result.stderr


def test_without_a_secret_key_nothing_starts(tmp_path):
    result = run("-c", "import config.wsgi", VAR_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


@pytest.mark.parametrize(("name", "expected"), [("DEBUG", "False"), ("SERVE_MEDIA", "False")])
def test_what_is_dangerous_is_off_unless_asked_for(tmp_path, name, expected):
    code = f"from django.conf import settings; print(settings.{name})"
    result = run(
        "-c", code, VAR_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION
    )
    assert result.stdout.strip() == expected


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / "env").write_text("SECRET_KEY=from-file\nSITE_URL=http://file.example\n")
    code = "from django.conf import settings as s; print(s.SECRET_KEY, s.SITE_URL)"
    result = run(
        "-c",
        code,
        VAR_DIR=str(tmp_path),
        DJANGO_SETTINGS_MODULE="config.settings",
        SITE_URL="http://environment.example",
    )
    assert result.stdout.strip() == "from-file http://environment.example"
