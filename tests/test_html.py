"""The public pages before the W3C's own validator (vnu.jar, https://validator.github.io/validator/).

``.ci/run`` fetches it; VNU_JAR says where it lies.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.factories import (
    image_bytes,
    make_article,
    make_author,
    make_firm,
    make_hidden_articles,
)

pytestmark = pytest.mark.django_db

BODY = (
    "<h2>小标题</h2><p>依《民法典》第675条、<strong>《合同法》第一百零七条</strong>。</p><h3>再小</h3>"
    "<ul><li>《民法典》第五百七十七条</li></ul><table><tr><td>甲</td></tr></table>"
    '<p><img src="/media/a.png" alt="图"></p>'
)


@pytest.fixture
def validator() -> list[str]:
    jar = os.environ.get("VNU_JAR", "")
    if not Path(jar).is_file():
        pytest.skip("no validator: VNU_JAR names no file")
    if shutil.which("java") is None:
        pytest.skip("no Java for the validator")
    return ["java", "-Xss4m", "-jar", jar, "--format", "json", "--exit-zero-always"]


def test_every_kind_of_public_page_is_valid(client, validator, civil_code, settings, tmp_path):
    firm = make_firm()
    firm.tagline, firm.address, firm.office_hours = "一句 & 话", "某路 1 号", "9:00—17:00"
    firm.icp_number = "浙ICP备12345678号-1"
    firm.save()
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a.png").write_bytes(image_bytes())
    author = make_author()
    article = make_article('题 "目" & <甲>', BODY, tags=["逾期"], author=author.pk)
    make_article("旁边的", BODY, tags=["逾期"])
    withdrawn = make_hidden_articles()["withdrawn"]
    urls = [
        "/",
        article.get_absolute_url(),
        article.category.get_absolute_url(),
        author.get_absolute_url(),
        "/tag/逾期/",
        "/archive/",
        "/archive/2025/",
        "/archive/2025/07/",
        "/nichts/",
        "/search/",
        "/search/?q=逾期",
        "/search/?q=借款人应当还钱吗",
        "/search/?q=题 宇宙",
        "/search/?q=借款&in=clauses",
        "/search/?q=题&year=2025&sort=newest",
        withdrawn.get_absolute_url(),
        "/statutes/",
        "/statutes/minfadian/",
        "/statutes/minfadian/675/",
        "/statutes/hetongfa/107/",
        "/statutes/minfadian/versions/",
        "/?after=x",
    ]
    for number, url in enumerate(urls):
        page = client.get(url).content
        (tmp_path / f"{number:02}.html").write_bytes(page)
    run = subprocess.run(
        [*validator, *map(str, sorted(tmp_path.glob("*.html")))],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = [
        f"{urls[int(Path(one['url']).stem)]}: {one['message']} {one.get('extract', '')}"
        for one in json.loads(run.stderr)["messages"]
        if one["type"] == "error" or one.get("subType") == "warning"
    ]
    assert found == []
