"""Where a text ends is derived from now on: what no other text explains was stated. PostgreSQL
checks for overlaps when a transaction ends, since days move one by one within it."""

from django.db import migrations


def tell_apart(apps, schema_editor):
    Version = apps.get_model("statutes", "Version")
    Correspondence = apps.get_model("statutes", "Correspondence")
    for version in Version.objects.select_related("statute").exclude(effective_to=None):
        others = Version.objects.filter(effective_from=version.effective_to)
        own, by = version.statute_id, version.statute.replaced_by_id
        if not others.filter(statute__in=[own, by or own]).exists():
            version.stated_to = version.effective_to
            version.save(update_fields=["stated_to"])
    for hop in Correspondence.objects.filter(new=None).select_related("old__version__statute"):
        old = hop.old.version
        later = Version.objects.filter(
            statute=old.statute_id, effective_from__gt=old.effective_from
        )
        hop.beside = later.order_by("effective_from").first()
        if hop.beside is None and old.effective_to:
            hop.beside = Version.objects.filter(
                statute=old.statute.replaced_by_id, effective_from=old.effective_to
            ).first()
        hop.save(update_fields=["beside"])


def defer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE statutes_version DROP CONSTRAINT version_no_overlap")
        schema_editor.execute(
            "ALTER TABLE statutes_version ADD CONSTRAINT version_no_overlap EXCLUDE USING gist"
            " (statute_id WITH =, daterange(effective_from, effective_to) WITH &&)"
            " WHERE (effective_from IS NOT NULL) DEFERRABLE INITIALLY DEFERRED"
        )


class Migration(migrations.Migration):
    dependencies = [("statutes", "0004_what_people_put_right")]

    operations = [
        migrations.RunPython(defer, migrations.RunPython.noop),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
