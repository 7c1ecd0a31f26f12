"""Fixtures for the whole suite.

The environment is set before Django reads its settings: the suite never touches ``var/`` of the
clone, needs no ``var/env``, and runs on PostgreSQL where DATABASE_URL says so.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_var = tempfile.mkdtemp(prefix="luwen-tests-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
(Path(_var) / "static").mkdir()  # whitenoise warns where it is missing
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "VAR_DIR": _var,
    "SECRET_KEY": "only-for-tests",
    "SITE_URL": "http://www.example.com",
    "DEBUG": "1",  # plain static files; pytest-django turns settings.DEBUG off again
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's event loop lives in the test's thread
}

import datetime as dt  # noqa: E402  (after the environment)

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402

django.setup()
# A busy machine is no failure; time is measured where time is the subject.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def shared() -> Path:
    """The folder of real texts, where it is there."""
    if not SHARED.is_dir():
        pytest.skip(f"no real texts at {SHARED}")
    return SHARED


@pytest.fixture
def get(client):
    """A page's HTML, where its status is the expected one."""

    def get(url, status=200):
        response = client.get(url)
        assert response.status_code == status, url
        return response.content.decode()

    return get


@pytest.fixture
def civil_code(db):
    """Both sides of 2021-01-01: 合同法 107 and its successor, 民法典 577, confirmed; 民法典 675."""
    from statutes.editing import confirm_correspondence
    from tests.factories import make_statute

    code = make_statute(
        "中华人民共和国民法典",
        slug="minfadian",
        effective_from=dt.date(2021, 1, 1),
        clauses={
            510: "合同生效后，当事人就质量、价款或者报酬、履行地点等内容没有约定或者约定不明确的，"
            "可以协议补充；不能达成补充协议的，按照合同相关条款或者交易习惯确定。",
            577: "当事人一方不履行合同义务或者履行合同义务不符合约定的，"
            "应当承担继续履行、采取补救措施或者赔偿损失等违约责任。",
            675: "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，"
            "依据本法第五百一十条的规定仍不能确定的，借款人可以随时返还；"
            "贷款人可以催告借款人在合理期限内返还。",
        },
    )
    contract = make_statute(
        "中华人民共和国合同法",
        slug="hetongfa",
        effective_from=dt.date(1999, 10, 1),
        effective_to=dt.date(2021, 1, 1),
        replaced_by="中华人民共和国民法典",
        clauses={
            107: "当事人一方不履行合同义务或者履行合同义务不符合约定的，"
            "应当承担继续履行、采取补救措施或者赔偿损失等违约责任。",
            118: "当事人一方因不可抗力不能履行合同的，应当及时通知对方，"
            "以减轻可能给对方造成的损失，并应当在合理期限内提供证明。",
        },
    )
    confirm_correspondence(
        contract.clauses.get(number=107), code.clauses.get(number=577), kind="renumbered"
    )
    return code
