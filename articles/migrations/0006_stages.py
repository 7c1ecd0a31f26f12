"""What each article's history says of whose it is, when it was last saved, and whether a draft
stands beside what is published."""

from django.db import migrations
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce


def read_from_history(apps, schema_editor):
    using = schema_editor.connection.alias
    revisions = (
        apps.get_model("articles", "Revision").objects.using(using).filter(article=OuterRef("pk"))
    )
    newest = revisions.order_by("-pk")
    apps.get_model("articles", "Article").objects.using(using).update(
        created_by=Subquery(revisions.order_by("pk").values("created_by")[:1]),
        edited_at=Coalesce(Subquery(newest.values("created_at")[:1]), F("created_at")),
        stage=Case(
            When(
                Exists(newest.filter(published_at=None, pk=Subquery(newest.values("pk")[:1]))),
                then=Value("draft"),
            ),
            default=Value(""),
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_editors_desk")]
    operations = [migrations.RunPython(read_from_history, migrations.RunPython.noop)]
