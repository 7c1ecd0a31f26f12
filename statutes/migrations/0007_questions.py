import csv
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import statutes.models

WORDS = Path(__file__).parents[1] / "data" / "lay_words.csv"


def create_lay_words(apps, schema_editor) -> None:
    """What editors find there and go on with."""
    lay_words = apps.get_model("statutes", "LayWord").objects
    if lay_words.exists():
        return
    with WORDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lay_words.bulk_create(lay_words.model(word=row["口语"], legal=row["法律用语"]) for row in rows)


class Migration(migrations.Migration):
    dependencies = [
        ("statutes", "0006_clause_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClauseEntry",
            fields=[
                (
                    "clause",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="statutes.clause",
                    ),
                ),
                ("digest", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "条文索引",
                "verbose_name_plural": "条文索引",
            },
        ),
        migrations.CreateModel(
            name="ClausePostings",
            fields=[
                ("pair", models.IntegerField(primary_key=True, serialize=False)),
                ("postings", models.BinaryField()),
            ],
            options={
                "verbose_name": "条文索引项",
                "verbose_name_plural": "条文索引项",
            },
        ),
        migrations.CreateModel(
            name="LayWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "word",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[statutes.models.validate_printable],
                        verbose_name="口语",
                    ),
                ),
                (
                    "legal",
                    models.CharField(
                        help_text="条文里的说法，可以写几个，用空格隔开，如“返还借款 逾期利息”",
                        max_length=200,
                        validators=[statutes.models.validate_printable],
                        verbose_name="法律用语",
                    ),
                ),
            ],
            options={
                "verbose_name": "口语与法律用语",
                "verbose_name_plural": "口语与法律用语",
                "ordering": ["word"],
            },
        ),
        migrations.RunPython(create_lay_words, migrations.RunPython.noop),
    ]
