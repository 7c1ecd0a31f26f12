"""Those who review, and those who look after the site, also say what the law calls what people say."""

from importlib import import_module

from django.db import migrations

_groups = import_module("articles.migrations.0007_groups")


def grant_lay_words(apps, schema_editor):
    using = schema_editor.connection.alias
    names = [f"statutes.{verb}_layword" for verb in ("add", "change", "delete", "view")]
    groups = apps.get_model("auth", "Group").objects.using(using)
    for group in groups.filter(name__in=["审核人", "站务"]):  # a firm may have renamed them
        group.permissions.add(*(_groups._permission(apps, using, name) for name in names))


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_search"), ("statutes", "0007_questions")]
    operations = [migrations.RunPython(grant_lay_words, migrations.RunPython.noop)]
