"""The groups that every firm starts with; a person may be in several. They can be changed in the
admin: this never runs again."""

from django.db import migrations

READS = [
    "articles.view_article",
    "articles.view_author",
    "articles.view_category",
    "articles.view_citation",
    "articles.view_picture",
    "statutes.view_statute",
    "statutes.view_version",
    "statutes.view_clause",
]
WRITES = ["articles.add_article", "articles.change_article", "articles.add_picture"]
VERDICTS = ["articles.add_verdict", "articles.delete_verdict"]

GROUPS = {
    "作者": [*READS, *WRITES],
    "审核人": [
        *READS,
        *WRITES,
        "articles.review_article",
        "articles.change_any_article",
        *VERDICTS,
    ],
    "发布人": [*READS, "articles.publish_article"],
    "站务": [
        *READS,
        *(
            f"articles.{verb}_{name}"
            for name in ("category", "author", "copyrightnotice")
            for verb in ("add", "change", "delete", "view")
        ),
        "articles.view_firm",
        "articles.change_firm",
        "articles.add_firm",
        "articles.change_picture",
        "articles.delete_picture",
        "articles.view_outbox",
        *(f"taggit.{verb}_tag" for verb in ("change", "delete", "view")),
        *(
            f"statutes.{verb}_{name}"
            for name in ("statute", "version")
            for verb in ("add", "change", "delete", "view")
        ),
        "statutes.view_correspondence",
        "statutes.change_correspondence",
    ],
}
# What Django would call them; it makes them only after the migrations.
_VERBS = {"add": "Can add", "change": "Can change", "delete": "Can delete", "view": "Can view"}
_OWN = {
    "review_article": "可以审核文章",
    "publish_article": "可以发布、定时和撤回文章",
    "change_any_article": "可以修改他人的文章",
}


def create_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    for name, permissions in GROUPS.items():
        group, made = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        if made:
            group.permissions.set(_permission(apps, using, one) for one in permissions)


def _permission(apps, using, permission):
    app, codename = permission.split(".")
    verb, model = codename.split("_", 1)
    if codename in _OWN:
        model = "article"
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    content_type, _ = types.get_or_create(app_label=app, model=model)
    found, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(using)
        .get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": _OWN.get(codename) or _name(apps, app, verb, model)},
        )
    )
    return found


def _name(apps, app, verb, model):
    return f"{_VERBS[verb]} {apps.get_model(app, model)._meta.verbose_name_raw}"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_stages"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("statutes", "0005_derived_ends"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
