"""Pages that are kept: what they answer, and what makes an end of them."""

import datetime as dt
import gzip
import threading
import time
from email.utils import parsedate_to_datetime

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.http import HttpResponse
from django.utils import timezone
from taggit.models import Tag

from articles import page_versions, pagecache, rebuilding, review, workflow
from articles.kept import Kept
from articles.models import Article, Author, Category, CopyrightNotice, Firm, PageVersion
from articles.pagecache import PageCache
from statutes.cacheable import LIBRARY, cacheable, showing
from tests.factories import (
    keep_the_connection,
    make_article,
    make_author,
    make_category,
    make_draft,
    make_firm,
    make_statute,
    make_user,
)
from tests.serving import environ_of

CITING = "<p>根据《测试法》第三条，应当返还。</p>"


class Clock:
    """Says what it is told to; begins now."""

    def __init__(self):
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Answer:
    def __init__(self, status: str, headers: list, body: bytes):
        self.status, self.body = int(status[:3]), body
        self.headers = {name.lower(): value for name, value in headers}
        assert len(self.headers) == len(headers), headers

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Site:
    """A process that serves the site, and how often it had to make a page."""

    def __init__(self, application=None, size=8_000_000):
        self.clock = Clock()
        self.made: list[str] = []
        inner = application or WSGIHandler()

        def counted(environ, start_response):
            self.made.append(environ["PATH_INFO"])
            return inner(environ, start_response)

        self.cache = PageCache(counted, size=size, clock=self.clock)

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        path, _, query = address.partition("?")
        said: list = []
        keep_the_connection()
        environ = environ_of(path, query, method=method, **headers)
        body = self.cache(environ, lambda status, headers: said.extend((status, headers)))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return Answer(*said, content)

    def is_kept(self, address: str) -> bool:
        """Whether asking for it, behind the second in which it may be an old one, makes nothing."""
        before = len(self.made)
        self.later(1)
        self.get(address)
        return len(self.made) == before

    def later(self, seconds: float) -> None:
        self.clock.now += seconds


@pytest.fixture
def site(db):
    return Site()


@pytest.fixture
def law():
    words = {n: f"当事人应当履行第{n}项义务。" for n in range(1, 9)}
    return make_statute("测试法", clauses=words, effective_from=dt.date(2000, 1, 1))


@pytest.fixture
def other_law():
    return make_statute("别的法", clauses={1: "别的。"}, effective_from=dt.date(2000, 1, 1))


class TestWhatIsAnswered:
    def test_the_second_answer_is_the_first_one_and_asks_nothing(
        self, site, django_assert_num_queries
    ):
        address = make_article(body="<p>只有这一句。</p>").get_absolute_url()
        first = site.get(address)
        assert (first.status, site.made) == (200, [address])
        with django_assert_num_queries(0):
            second = site.get(address)
        assert (second.body, site.made) == (first.body, [address])
        assert "只有这一句" in second.text
        site.later(1)
        with django_assert_num_queries(1):
            site.get(address)

    def test_it_is_the_page_that_django_makes(self, site, client):
        address = make_article().get_absolute_url()
        page, kept = client.get(address), site.get(address)
        assert kept.body == page.content
        for name in ("Content-Type", "Content-Security-Policy", "X-Frame-Options"):
            assert kept.headers[name.lower()] == page[name], name

    @pytest.mark.parametrize(
        ("accepted", "is_packed"),
        [
            ("gzip, deflate, br, zstd", True),
            ("gzip", True),
            ("br, GZIP;q=0.5", True),
            ("*", True),
            ("deflate, *;q=0.1", True),
            ("gzip;q=0", False),
            ("gzip;q=0, *", False),
            ("gzip;q=nonsense", False),
            ("identity", False),
            ("br", False),
            ("", False),
        ],
    )
    def test_encodings(self, site, accepted, is_packed):
        address = make_article(body=f"<p>{'长文' * 300}</p>").get_absolute_url()
        for _ in range(2):
            answer = site.get(address, accept_encoding=accepted)
            assert (answer.headers.get("content-encoding") == "gzip") == is_packed
            assert answer.headers["vary"] == "Accept-Encoding"
            assert int(answer.headers["content-length"]) == len(answer.body)
            assert "长文" in answer.text

    def test_each_encoding_has_a_strong_tag_of_its_own(self, site):
        address = make_article().get_absolute_url()
        plain = site.get(address).headers["etag"]
        packed = site.get(address, accept_encoding="gzip").headers["etag"]
        assert plain != packed
        assert not plain.startswith("W/")
        assert (plain[0], plain[-1]) == ('"', '"')
        again = Site().get(address).headers["etag"]  # of another process
        assert again == plain

    def test_who_has_the_page_is_told_so(self, site):
        address = make_article().get_absolute_url()
        tag = site.get(address).headers["etag"]
        for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            answer = site.get(address, if_none_match=held)
            assert (answer.status, answer.body) == (304, b""), held
            assert answer.headers["etag"] == tag
            assert "s-maxage=10" in answer.headers["cache-control"]
            assert "content-length" not in answer.headers
        packed = site.get(address, accept_encoding="gzip").headers["etag"]
        assert site.get(address, if_none_match=packed).status == 200
        assert site.get(address, if_none_match='"other"').status == 200
        since = "Fri, 01 Jan 2100 00:00:00 GMT"  # a tag goes before a date
        assert site.get(address, if_none_match='"other"', if_modified_since=since).status == 200

    def test_the_last_change_is_said_once_nobody_can_hold_an_older_page(self, site):
        address = make_article().get_absolute_url()
        assert "last-modified" not in site.get(address).headers
        site.later(3)
        said = site.get(address).headers["last-modified"]
        changed = PageVersion.objects.latest("number").changed_at
        assert 0 < parsedate_to_datetime(said).timestamp() - changed.timestamp() <= 2
        assert site.get(address, if_modified_since=said).status == 304
        assert site.get(address, if_modified_since="Fri, 01 Jan 2010 00:00:00 GMT").status == 200
        for nonsense in ("gestern", "", "0", "Fri, 99 Jan 2010 00:00:00 GMT"):
            assert site.get(address, if_modified_since=nonsense).status == 200

    def test_head_is_get_without_the_page(self, site):
        address = make_article().get_absolute_url()
        for _ in range(2):  # made, and kept
            asked = site.get(address, "HEAD")
            assert (asked.status, asked.body) == (200, b"")
            page = site.get(address)
            assert asked.headers == page.headers
        assert len(site.made) == 1
        assert site.get("/nichts/", "HEAD").body == b""

    def test_other_methods_are_none_of_ours(self, site):
        address = make_article().get_absolute_url()
        site.get(address)
        assert site.get(address, "POST").status in (403, 405)

    def test_only_what_a_view_reads_of_a_query_makes_another_page(self, site):
        for _ in range(25):
            make_article()
        first = site.get("/")
        assert site.get("/?utm_source=wechat").body == first.body
        assert site.get("/?utm_source=weibo&from=x").body == first.body
        assert site.made == ["/"]
        key = Article.objects.published().newest_first()[20]
        after = f"/?after={int(key.published_at.timestamp() * 1_000_000)}-{key.pk}"
        second = site.get(after)
        assert second.body != first.body
        assert site.get(f"{after}&utm_source=weibo").body == second.body
        assert len(site.made) == 2
        assert site.get("/?after=nonsense").status == 400
        assert site.get("/?after=nonsense").status == 400
        assert len(site.made) == 4  # what is no page is not kept

    def test_a_page_is_that_of_its_host_and_scheme(self, site, settings):
        settings.ALLOWED_HOSTS = ["localhost", "example.com"]
        address = make_article().get_absolute_url()
        site.get(address)
        site.get(address, host="example.com")
        assert len(site.made) == 2
        assert site.get(address, host="evil.example").status == 400
        site.get(address, x_forwarded_proto="https")
        assert len(site.made) == 4

    def test_what_is_not_there_is_not_kept(self, site):
        draft = make_draft(pk=4321)
        address = draft.get_absolute_url()
        assert site.get(address).status == 404
        workflow.publish(draft, by=None)
        assert site.get(address).status == 200
        workflow.withdraw(draft, by=None)
        site.later(1)
        assert site.get(address).status == 410
        assert site.get(address).status == 410

    def test_pages_that_change_with_every_word_are_not_kept(self, site):
        make_article()
        for _ in range(2):
            assert site.get("/search/?q=%E6%AD%A3%E6%96%87").status == 200
        assert len(site.made) == 2


def _public_addresses(article: Article) -> list[str]:
    moment = timezone.localtime(article.published_at)
    return [
        "/",
        article.get_absolute_url(),
        article.get_absolute_url().replace(".html", ".json"),
        article.get_absolute_url().replace(".html", ".md"),
        article.category.get_absolute_url(),
        f"{article.category.get_absolute_url()}feed/",
        "/tag/签/",
        "/tag/签/feed/",
        article.author.get_absolute_url(),
        f"{article.author.get_absolute_url()}feed/",
        "/archive/",
        f"/archive/{moment.year}/",
        f"/archive/{moment.year}/{moment.month:02}/",
        "/feed/",
        "/statutes/",
        "/statutes/ceshifa/",
        "/statutes/ceshifa/3/",
        "/statutes/ceshifa/versions/",
        "/statutes/ceshifa/compare/",
    ]


def test_every_public_page_is_kept_and_is_nobodys_own(site, law, client):
    article = make_article(body=CITING, tags=["签"], author=make_author().pk)
    user = make_user("boss")
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    for address in _public_addresses(article):
        first = site.get(address)
        assert first.status == 200, address
        assert "set-cookie" not in first.headers, address
        assert "cookie" not in first.headers["vary"].lower(), address
        made = len(site.made)
        own = site.get(address, cookie=cookie)
        assert (own.body, len(site.made)) == (first.body, made), address
        assert Site().get(address, cookie=cookie).body == first.body, address
        assert "public" in first.headers["cache-control"], address


def test_the_desk_is_never_kept(site, client):
    user = make_user("boss", "审核人")
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    first = site.get("/admin/", cookie=cookie)
    assert first.status == 200
    assert (
        "no-store" in first.headers["cache-control"] or "private" in first.headers["cache-control"]
    )
    assert site.get("/admin/").status == 302  # nobody sees what somebody else was shown


class TestWhatMakesAnEnd:
    """Of all that was kept, what goes when something changes: no less, and no more."""

    @pytest.fixture
    def shelf(self, site, law, other_law):
        """Two corners of a site that have nothing in common, all of it kept."""
        here, there = make_category("这里"), make_category("那里")
        for number in range(3):
            make_article(
                f"这里的第{number}篇",
                CITING,
                category=here.pk,
                tags=["这签"],
                on=dt.date(2025, 3, 1 + number),
            )
        for number in range(3):
            make_article(
                f"那里的第{number}篇",
                "<p>《别的法》第一条。</p>",
                category=there.pk,
                tags=["那签"],
                on=dt.date(2024, 5, 1 + number),
            )
        self.draft = make_draft("这里的新篇", CITING, category=here.pk, tags=["这签"])
        self.here = list(Article.objects.filter(category=here).exclude(pk=self.draft.pk))
        self.there = list(Article.objects.filter(category=there))
        self.of_here = {
            *(one.get_absolute_url() for one in self.here),
            here.get_absolute_url(),
            "/tag/这签/",
            "/statutes/ceshifa/3/",
        }
        self.of_there = {
            *(one.get_absolute_url() for one in self.there),
            there.get_absolute_url(),
            "/tag/那签/",
            "/statutes/biedefa/1/",
        }
        self.of_all = {"/", "/feed/", "/archive/"}
        for address in self._all:
            assert site.get(address).status == 200, address
        return site

    @property
    def _all(self) -> set[str]:
        return self.of_here | self.of_there | self.of_all

    def _gone(self, site: Site) -> set[str]:
        """What is made anew, and how it then reads is how it is."""
        gone = {address for address in self._all if not site.is_kept(address)}
        fresh = Site()
        for address in self._all:
            kept, now = site.get(address), fresh.get(address)
            assert (kept.status, kept.body) == (now.status, now.body), address
        return gone

    def test_nothing(self, shelf):
        assert self._gone(shelf) == set()

    def test_a_draft(self, shelf):
        workflow.save_draft(
            self.draft, {"title": "改", "category": self.draft.category_id}, by=None
        )
        assert self._gone(shelf) == set()

    def test_a_publication(self, shelf):
        workflow.publish(self.draft, by=None)
        assert self._gone(shelf) == self.of_here | self.of_all

    def test_a_second_later_at_the_latest(self, shelf):
        address = self.here[0].get_absolute_url()
        before = shelf.get(address).body
        workflow.publish(self.draft, by=None)
        shelf.later(0.5)
        assert shelf.get(address).body == before  # this second it may be
        shelf.later(0.5)
        assert shelf.get(address).body != before

    def test_a_withdrawal(self, shelf):
        gone = self.here[0]
        workflow.withdraw(gone, by=None)
        assert self._gone(shelf) == self.of_here | self.of_all
        assert shelf.get(gone.get_absolute_url()).status == 410

    def test_another_title(self, shelf):
        article = self.here[1]
        content = workflow.newest_content(article) | {"title": "换了题目"}
        workflow.save_draft(article, content, by=None)
        workflow.publish(article, by=None)
        assert self._gone(shelf) == self.of_here | self.of_all
        assert "换了题目" in shelf.get(self.here[0].get_absolute_url()).text

    def test_into_another_category(self, shelf):
        article, there = self.here[1], self.there[0].category
        content = workflow.newest_content(article) | {"category": there.pk}
        workflow.save_draft(article, content, by=None)
        workflow.publish(article, by=None)
        gone = self._gone(shelf)
        assert gone >= self.of_here | {there.get_absolute_url()} | self.of_all
        # Beside it stand now the newest of the others, and it is related to all.
        assert gone >= {self.there[0].get_absolute_url()}

    def test_a_verdict(self, shelf):
        article = self.here[0]
        review.decide(article.citations.all(), "still_right", by=None)
        assert self._gone(shelf) == {article.get_absolute_url()}
        assert "法条核对至" in shelf.get(article.get_absolute_url()).text

    def test_a_verdict_taken_back(self, shelf):
        article = self.here[0]
        (verdict,) = review.decide(article.citations.all(), "still_right", by=None)
        self._gone(shelf)
        review.withdraw_verdict(verdict, by=None)
        assert self._gone(shelf) == {article.get_absolute_url()}

    def test_a_law(self, shelf):
        make_statute(
            "测试法",
            clauses={n: f"当事人应当全面履行第{n}项义务。" for n in range(1, 9)},
            effective_from=timezone.localdate(),
        )
        laws = {"/statutes/ceshifa/3/", "/statutes/biedefa/1/"}
        assert self._gone(shelf) == {one.get_absolute_url() for one in self.here} | laws
        assert "法律变动提示" in shelf.get(self.here[0].get_absolute_url()).text

    @pytest.mark.parametrize("what", ["firm", "category", "notice", "author", "tag", "sections"])
    def test_what_every_page_shows(self, shelf, what):
        firm, author = make_firm(), make_author()
        self._gone(shelf)
        if what == "firm":
            Firm.objects.update_or_create(pk=firm.pk, defaults={"short_name": "改名"})
        elif what == "category":
            category = Category.objects.get(name="那里")
            category.name = "别处"
            category.save()
        elif what == "notice":
            notice = CopyrightNotice.objects.get(is_default=True)
            notice.closing = "完。"
            notice.save()
        elif what == "author":
            author.name = "改名"
            author.save()
            assert Author.objects.get(pk=author.pk).name == "改名"
        elif what == "sections":
            firm.home_sections.add(Category.objects.get(name="那里"))
        else:
            tag = Tag.objects.get(name="那签")
            tag.name = "改签"
            tag.save()
        assert self._gone(shelf) == self._all

    def test_lists_of_related_articles_built_anew(self, shelf):
        rebuilding.rebuild()
        assert self._gone(shelf) == self._all

    def test_midnight_in_shanghai(self, shelf):
        today = timezone.localtime(dt.datetime.fromtimestamp(shelf.clock.now, dt.UTC))
        midnight = (today + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        shelf.clock.now = midnight.timestamp() - 0.01
        made = len(shelf.made)
        shelf.get("/")
        assert len(shelf.made) == made
        shelf.clock.now = midnight.timestamp()
        shelf.get("/")
        assert len(shelf.made) == made + 1


def test_more_changes_than_anybody_reads_one_by_one_are_a_change_of_all(site, monkeypatch):
    monkeypatch.setattr(page_versions, "_MOST", 50)
    address = make_article().get_absolute_url()
    site.get(address)
    page_versions.bump(f"tag:{number}" for number in range(49))
    assert site.is_kept(address)
    page_versions.bump(f"tag:{number}" for number in range(60))
    assert not site.is_kept(address)
    assert site.is_kept(address)


class TestHours:
    """Of a scheduled article nothing is written when its hour comes."""

    def _scheduled(self, clock: Clock, seconds: float) -> Article:
        draft = make_draft("到点了")
        at = dt.datetime.fromtimestamp(clock.now + seconds, dt.UTC)
        workflow.publish(draft, by=None, at=at)
        return draft

    def test_pages_end_when_it_comes(self, site):
        self._scheduled(site.clock, 3600)
        site.get("/")
        site.later(3599.9)
        assert site.is_kept("/") is False  # is_kept waits a second
        assert site.is_kept("/")

    def test_also_in_a_process_that_began_later(self, site):
        self._scheduled(site.clock, 3600)
        later = Site()
        later.get("/")
        later.later(3601)
        later.get("/")
        assert len(later.made) == 2

    def test_that_was_told_and_came_while_nobody_asked(self, site):
        site.get("/")
        self._scheduled(site.clock, 1000)
        site.later(2000)
        site.get("/")
        assert len(site.made) == 2

    def test_the_last_change_is_then_its_hour(self, site):
        article = self._scheduled(site.clock, 3600)
        site.get("/")
        site.later(3700)
        site.get("/")
        said = parsedate_to_datetime(site.get("/").headers["last-modified"])
        assert said >= article.published_at
        later = Site()
        later.clock.now = site.clock.now
        assert parsedate_to_datetime(later.get("/").headers["last-modified"]) == said

    def test_one_that_was_called_off_hurts_nobody(self, site):
        article = self._scheduled(site.clock, 3600)
        workflow.cancel_schedule(article, by=None)
        site.get("/")
        site.later(4000)
        assert site.get("/").status == 200


# Of pages in other words than the site's, which ask no database.


def _application(make):
    view = cacheable()(lambda environ: make(environ))

    def application(environ, start_response):
        response = view(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    return application


@pytest.fixture
def no_changes(db, monkeypatch):
    monkeypatch.setattr(page_versions.Reader, "read", lambda self: page_versions.Changes())


def test_a_crowd_on_a_cold_page_makes_it_once(no_changes):
    def slow(environ):
        time.sleep(0.2)
        return showing(HttpResponse("langsam"), "home")

    site = Site(_application(slow))
    answers: list[Answer] = []
    crowd = [
        threading.Thread(target=lambda: answers.append(site.get("/langsam/"))) for _ in range(30)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert [answer.text for answer in answers] == ["langsam"] * 30
    assert site.made == ["/langsam/"]


def test_a_page_that_fails_holds_nobody_up(no_changes):
    def fail(environ):
        raise ZeroDivisionError

    site = Site(_application(fail))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            site.get("/")


def test_what_changes_while_a_page_is_made_is_not_kept(db):
    """The change is committed behind what the page has read of it, and learned of before it is
    done."""
    site = None

    def old(environ):
        page_versions.bump(["home"])
        site.later(1)
        site.get("/other/")
        return showing(HttpResponse("alt"), "home")

    def either(environ):
        return old(environ) if environ["PATH_INFO"] == "/" else HttpResponse("")

    site = Site(_application(either))
    site.get("/")
    site.get("/")
    assert site.made.count("/") == 2


def test_a_change_that_is_taken_back_is_none(db, django_db_blocker):
    from django.db import transaction

    site = Site(_application(lambda environ: showing(HttpResponse("x"), "home")))
    page_versions.bump(["other"])
    site.get("/")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        page_versions.bump(["home"])
        raise ZeroDivisionError
    assert site.is_kept("/")


def test_without_an_answer_from_the_database_nothing_is_kept(db, monkeypatch):
    site = Site(_application(lambda environ: showing(HttpResponse("x"), "home")))
    site.get("/")
    read = page_versions.Reader.read

    def dead(self):
        raise OperationalError("gone")

    monkeypatch.setattr(page_versions.Reader, "read", dead)
    monkeypatch.setattr(pagecache.connection, "close", lambda: None)
    assert not site.is_kept("/")
    assert not site.is_kept("/")
    monkeypatch.setattr(page_versions.Reader, "read", read)
    site.later(1)
    site.get("/")
    assert site.is_kept("/")


def test_it_keeps_no_more_than_it_may(no_changes):
    def large(environ):
        return showing(HttpResponse("长" * 3_000), "home")

    site = Site(_application(large), size=60_000)
    for number in range(20):
        site.get(f"/{number}/")
    assert site.is_kept("/19/")
    assert not site.is_kept("/0/")
    assert site.cache._held <= 60_000
    for number in range(1_000, 1_100):
        site.get(f"/{number}/")
    assert site.cache._held <= 60_000
    assert sum(page.size for page in site.cache._pages.values()) == site.cache._held
    assert set().union(*site.cache._shown_in.values()) == set(site.cache._pages)


def test_what_was_read_last_stays(no_changes):
    site = Site(_application(lambda environ: showing(HttpResponse("长" * 3_000), "x")), size=60_000)
    site.get("/often/")
    for number in range(30):
        site.get(f"/{number}/")
        site.get("/often/")
    assert site.made.count("/often/") == 1


@pytest.mark.parametrize("header", ["Set-Cookie", "Vary"])
def test_a_page_with_a_cookie_is_not_kept(no_changes, caplog, header):
    def own(environ):
        response = HttpResponse("x")
        response[header] = "Cookie"
        return showing(response, "home")

    site = Site(_application(own))
    site.get("/")
    site.get("/")
    assert len(site.made) == 2
    assert "cookie" in caplog.text


def test_what_is_kept_of_older_law_is_not_handed_to_a_later_request():
    first = Kept()
    assert first.after({"tag:1"}) == first
    law = first.after({LIBRARY})
    assert (law.site is first.site, law.law is first.law) == (True, False)
    site = first.after({page_versions.SITE})
    assert (site.site is first.site, site.law is first.law) == (False, True)
