"""Those who look after the site also say where old addresses lead."""

from importlib import import_module

from django.db import migrations

_groups = import_module("articles.migrations.0007_groups")


def grant_redirects(apps, schema_editor):
    using = schema_editor.connection.alias
    group = apps.get_model("auth", "Group").objects.using(using).filter(name="站务").first()
    if group is not None:  # a firm may have renamed it
        names = [f"redirects.{verb}_redirect" for verb in ("add", "change", "delete", "view")]
        group.permissions.add(*(_groups._permission(apps, using, name) for name in names))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_found_by_readers"),
        ("redirects", "0002_alter_redirect_new_path_help_text"),
        ("sites", "0002_alter_domain_unique"),
    ]
    operations = [migrations.RunPython(grant_redirects, migrations.RunPython.noop)]
