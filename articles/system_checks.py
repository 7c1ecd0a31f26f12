"""What an operator is told when a command starts."""

from django.core.checks import Warning, register

from articles import card


@register()
def share_pictures_have_a_font(app_configs, **kwargs) -> list[Warning]:
    if card.font_file():
        return []
    return [
        Warning(
            "没有找到中文字体：分享到微信等处的链接不带图片。",
            hint="安装一种中文字体（Debian：apt-get install fonts-noto-cjk），"
            "或者用 CARD_FONT 指明字体文件。",
            id="articles.W001",
        )
    ]
