"""Real events of the law, each with the clauses that its tests cite."""

import datetime as dt

import pytest

from statutes.editing import confirm_correspondence
from statutes.models import Version
from tests.factories import make_statute

# What 民法典 1260 names, each with the first day of its last text.
REPEALED = {
    "婚姻法": dt.date(2001, 4, 28),
    "继承法": dt.date(1985, 10, 1),
    "民法通则": dt.date(2009, 8, 27),
    "收养法": dt.date(1999, 4, 1),
    "担保法": dt.date(1995, 10, 1),
    "合同法": dt.date(1999, 10, 1),
    "物权法": dt.date(2007, 10, 1),
    "侵权责任法": dt.date(2010, 7, 1),
    "民法总则": dt.date(2017, 10, 1),
}


@pytest.fixture
def company_law(db) -> Version:
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
def arbitration_law(db) -> Version:
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
def trademark_law(db) -> Version:
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
def nine_repeals(db) -> Version:
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
