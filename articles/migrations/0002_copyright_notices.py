"""The two notices that every firm starts with: original work, and public reprint."""

from django.db import migrations

ORIGINAL = (
    "原创",
    "{title}，本文为{firm_short}原创，未经授权禁止转载，个案情况不同，建议咨询专业律师制定方案。",
    "版权声明：本文由{firm}结合法律法规原创并发布，除法院案例栏目内容为公开转载，"
    "如无特殊声明均为原创，如需转载请附上来源链接。",
)
REPRINT = (
    "公开转载",
    "{title}，本文为公开转载，来源：{source}，个案情况不同，建议咨询专业律师制定方案。",
    "版权声明：本文为公开转载，版权归原作者及原发布机构所有，来源：{source}。如有异议，请与{firm}联系。",
)


def create_notices(apps, schema_editor):
    notices = apps.get_model("articles", "CopyrightNotice").objects.using(
        schema_editor.connection.alias
    )
    for (name, closing, notice), is_default in ((ORIGINAL, True), (REPRINT, False)):
        notices.create(name=name, closing=closing, notice=notice, is_default=is_default)


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(create_notices, migrations.RunPython.noop)]
