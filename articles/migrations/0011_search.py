import django.db.models.deletion
from django.db import migrations, models

# Outside the models, since each database has its own way: see articles/search_engine.py.
_POSTGRESQL = [
    "ALTER TABLE articles_searchentry ADD COLUMN codes int[] NOT NULL",
    # Beside the rows, so that reading ten thousand of these reads no numbers; they don't compress.
    "ALTER TABLE articles_searchentry ALTER COLUMN codes SET STORAGE EXTERNAL",
    "ALTER TABLE articles_searchentry SET (toast_tuple_target = 128)",
    # Without statistics the planner holds every number for rare, and always asks the index.
    "ALTER TABLE articles_searchentry ALTER COLUMN codes SET STATISTICS 0",
    "CREATE INDEX search_entry_codes ON articles_searchentry USING gin (codes)"
    " WITH (fastupdate = off)",
]
_SQLITE = [
    "CREATE VIRTUAL TABLE articles_searchwords USING"
    " fts5(codes, detail=none, columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER articles_searchentry_gone AFTER DELETE ON articles_searchentry BEGIN"
    " DELETE FROM articles_searchwords WHERE rowid = old.place; END",
]


def create(apps, schema_editor) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor) -> None:
    """On PostgreSQL it goes with its table."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER articles_searchentry_gone")
        schema_editor.execute("DROP TABLE articles_searchwords")


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0010_redirects_in_the_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("place", models.BigIntegerField(unique=True)),
                ("published_at", models.DateTimeField()),
                ("category", models.BigIntegerField()),
                ("kinds", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "搜索索引",
                "verbose_name_plural": "搜索索引",
                "indexes": [
                    models.Index(fields=["published_at", "place"], name="search_entry_newest")
                ],
            },
        ),
        migrations.RunPython(create, drop),
    ]
