"""A published article for the editor of WeChat's public accounts, which keeps inline styles and
drops classes and links: citations become notes with the clause's words."""

import datetime as dt
from html import escape

from django.conf import settings

from articles.cited_law import CitedClause, cited_law
from articles.markup import Token, parse
from articles.models import Article, Firm
from articles.slots import footnoted

_ACCENT = "#9a2f22"
_STYLES = {
    "p": "margin:0 0 16px;font-size:16px;line-height:1.8;color:#22272b;",
    "h2": f"margin:28px 0 14px;font-size:19px;line-height:1.5;font-weight:bold;color:{_ACCENT};",
    "h3": "margin:22px 0 12px;font-size:17px;line-height:1.5;font-weight:bold;color:#22272b;",
    "h4": "margin:18px 0 10px;font-size:16px;font-weight:bold;color:#22272b;",
    "blockquote": "margin:0 0 16px;padding:2px 0 2px 12px;border-left:3px solid #ddd6c7;",
    "ul": "margin:0 0 16px;padding-left:24px;",
    "ol": "margin:0 0 16px;padding-left:24px;",
    "li": "margin:0 0 8px;font-size:16px;line-height:1.8;",
    "table": "width:100%;border-collapse:collapse;margin:0 0 16px;",
    "th": "border:1px solid #ddd6c7;padding:6px 8px;font-size:15px;text-align:left;",
    "td": "border:1px solid #ddd6c7;padding:6px 8px;font-size:15px;",
    "img": "max-width:100%;height:auto;",
    "figcaption": "font-size:13px;color:#59615f;text-align:center;",
    "sup": f"font-size:12px;color:{_ACCENT};",
}
_CLASSES = {
    "align-center": "text-align:center;",
    "align-right": "text-align:right;",
    **{f"width-{part}": f"width:{part}%;" for part in (25, 50, 75)},
}
_AS_SECTION = {"figure", "div", "figcaption"}
_DROPPED = {"a", "button"}  # their words stay
_KEPT = {"src", "alt", "colspan", "rowspan", "start"}


def wechat_article(article: Article, *, on: dt.date) -> str:
    """What is to be pasted there; the law as it stands on a day, which the notes name."""
    law = cited_law(article, on=on)
    body = styled(footnoted(article.rendered, law.numbers))
    notes = "".join(map(_note, law.entries))
    if notes:
        heading = styled("<h2>本文引用的法条</h2>")
        stand = styled(f"<p>以下为 {on:%Y年%m月%d日} 的状态。</p>")
        notes = heading + stand + notes
    firm = Firm.objects.first()
    address = settings.SITE_URL + article.get_absolute_url()
    ending = f"<p>{escape(firm.name)}</p>" if firm else ""
    ending += f"<p>原文链接：{escape(address)}</p>"
    return f"<section>{body}{notes}{styled(ending)}</section>"


def styled(html: str) -> str:
    """Well-formed HTML of ours with its styles written on each element, and no link in it."""
    return "".join(_styled(token) for token in parse(html))


def _styled(token: Token) -> str:
    if token.kind == "text":
        return token.raw
    name = "section" if token.name in _AS_SECTION else token.name
    if name in _DROPPED:
        return ""
    if token.kind == "end":
        return f"</{name}>"
    style = _STYLES.get(token.name, "")
    style += "".join(_CLASSES.get(one, "") for one in token.attributes.get("class", "").split())
    kept = {key: value for key, value in token.attributes.items() if key in _KEPT}
    if kept.get("src", "").startswith("/"):
        kept["src"] = settings.SITE_URL + kept["src"]
    words = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
    return f'<{name}{words} style="{style}">' if style else f"<{name}{words}>"


def _note(entry: CitedClause) -> str:
    version = entry.clause.version
    title = f"[{entry.number}] {entry.clause}（{version.name}，{entry.standing.words}）"
    lines = "<br>".join(escape(line) for line in entry.clause.text.split("\n"))
    return styled(f"<p><strong>{escape(title)}</strong><br>{lines}</p>")
