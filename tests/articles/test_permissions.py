"""Who may do what: every role × action × state, in the workflow and through every door."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from articles import workflow
from articles.models import Article, Firm
from tests.factories import make_author, make_draft, make_user

pytestmark = pytest.mark.django_db

LETTERS = {
    "s": "save_draft",
    "u": "submit",
    "r": "recall",
    "a": "approve",
    "b": "send_back",
    "p": "publish",
    "c": "cancel_schedule",
    "w": "withdraw",
    "d": "discard",
}
ROLES = {
    "owner": ["作者"],
    "signer": ["作者"],  # whose lawyer signs the article that a colleague wrote
    "other": ["作者"],
    "reviewer": ["审核人"],
    "publisher": ["发布人"],
    "both": ["审核人", "发布人"],
    "keeper": ["站务"],
    "nobody": [],
}
# What each may do. Written down by hand, not derived from the table that is tested.
MAY = {
    "draft": {"owner": "sud", "reviewer": "sud", "publisher": "", "both": "sudp"},
    "in_review": {"owner": "sr", "reviewer": "srab", "publisher": "", "both": "srabp"},
    "approved": {"owner": "s", "reviewer": "sb", "publisher": "p", "both": "sbp"},
    "discarded": {"owner": "s", "reviewer": "s", "publisher": "", "both": "s"},
    "published": {"owner": "s", "reviewer": "s", "publisher": "pw", "both": "spw"},
    "published+draft": {"owner": "su", "reviewer": "su", "publisher": "w", "both": "supw"},
    "published+in_review": {
        "owner": "sr",
        "reviewer": "srab",
        "publisher": "w",
        "both": "srabpw",
    },
    "published+approved": {"owner": "s", "reviewer": "sb", "publisher": "pw", "both": "sbpw"},
    "scheduled": {"owner": "s", "reviewer": "s", "publisher": "pc", "both": "spc"},
    "scheduled+draft": {"owner": "su", "reviewer": "su", "publisher": "c", "both": "supc"},
    "withdrawn": {"owner": "s", "reviewer": "s", "publisher": "p", "both": "sp"},
    "withdrawn+draft": {"owner": "su", "reviewer": "su", "publisher": "", "both": "sup"},
}


@pytest.fixture
def people():
    """One of each role, and an administrator. ``signer`` has a lawyer."""
    found = {role: make_user(role, *groups) for role, groups in ROLES.items()}
    found["admin"] = get_user_model().objects.create_superuser("admin", password="x")
    lawyer = make_author("署名律师")
    lawyer.user = found["signer"]
    lawyer.save()
    found["signer"].author = lawyer
    return found


def bring(state: str, people) -> Article:
    """An article of ``owner``, signed by ``signer``, in a state."""
    made = make_draft("甲文", author=people["signer"].author.pk)
    Article.objects.filter(pk=made.pk).update(created_by=people["owner"])
    article = fresh(made)
    live, _, draft = state.partition("+")
    if live in ("published", "withdrawn"):
        workflow.publish(article, by=None)
    if live == "withdrawn":
        workflow.withdraw(article, by=None)
    if live == "scheduled":
        workflow.publish(article, by=None, at=timezone.now() + dt.timedelta(days=3))
    stage = draft or (live if live in ("in_review", "approved", "discarded") else "")
    if draft:
        content = {**workflow.newest_content(article), "title": "甲文的新稿"}
        workflow.save_draft(article, content, by=None)
    if stage in ("in_review", "approved"):
        workflow.submit(article, by=None)
    if stage == "approved":
        workflow.approve(article, by=None)
    if stage == "discarded":
        workflow.discard(article, by=None)
    return fresh(article)


def fresh(article: Article) -> Article:
    return Article.objects.select_related("author").get(pk=article.pk)


def act(action: str, article: Article, user) -> None:
    more = {}
    if action == "save_draft":
        more["content"] = workflow.newest_content(article)
    if action == "send_back":
        more["comment"] = "请改"
    getattr(workflow, action)(article, by=user, **more)


def expected(state: str, role: str) -> str:
    role = {"signer": "owner", "admin": "both"}.get(role, role)
    return MAY[state].get(role, "")


@pytest.mark.parametrize("state", MAY)
def test_the_workflow_lets_each_role_do_just_what_it_may(state, people):
    article = bring(state, people)
    for role, user in people.items():
        done = set()
        for letter, action in LETTERS.items():
            mark = transaction.savepoint()
            try:
                act(action, fresh(article), user)
                done.add(letter)
            except workflow.NotAllowed as refusal:
                assert str(refusal)
            transaction.savepoint_rollback(mark)
        assert done == set(expected(state, role)), role
        offered = workflow.actions(fresh(article), user)
        assert offered == [LETTERS[one] for one in LETTERS if one in done], role


@pytest.mark.parametrize("state", MAY)
def test_the_desk_shows_just_those_buttons_and_refuses_the_others(state, people, client):
    """The page, then each button pressed by hand-made requests: what isn't offered isn't done."""
    article = bring(state, people)
    sees_all = {"reviewer", "publisher", "both", "admin", "owner", "signer"}
    for role, user in people.items():
        client.force_login(user)
        page = client.get(f"/admin/articles/article/{article.pk}/change/")
        if role not in sees_all and not (role in ("other", "keeper") and state[:9] == "published"):
            assert page.status_code in (302, 403), role
        else:
            assert page.status_code == 200, role
            html = page.content.decode()
            for letter, action in LETTERS.items():
                if letter == "s":
                    shown = 'name="_save"' in html
                else:
                    shown = f'name="_do" value="{action}"' in html
                assert shown == (letter in expected(state, role)), (role, action)
        for letter, action in LETTERS.items():
            if letter == "s" or letter in expected(state, role):
                continue
            before = fresh(article)
            client.post(
                f"/admin/articles/article/{article.pk}/do/",
                {"_do": action, "version": before.lock_version, "comment": "强行"},
            )
            after = fresh(article)
            assert (after.state, after.stage, after.lock_version) == (
                before.state,
                before.stage,
                before.lock_version,
            ), (role, action)


def test_who_wrote_the_draft_does_not_review_it_where_the_firm_says_so(people):
    Firm.objects.create(name="所", short_name="所", needs_second_person=True)
    writer, other = people["both"], people["admin"]
    article = workflow.create({"title": "题", "category": make_draft().category_id}, by=writer)
    workflow.submit(article, by=writer)
    for action in (workflow.approve, workflow.publish):
        with pytest.raises(workflow.NotAllowed, match="他人审核"):
            action(article, by=writer)
    workflow.approve(article, by=other)
    workflow.publish(article, by=writer)
    assert Article.objects.published().filter(pk=article.pk).exists()


def test_only_who_may_write_makes_a_new_article(people):
    content = {"title": "题", "category": make_draft().category_id}
    allowed = {"owner", "signer", "other", "reviewer", "both", "admin"}
    for role, user in people.items():
        if role in allowed:
            assert workflow.create(content, by=user).created_by == user
        else:
            with pytest.raises(workflow.NotAllowed):
                workflow.create(content, by=user)


def test_the_desk_lists_to_each_what_they_may_see(people):
    articles = {state: bring(state, people) for state in MAY}
    public = {pk.pk for state, pk in articles.items() if state.startswith("published")}
    everything = {article.pk for article in articles.values()}
    for role, user in people.items():
        seen = set(Article.objects.readable_by(user).values_list("pk", flat=True))
        if role in ("other", "keeper", "nobody"):
            assert seen == public, role
        else:
            assert seen == everything, role
