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

from statutes.editing import confirm_correspondence  # noqa: E402
from tests.factories import REPEALED, make_statute  # noqa: E402

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


@pytest.fixture
def company_law(db):
    """公司法 as revised in 2023, law from 2024-07-01; the text of 2018 before it. Its clause 16
    became 15 (confirmed), its clause 3 kept its number and, here, its words."""
    old = make_statute(
        "中华人民共和国公司法",
        slug="gongsifa",
        label="2018修正",
        effective_from=dt.date(2018, 10, 26),
        clauses={
            3: "公司是企业法人，有独立的法人财产，享有法人财产权。公司以其全部财产对公司的债务承担责任。",
            16: "公司向其他企业投资或者为他人提供担保，依照公司章程的规定，由董事会或者股东会、股东大会决议。",
        },
    )
    new = make_statute(
        "中华人民共和国公司法",
        label="2023修订",
        promulgated_on=dt.date(2023, 12, 29),
        effective_from=dt.date(2024, 7, 1),
        clauses={
            3: "公司是企业法人，有独立的法人财产，享有法人财产权。公司以其全部财产对公司的债务承担责任。",
            15: "公司向其他企业投资或者为他人提供担保，按照公司章程的规定，由董事会或者股东会决议。",
            16: "公司应当保护职工的合法权益，依法与职工签订劳动合同，参加社会保险，加强劳动保护，实现安全生产。",
        },
    )
    confirm_correspondence(old.clauses.get(number=16), new.clauses.get(number=15), kind="amended")
    return new


@pytest.fixture
def arbitration_law(db):
    """仲裁法 as revised in 2025, law from 2026-03-01; nobody has confirmed what became of what."""
    make_statute(
        "中华人民共和国仲裁法",
        slug="zhongcaifa",
        label="2017修正",
        effective_from=dt.date(2018, 1, 1),
        clauses={
            4: "当事人采用仲裁方式解决纠纷，应当双方自愿，达成仲裁协议。"
            "没有仲裁协议，一方申请仲裁的，仲裁委员会不予受理。"
        },
    )
    return make_statute(
        "中华人民共和国仲裁法",
        label="2025修订",
        promulgated_on=dt.date(2025, 9, 12),
        effective_from=dt.date(2026, 3, 1),
        clauses={
            4: "当事人采用仲裁方式解决纠纷，应当双方自愿，达成仲裁协议。"
            "没有仲裁协议，一方申请仲裁的，仲裁机构不予受理。"
        },
    )


@pytest.fixture
def trademark_law(db):
    """商标法 as it will be from 2027-01-01 (the words in short), beside the text of 2019."""
    old = make_statute(
        "中华人民共和国商标法",
        slug="shangbiaofa",
        label="2019修正",
        promulgated_on=dt.date(2019, 4, 23),
        effective_from=dt.date(2019, 11, 1),
        clauses={
            49: "没有正当理由连续三年不使用的，任何单位或者个人可以向商标局申请撤销该注册商标。"
        },
    )
    new = make_statute(
        "中华人民共和国商标法",
        label="2026修订",
        promulgated_on=dt.date(2026, 6, 30),
        effective_from=dt.date(2027, 1, 1),
        clauses={
            49: "没有正当理由连续五年不使用的，任何单位或者个人可以向商标局申请撤销该注册商标。"
        },
    )
    confirm_correspondence(old.clauses.get(), new.clauses.get(), kind="amended")
    return new


@pytest.fixture
def nine_repeals(db):
    """民法典, which repeals nine statutes on 2021-01-01 by its clause 1260."""
    for title, begins in REPEALED.items():
        make_statute(
            f"中华人民共和国{title}", effective_from=begins, clauses={1: f"{title}的立法目的。"}
        )
    return make_statute(
        "中华人民共和国民法典",
        slug="minfadian",
        effective_from=dt.date(2021, 1, 1),
        promulgated_on=dt.date(2020, 5, 28),
        repeals=tuple(f"中华人民共和国{title}" for title in REPEALED),
        clauses={1: "为了保护民事主体的合法权益。", 1260: "本法自2021年1月1日起施行。"},
    )
