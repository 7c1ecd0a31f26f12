import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0013_page_versions"),
        ("statutes", "0007_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="citation",
            name="citation_outcome",
        ),
        migrations.AlterField(
            model_name="article",
            name="author",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="articles.author",
                verbose_name="律师",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="category",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="articles.category",
                verbose_name="栏目",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="articles",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撰稿人",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="article",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="citations",
                to="articles.article",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="clause",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="citations",
                to="statutes.clause",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="quotation_at",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="statutes.clause",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                fields=["clause", "id", "article", "is_historical"], name="citation_clause"
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("clause", None)),
                fields=["article", "position"],
                name="citation_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("is_historical", True)),
                fields=["article", "position"],
                name="citation_historical",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("quotation_at", None), _negated=True),
                fields=["quotation_at"],
                name="citation_quotation_at",
            ),
        ),
    ]
