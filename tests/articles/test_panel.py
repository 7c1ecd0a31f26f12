"""The panel's addresses, and what publishing asks for."""

import datetime as dt
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles import workflow
from articles.models import Article
from articles.workflow import NeedsReason
from tests.factories import make_article, make_draft, make_user
from tests.hostile import PASTES

pytestmark = pytest.mark.django_db

ROOT = "/admin/articles/article/"
WRONG = (
    "<p>《民法典》第577条规定：“当事人一方不履行合同义务或者履行合同义务不符合约定的，"
    "必须承担继续履行、采取补救措施或者赔偿损失等违约责任。”</p>"
)


@pytest.fixture
def editor(client):
    user = make_user("editor", "作者", "审核人", "发布人")
    client.force_login(user)
    return user


def test_the_posted_body_is_checked_and_nothing_is_kept(client, editor, civil_code):
    page = client.post(f"{ROOT}citations/", {"body": WRONG}).content.decode()
    assert "引文与条文不一致" in page and "<del>必须</del><ins>应当</ins>" in page
    assert 'data-mend="quote"' in page and not Article.objects.exists()
    assert "没有找到引用的法条" in client.post(f"{ROOT}citations/").content.decode()


def test_a_mend_is_worked_out_and_not_made(client, editor, civil_code):
    clause = civil_code.clauses.get(number=577)
    data = {"body": WRONG, "index": 0, "kind": "quote", "clause": clause.pk}
    answer = json.loads(client.post(f"{ROOT}citations/mend/", data).content)
    assert "应当承担继续履行" in answer["body"] and "<ins>应当</ins>" in answer["shown"]
    for wrong in (
        {"index": "9"},
        {"index": "x"},
        {"kind": "delete"},
        {"clause": "7777"},
        {"body": ""},
        {"body": "\x00"},
    ):
        answer = json.loads(client.post(f"{ROOT}citations/mend/", data | wrong).content)
        assert wrong == {"index": "x"} or answer.keys() == {"error"}


def test_what_is_pasted_into_it_does_not_come_back_alive(client, editor, civil_code):
    for paste in PASTES:
        body = f"<p>《民法典》第577条</p>{paste}"
        page = client.post(f"{ROOT}citations/", {"body": body})
        assert page.status_code == 200
        words = page.content.decode().lower()
        assert "<script" not in words and "onerror=" not in words.replace("&quot;", "")


def test_clauses_for_the_cursor(client, editor, civil_code):
    page = client.get(f"{ROOT}clauses/?q=民法典577").content.decode()
    assert 'data-insert="《民法典》第五百七十七条"' in page
    assert "《民法典》第五百七十七条规定：“当事人一方" in page
    assert client.get(f"{ROOT}clauses/?q=%00").status_code == 200


def test_who_may_ask(client, civil_code):
    article = make_article(body="<p>《民法典》第577条</p>")
    client.force_login(make_user("other", "作者"))
    paths = (f"{ROOT}{article.pk}/citations/", f"{ROOT}{article.pk}/citations/mend/")
    for path in paths:
        assert client.post(path, {"body": WRONG}).status_code == 403
        assert client.get(path).status_code == 405
    assert client.post(f"{ROOT}999999/citations/", {"body": WRONG}).status_code == 404
    client.logout()
    for path in (*paths, f"{ROOT}citations/", f"{ROOT}clauses/?q=1"):
        assert client.post(path).status_code in (302, 405)


def test_the_form_knows_the_sentence_it_was_opened_for(client, editor, civil_code):
    article = make_article(body="<p>依照《民法典》第577条。</p>")
    other = make_article(body="<p>《民法典》第675条。</p>")
    address = f"{ROOT}{article.pk}/change/?at="
    page = client.get(f"{address}{article.citations.get().pk}").content.decode()
    assert 'data-at-exact="《民法典》第577条"' in page
    for wrong in (other.citations.get().pk, "x", "9" * 30, ""):
        page = client.get(f"{address}{wrong}")
        assert page.status_code == 200 and "data-at-exact" not in page.content.decode()


# Publishing.


@pytest.mark.parametrize(
    "body",
    [WRONG, "<p>《民法典》第577条第九款</p>", "<p>《合同法》第9999条</p>"],
)
def test_a_person_gives_a_reason_and_it_is_kept(civil_code, editor, body):
    article = make_draft(body=body)
    with pytest.raises(NeedsReason, match="理由"):
        workflow.publish(article, by=editor)
    article = Article.objects.get(pk=article.pk)
    assert article.state == "draft" and not article.citations.exists()
    workflow.publish(article, by=editor, reason="  原文如此 ")
    entry = LogEntry.objects.get(change_message__startswith="发布")
    assert entry.change_message.endswith("理由：原文如此") and entry.user == editor
    # Readers see it already: nobody is asked twice.
    content = {**workflow.newest_content(article), "title": "换个题目"}
    workflow.save_draft(article, content, by=editor)
    workflow.publish(article, by=editor)


def test_a_new_fault_in_a_published_article_is_asked_about(civil_code, editor):
    article = make_article(body="<p>《民法典》第577条</p>")
    workflow.save_draft(article, {**workflow.newest_content(article), "body": WRONG}, by=editor)
    with pytest.raises(NeedsReason):
        workflow.publish(article, by=editor)
    assert Article.objects.get(pk=article.pk).body == "<p>《民法典》第577条</p>"


def test_a_schedule_asks_too(civil_code, editor):
    article = make_draft(body=WRONG)
    later = timezone.now() + dt.timedelta(days=1)
    with pytest.raises(NeedsReason):
        workflow.publish(article, by=editor, at=later)


def test_what_the_library_lacks_needs_no_reason(civil_code, editor):
    article = make_draft(body="<p>《商业秘密办法》第七条、原《合同法》第107条</p>")
    workflow.publish(article, by=editor)


def test_in_bulk_it_is_left_with_its_reason_to_give(client, editor, civil_code):
    good, bad = make_draft("好的"), make_draft("引错的", WRONG)
    data = {"action": "publish", "_selected_action": [good.pk, bad.pk], "confirmed": "1"}
    words = client.post(ROOT, data, follow=True).content.decode()
    assert Article.objects.get(pk=good.pk).state == "published"
    assert Article.objects.get(pk=bad.pk).state == "draft"
    assert "引错的" in words and "请打开文章改正，或者写明理由再发布" in words
