"""Uploaded pictures: what comes in is decoded and written anew, never kept as it came."""

import hashlib
import io
import secrets
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from PIL import Image, ImageCms, ImageOps

from articles.models import Article, Picture, Revision
from articles.rendering import Size

MOST_BYTES, MOST_PIXELS = 15_000_000, 40_000_000
_LONGEST_SIDE = 2400
SMALL_WIDTH = 640  # the smaller variant, where the picture is wider than _WIDE
_WIDE = 800
_FOLDER = "pictures/"
# What comes in, and what is written of it.
_FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_OPTIONS = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85, "method": 4},
}
_NOT_A_PICTURE = "不是可用的图片：只收 JPEG、PNG、WebP 和 GIF"


class PictureError(ValueError):
    """A picture that can't be taken; the message is for the editor."""


def store(data: bytes, *, name: str, by: AbstractBaseUser | None) -> Picture:
    """Write a picture and a smaller variant anew and keep them: nothing of the upload's own bytes
    remains, so neither what hides in them (EXIF with the place, scripts behind the picture) nor
    its name. The same bytes twice are one picture. Raises PictureError; then nothing is kept."""
    digest = hashlib.sha256(data).hexdigest()
    if held := Picture.objects.filter(digest=digest).first():
        return held
    image = _decoded(data)
    kind = _FORMATS[image.format]
    image = _plain(image, kind)
    folder = f"{_FOLDER}{timezone.localdate():%Y/%m}"
    stem = secrets.token_hex(8)
    written = _encoded(image, kind)
    files = {f"{folder}/{stem}{_SUFFIXES[kind]}": written}
    if image.width > _WIDE:
        height = max(1, round(image.height * SMALL_WIDTH / image.width))
        small = image.resize((SMALL_WIDTH, height), Image.Resampling.LANCZOS)
        files[f"{folder}/{stem}-{SMALL_WIDTH}{_SUFFIXES[kind]}"] = _encoded(small, kind)
    saved: list[str] = []
    try:
        for path, content in files.items():
            saved.append(default_storage.save(path, ContentFile(content)))
        with transaction.atomic():
            return Picture.objects.create(
                file=saved[0],
                has_small=len(saved) > 1,
                width=image.width,
                height=image.height,
                size=len(written),
                digest=digest,
                name=PurePosixPath(name.replace("\\", "/")).name[:150] or "图片",
                uploaded_by=by,
            )
    except IntegrityError:  # the same picture came twice at once
        _delete(saved)
        return Picture.objects.get(digest=digest)
    except BaseException:
        _delete(saved)
        raise


def rewritten(data: bytes) -> ContentFile:
    """A picture written anew as ``store`` does, but kept by whoever asks and not in the library;
    on white, so that a code reads on a dark page too. Raises PictureError."""
    image = _decoded(data)
    kind = _FORMATS[image.format]
    layers = _plain(image, kind).convert("RGBA")
    flat = Image.new("RGB", layers.size, "white")
    flat.paste(layers, mask=layers)
    return ContentFile(_encoded(flat, kind), name=f"{secrets.token_hex(8)}{_SUFFIXES[kind]}")


def _decoded(data: bytes) -> Image.Image:
    """The first frame, its limits checked before its pixels are unpacked."""
    if len(data) > MOST_BYTES:
        raise PictureError(f"图片超过 {MOST_BYTES // 1_000_000} MB")
    try:
        image = Image.open(io.BytesIO(data), formats=list(_FORMATS))
        if image.width * image.height > MOST_PIXELS:
            raise PictureError(f"图片超过 {MOST_PIXELS // 1_000_000} 百万像素，请先缩小")
        image.load()
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("图片的尺寸太大，请先缩小") from error
    except Image.UnidentifiedImageError as error:
        raise PictureError(_NOT_A_PICTURE) from error
    except Exception as error:  # torn in one of the many ways in which decoders say so
        raise PictureError("图片已损坏，打不开") from error
    return image


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """Upright, in sRGB, no larger than is shown, and with nothing but its pixels."""
    image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    has_alpha = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA")
    mode = "RGBA" if has_alpha and kind != "JPEG" else "RGB"
    if profile and image.mode in ("RGB", "CMYK", "RGBA"):
        image = _in_srgb(image, profile)
    image = image.convert(mode)
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(mode, image.size)
    bare.paste(image)
    return bare


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB" if image.mode == "CMYK" else image.mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile says nothing of colours
        return image


def _encoded(image: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **_OPTIONS[kind])
    return stream.getvalue()


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def small_name(name: str) -> str:
    """The smaller variant's name in the storage, whether or not there is one."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{SMALL_WIDTH}{path.suffix}"))


def has_small(name: str, width: int) -> bool:
    """Whether ``store`` wrote a smaller variant of a picture; known without looking."""
    return name.startswith(_FOLDER) and width > _WIDE


def address(name: str) -> str:
    """What a body's ``src`` says of a name in the storage."""
    return settings.MEDIA_URL + quote(name)


def measure(source: str) -> Size | None:
    """The size of the picture at a body's ``src``, with its smaller variant; None where no
    readable picture is there."""
    if not source.startswith(settings.MEDIA_URL):
        return None
    name = unquote(source.removeprefix(settings.MEDIA_URL)).split("?")[0]
    try:
        with default_storage.open(name) as file, Image.open(file) as image:
            width, height = image.size
        small = small_name(name)
        is_there = width > _WIDE and default_storage.exists(small)
    except (OSError, ValueError, Image.DecompressionBombError, SuspiciousFileOperation):
        return None
    return Size(width, height, address(small) if is_there else "", SMALL_WIDTH)


def uses(picture: Picture) -> dict[int, str]:
    """Where it is shown: the article's id → live (readers see it), draft (the newest revision) or
    history (an older one only). One query, of the articles that ever showed it."""
    name = picture.file.name
    newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-pk")
    articles = picture.articles.annotate(draft=Subquery(newest.values("content")[:1]))
    found = {}
    for article in articles.only("cover", "body", "cover_width", "cover_height").order_by("pk"):
        draft = article.draft or {"body": "", "cover": ""}
        if name == article.cover.name or name in article.body:
            found[article.pk] = "live"
        elif name == draft["cover"] or name in draft["body"]:
            found[article.pk] = "draft"
        else:
            found[article.pk] = "history"
    return found


@transaction.atomic
def remove(picture: Picture) -> None:
    """Delete a picture that neither readers nor a newest revision show, and its files once that
    is final. Raises PictureError where it is in use."""
    # Whoever saves an article with it waits behind this, and then finds it gone.
    held = Picture.objects.select_for_update().get(pk=picture.pk)
    users = [pk for pk, how in uses(held).items() if how != "history"]
    if users:
        titles = Article.objects.filter(pk__in=users).values_list("title", flat=True)[:3]
        raise PictureError(f"还用在：{'、'.join(titles)}")
    names = [held.file.name] + ([small_name(held.file.name)] if held.has_small else [])
    held.delete()
    transaction.on_commit(lambda: _delete(names))
