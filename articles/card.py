"""The picture that a shared link shows: the title on the firm's card."""

import io
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
_PAPER, _INK, _SOFT, _ACCENT = "#fbf9f4", "#22272b", "#59615f", "#9a2f22"
_EDGE = 84
_MOST_LINES = 4
# A line never begins with these, and never ends with those (GB/T 15834—2011, 5.1).
_NOT_FIRST = "，。、；：？！）》」』”’…—·％%"
_NOT_LAST = "（《「『“‘"
# Where Debian, Fedora, Arch, Alpine and Windows keep a font with Chinese characters, the best first.
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "C:/Windows/Fonts")
_NAMES = (
    "NotoSerifCJK-Bold.ttc",
    "NotoSerifCJKsc-Bold.otf",
    "SourceHanSerifSC-Bold.otf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJKsc-Bold.otf",
    "SourceHanSansSC-Bold.otf",
    "NotoSerifCJK-Regular.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "simsun.ttc",
    "msyh.ttc",
)


@lru_cache(maxsize=1)
def font_file() -> tuple[str, int] | None:
    """A font with Chinese characters and the number of its face; None where there is none."""
    if settings.CARD_FONT:
        return (settings.CARD_FONT, 0) if Path(settings.CARD_FONT).is_file() else None
    found = {
        path.name: path
        for folder in _FOLDERS
        for path in Path(folder).rglob("*.[ot]t[cf]")
        if path.name in _NAMES
    }
    best = next((found[name] for name in _NAMES if name in found), None)
    return (str(best), _face(str(best))) if best else None


def _face(path: str) -> int:
    """In a collection, that of Simplified Chinese."""
    for index in range(12):
        try:
            family, _ = ImageFont.truetype(path, 20, index=index).getname()
        except OSError:
            return 0
        if family.endswith(" SC"):
            return index
    return 0


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    path, index = font_file()
    return ImageFont.truetype(path, size, index=index)


@lru_cache(maxsize=256)  # a picture takes 80 ms and 20 KB
def draw(title: str, *, firm: str, section: str) -> bytes:
    """A PNG of SIZE. The caller sees to it that there is a ``font_file``."""
    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, SIZE[0], 14), fill=_ACCENT)
    canvas.text((_EDGE, 74), section, font=_font(34), fill=_ACCENT)
    size = 68 if len(title) <= 30 else 56
    lines = _lines(title, _font(size), SIZE[0] - 2 * _EDGE)
    top = 150
    for line in lines:
        canvas.text((_EDGE, top), line, font=_font(size), fill=_INK)
        top += round(size * 1.42)
    canvas.line((_EDGE, 520, SIZE[0] - _EDGE, 520), fill="#ddd6c7", width=2)
    canvas.text((_EDGE, 544), firm, font=_font(36), fill=_SOFT)
    stream = io.BytesIO()
    image.quantize(48).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if line and font.getlength(line + piece) > width and piece[0] not in _NOT_FIRST:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1].rstrip(_NOT_FIRST)[:-1] + "…"]
    return lines


def _pieces(text: str) -> list[str]:
    """What may not be torn: words in Latin letters, numbers, an opening mark and what it opens."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1][-1] if pieces else ""
        latin = character.isascii() and character.isalnum()
        if pieces and (
            (latin and last.isascii() and last.isalnum()) or (last in _NOT_LAST and last)
        ):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
