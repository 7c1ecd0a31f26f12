"""demo: a whole site of its own in one command, and a server for it."""

import datetime as dt
import hashlib
import json
import os
import re
import secrets
import sys
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.utils import get_random_secret_key
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tqdm import tqdm

from articles import health, rebuilding, search_index, workflow
from articles.importers import store
from articles.management.commands.import_articles import import_file
from articles.models import Article, Author, Category, Firm, ImportRecord
from statutes.importers.china_law import FetchError
from statutes.management.commands.import_statutes import import_china_law, import_excerpt

FOLDER = Path(__file__).resolve().parents[2] / "demo"
# Marks what the demo made, in ImportRecord.source.
SOURCE = "demo/"

# name, what it is called on the screen, groups (None: administrator)
ACCOUNTS = [
    ("admin", "管理员", None),
    ("editor", "编辑", ("作者", "审核人", "发布人", "站务")),
    ("reviewer", "审核人", ("审核人",)),
    ("author", "作者", ("作者",)),
]


_shown = partial(tqdm, desc="引用状况", unit="天", disable=None)


class Command(BaseCommand):
    help = "建好一个演示站点（数据库、法条库、文章、账号）并启动。可以反复运行。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, help="默认 8000，或上次用的端口")
        parser.add_argument("--no-serve", action="store_true", help="只准备，不启动")
        parser.add_argument("--keep", action="store_true", help="库中已有别的文章时也继续")

    def handle(self, *, port: int | None, no_serve: bool, keep: bool, **options):
        self._refuse_foreign_articles(keep)  # before anything is written
        if write_env(port):
            # The settings were read before the file was written or changed: begin again with it.
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606  (ourselves)
        steps = [
            ("建表", make_database),
            ("法条库", self._statutes),
            ("律所、栏目与律师", load_firm),
            ("示范文章", self._articles),
            ("相关文章", rebuilding.rebuild),
            ("搜索索引", search_index.rebuild),
            ("账号", self._accounts),
            ("编辑台上的稿子", lay_on_the_desk),
            ("引用状况", lambda: health.record(timezone.localdate(), _shown)),
            ("静态文件", lambda: call_command("collectstatic", interactive=False, verbosity=0)),
        ]
        for number, (name, step) in enumerate(steps, start=1):
            self.stdout.write(f"[{number}/{len(steps)}] {name}…")
            self.stdout.flush()
            step()
        self.stdout.write(self.style.SUCCESS("演示站点已备好。"))
        self.stdout.flush()
        if not no_serve:
            self._serve(port or urlsplit(settings.SITE_URL).port or 8000)

    def _refuse_foreign_articles(self, keep: bool) -> None:
        if "articles_article" not in connection.introspection.table_names():
            return
        try:
            foreign = Article.objects.exclude(import_record__source__startswith=SOURCE).count()
        except DatabaseError:
            foreign = Article.objects.count()  # an older layout, migrated in the next step
        if foreign and not keep:
            raise CommandError(
                f"库中有 {foreign} 篇不是演示命令写入的文章，为免混在一起，已停止，什么都没有改。"
                "确实要在这个库里加上演示内容，请加 --keep。"
            )

    def _statutes(self) -> None:
        try:
            import_china_law(self.stdout.write)
        except FetchError as error:
            self.stdout.write(
                self.style.WARNING(f"取不到公开法律数据包（{error}），只用随软件提供的条文摘录。")
            )
        import_excerpt(self.stdout.write)

    def _articles(self) -> None:
        files = sorted((FOLDER / "articles").glob("*.json"))
        created = 0
        for file in tqdm(files, desc="文章", unit="篇", disable=None):
            for outcome in import_file(file, source=SOURCE + file.name):
                if outcome["outcome"] == "refused":
                    raise CommandError(f"{outcome['place']}：{'；'.join(outcome['messages'])}")
                created += outcome["outcome"] == store.CREATED
        self.stdout.write(f"文章：新增 {created} 篇，共 {len(files)} 篇演示文章")

    def _accounts(self) -> None:
        for name, words, groups in ACCOUNTS:
            password = make_account(name, groups)
            shown = f"密码 {password}（只显示这一次）" if password else "已存在，密码不变"
            self.stdout.write(f"  {words}：{name}，{shown}")

    def _serve(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"网站 {address}/  编辑台 {address}/admin/  （Ctrl+C 停止）")
        self.stdout.flush()
        os.environ["BIND"] = f"127.0.0.1:{port}"
        config = settings.BASE_DIR / "config" / "gunicorn.conf.py"
        os.chdir(settings.BASE_DIR)
        os.execv(  # noqa: S606  (a fixed command)
            sys.executable,
            [sys.executable, "-m", "gunicorn", "--config", str(config), "config.wsgi"],
        )


def make_database() -> None:
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":  # it holds password hashes and drafts
        Path(connection.settings_dict["NAME"]).chmod(0o600)


def write_env(port: int | None) -> bool:
    """Write ``var/env``, or bring a demo's address in it to ``port``, where one is asked for.
    Whether it changed."""
    path = settings.VAR_DIR / "env"
    address = f"SITE_URL=http://127.0.0.1:{port or 8000}"
    if path.exists() and port is None:
        return False
    if path.exists():
        text = path.read_text(encoding="utf-8")
        changed = re.sub(r"(?m)^SITE_URL=http://127\.0\.0\.1:\d+$", address, text)
        if changed == text:
            return False
        path.write_text(changed, encoding="utf-8")
        return True
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    lines = [
        "# 由 manage.py demo 写入；每次运行 manage.py 与 gunicorn 都会读取。",
        f"SECRET_KEY={get_random_secret_key().replace('$', 'S').replace('#', 'H')}",
        address,
        "SERVE_MEDIA=1",
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return True


def load_firm() -> None:
    """The demo's firm, categories and lawyers; what is there already stays as it is."""
    data = json.loads((FOLDER / "firm.json").read_text(encoding="utf-8"))
    firm = None if Firm.objects.exists() else Firm.objects.create(**data["firm"])
    for order, entry in enumerate(data["categories"], start=1):
        parent = Category.objects.filter(name=entry.pop("parent", None)).first()
        if not Category.objects.filter(name=entry["name"]).exists():
            category = store.new_category(entry["name"])
            category.slug = entry["slug"]
            category.description = entry["description"]
            category.parent, category.order = parent, order
            category.save()
    if firm:
        firm.home_sections.set(Category.objects.filter(name__in=data["home_sections"]))
    for entry in data["authors"]:
        Author.objects.get_or_create(name=entry["name"], defaults=entry)


@transaction.atomic
def lay_on_the_desk() -> None:
    """A draft that waits for its review, and an article that waits for its hour: next Monday at
    nine. Once only."""
    source = f"{SOURCE}desk.json"
    if ImportRecord.objects.filter(source=source).exists():
        return
    people = {one.username: one for one in get_user_model().objects.filter(is_staff=True)}
    for entry in json.loads((FOLDER / "desk.json").read_text(encoding="utf-8")):
        step, comment = entry.pop("step"), entry.pop("comment")
        entry["category"] = Category.objects.get(name=entry["category"]).pk
        article = workflow.create(entry, by=people["author"])
        workflow.submit(article, by=people["author"], comment=comment)
        if step == "schedule":
            workflow.approve(article, by=people["reviewer"])
            workflow.publish(article, by=people["editor"], at=next_monday())
        digest = hashlib.sha256(entry["title"].encode()).hexdigest()
        ImportRecord.objects.create(article=article, source=source, digest=digest)


def next_monday() -> dt.datetime:
    """At nine in Shanghai."""
    today = timezone.localdate()
    monday = today + dt.timedelta(days=7 - today.weekday())
    return timezone.make_aware(dt.datetime.combine(monday, dt.time(9)))


def make_account(name: str, groups: tuple[str, ...] | None) -> str:
    """Create a staff account. Its password, or "" where the account was there already."""
    User = get_user_model()
    if User.objects.filter(username=name).exists():
        return ""
    password = secrets.token_urlsafe(12)
    if groups is None:
        User.objects.create_superuser(name, password=password)
        return password
    user = User.objects.create_user(name, password=password, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    return password
