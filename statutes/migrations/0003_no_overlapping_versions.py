"""PostgreSQL refuses two texts of one statute for one day; ``library`` checks it everywhere."""

from django.db import migrations


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(
            "ALTER TABLE statutes_version ADD CONSTRAINT version_no_overlap EXCLUDE USING gist"
            " (statute_id WITH =, daterange(effective_from, effective_to) WITH &&)"
            " WHERE (effective_from IS NOT NULL)"
        )


def remove(apps, schema_editor):
    # The extension stays: something else may use it by now.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE statutes_version DROP CONSTRAINT version_no_overlap")


class Migration(migrations.Migration):
    dependencies = [("statutes", "0002_version_details")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
