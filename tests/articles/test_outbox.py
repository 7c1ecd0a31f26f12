import threading

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections

from articles import outbox, workflow
from articles.models import Outbox
from tests.factories import make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {
        name: make_user(name, group)
        for name, group in (("author", "作者"), ("reviewer", "审核人"), ("publisher", "发布人"))
    }


def waiting() -> list[tuple[str, str]]:
    rows = Outbox.objects.filter(delivered_at=None).order_by("pk")
    return [(row.payload["to"].split("@")[0], row.payload["subject"]) for row in rows]


def test_each_step_is_told_to_those_whose_turn_it_is(people):
    content = {"title": "题", "category": make_draft().category_id}
    article = workflow.create(content, by=people["author"])
    workflow.submit(article, by=people["author"])
    assert waiting() == [("reviewer", "待您审核：题")]
    workflow.send_back(article, by=people["reviewer"], comment="缺依据")
    assert waiting()[1:] == [("author", "退回修改：题")]
    assert "缺依据" in Outbox.objects.order_by("pk").last().payload["body"]
    Outbox.objects.all().delete()
    workflow.submit(article, by=people["author"])
    workflow.approve(article, by=people["reviewer"])
    workflow.publish(article, by=people["publisher"])
    workflow.withdraw(article, by=people["publisher"])
    assert waiting() == [
        ("reviewer", "待您审核：题"),
        ("author", "审核通过：题"),
        ("publisher", "已审核，待发布：题"),
        ("author", "发布：题"),
        ("author", "撤回：题"),
    ]


def test_a_step_that_fails_tells_nobody(people):
    article = make_draft()
    with pytest.raises(workflow.WorkflowError):
        workflow.send_back(article, by=people["reviewer"], comment="x")
    assert waiting() == []


def test_who_has_left_or_has_no_address_is_not_written_to(people):
    people["reviewer"].is_active = False
    people["reviewer"].save()
    make_user("second", "审核人")
    silent = make_user("silent", "审核人")
    silent.email = ""
    silent.save()
    content = {"title": "题", "category": make_draft().category_id}
    article = workflow.create(content, by=people["author"])
    workflow.submit(article, by=people["author"])
    assert waiting() == [("second", "待您审核：题")]


def test_deliver_sends_what_waits_once(people, capsys):
    outbox.mail([people["author"]], "题目", "正文")
    call_command("deliver")
    call_command("deliver")
    assert [(one.to, one.subject, one.body) for one in mail.outbox] == [
        (["author@example.com"], "题目", "正文")
    ]
    assert "发出 1 件" in capsys.readouterr().out


def test_one_that_fails_is_kept_with_its_reason_and_the_others_go(people, monkeypatch):
    outbox.mail([people["author"]], "坏", "")
    outbox.mail([people["author"]], "好", "")
    send = outbox.EmailMessage.send

    def fail(self):
        if self.subject == "坏":
            raise OSError("mail server is down")
        return send(self)

    monkeypatch.setattr(outbox.EmailMessage, "send", fail)
    with pytest.raises(CommandError):
        call_command("deliver")
    row = Outbox.objects.get(delivered_at=None)
    assert (row.attempts, row.last_error) == (1, "OSError: mail server is down")
    assert [one.subject for one in mail.outbox] == ["好"]
    monkeypatch.setattr(outbox.EmailMessage, "send", send)
    call_command("deliver")
    assert [one.subject for one in mail.outbox] == ["好", "坏"]


def test_after_eight_tries_nobody_tries_again(people):
    outbox.mail([people["author"]], "题目", "")
    Outbox.objects.update(attempts=outbox.MOST_ATTEMPTS)
    assert outbox.deliver() == (0, 0)


def test_without_a_mail_server_it_says_so(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="EMAIL_URL"):
        call_command("deliver")


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_send_each_mail_once(people):
    if connection.vendor == "sqlite":
        pytest.skip("threads can't share a test database in memory")
    for number in range(12):
        outbox.mail([people["author"]], f"第 {number} 封", "")
    counts = []

    def run():
        try:
            counts.append(outbox.deliver())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [failed for _, failed in counts] == [0, 0, 0]
    assert sum(went for went, _ in counts) == 12
    assert len({one.subject for one in mail.outbox}) == len(mail.outbox) == 12
