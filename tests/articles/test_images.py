import io
import re
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections
from PIL import Image, ImageCms

from articles import images, workflow
from articles.models import Picture
from tests.factories import image_bytes, make_article, make_draft, make_user

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", size=(1200, 600), **options) -> bytes:
    return image_bytes(kind, size, **options)


def with_place() -> bytes:
    """A photograph that knows where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    exif[0x010F] = "MAKER-SECRET"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 1.0)
    return picture(exif=exif, comment=b"COMMENT-SECRET", size=(400, 200))


def stored(data, name="图.jpg") -> Picture:
    return images.store(data, name=name, by=None)


def opened(kept: Picture) -> Image.Image:
    return Image.open(default_storage.open(kept.file.name))


@pytest.mark.parametrize(
    ("kind", "suffix"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("GIF", ".png")]
)
def test_each_format_is_kept_under_a_random_name_of_its_real_kind(kind, suffix):
    mode = "P" if kind == "GIF" else "RGB"
    kept = stored(picture(kind, mode=mode), name="..\\秘密/当事人张三.exe")
    assert re.fullmatch(rf"pictures/\d{{4}}/\d\d/[0-9a-f]{{16}}\{suffix}", kept.file.name)
    assert (kept.width, kept.height, kept.name) == (1200, 600, "当事人张三.exe")
    assert kept.size == default_storage.size(kept.file.name)
    assert opened(kept).format == images._FORMATS[kind]
    small = Image.open(default_storage.open(images.small_name(kept.file.name)))
    assert small.size == (640, 320)


def test_where_and_by_whom_it_was_taken_is_dropped_and_it_stands_upright():
    data = with_place()
    assert b"SECRET" in data
    kept = stored(data)
    written = default_storage.open(kept.file.name).read()
    assert (kept.width, kept.height) == (200, 400)
    assert not Image.open(io.BytesIO(written)).getexif()
    for trace in (b"SECRET", b"Exif", b"GPS", b"http://ns.adobe.com"):
        assert trace not in written


def test_text_chunks_and_profiles_are_dropped():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "TEXT-SECRET")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = stored(picture("PNG", pnginfo=info, icc_profile=profile))
    written = default_storage.open(kept.file.name).read()
    assert b"TEXT-SECRET" not in written
    assert "icc_profile" not in opened(kept).info


def test_what_hides_behind_a_picture_is_gone():
    for tail in (b"<script>alert(1)</script>", b"<?php system($_GET[0]); ?>", b"PK\x03\x04zip"):
        kept = stored(picture(color=(len(tail), 2, 3)) + tail)
        assert tail not in default_storage.open(kept.file.name).read()


def test_transparency_and_printers_colours_are_kept_as_far_as_the_web_shows_them():
    assert opened(stored(picture("PNG", mode="RGBA"))).mode == "RGBA"
    assert opened(stored(picture("JPEG", mode="CMYK"))).mode == "RGB"


def test_a_large_picture_is_made_smaller_and_a_small_one_has_no_variant():
    large, tiny = stored(picture(size=(4000, 3000))), stored(picture(size=(300, 300)))
    assert (large.width, large.height, large.has_small) == (2400, 1800, True)
    assert (tiny.has_small, default_storage.exists(images.small_name(tiny.file.name))) == (
        False,
        False,
    )


def test_the_same_picture_twice_is_one():
    assert stored(picture()) == stored(picture(), name="另一个名字.jpg")
    assert Picture.objects.count() == 1


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "只收"),
        (SVG, "只收"),
        (b'<?xml version="1.0"?>' + SVG, "只收"),
        (b"<html><script>alert(1)</script></html>", "只收"),
        (b"%PDF-1.7 ...", "只收"),
        (picture("BMP"), "只收"),
        (picture("TIFF"), "只收"),
        (picture("ICO", size=(64, 64)), "只收"),
        (picture()[:400], "损坏"),
        (picture("PNG")[:60], "损坏"),
        (b"\xff\xd8\xff\xe0" + b"x" * 100, "损坏|只收"),
        (b"x" * (images.MOST_BYTES + 1), "15 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason_and_leaves_nothing(data, reason):
    with pytest.raises(images.PictureError, match=reason):
        stored(data)
    assert not Picture.objects.exists()
    assert not default_storage.exists("pictures")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    with pytest.raises(images.PictureError, match="像素"):
        stored(picture("PNG", size=(8000, 6000), mode="1"))
    with pytest.raises(images.PictureError, match=r"太大|像素"):
        stored(picture("PNG", size=(30_000, 30_000), mode="1"))


def test_random_damage_never_ends_in_another_error():
    import random

    rng = random.Random(4)  # noqa: S311  (the same damage each time)
    for data in (picture(size=(90, 60)), picture("PNG", size=(90, 60)), picture("WEBP")):
        for _ in range(60):
            torn = bytearray(data[: rng.randrange(20, len(data))])
            torn[rng.randrange(len(torn))] = rng.randrange(256)
            try:
                stored(bytes(torn))
            except images.PictureError as error:
                assert str(error)


def test_a_failure_leaves_no_file(monkeypatch):
    def fail(**values):
        raise RuntimeError

    monkeypatch.setattr(Picture.objects, "create", fail)
    with pytest.raises(RuntimeError):
        stored(picture())
    _, files = default_storage.listdir(f"pictures/{default_storage.listdir('pictures')[0][0]}/")
    assert files == []


def test_a_body_gets_both_sizes_and_the_page_stays_still():
    kept = stored(picture())
    source = images.address(kept.file.name)
    article = make_article(body=f'<p><img src="{source}" alt="借条"></p>')
    small = images.address(images.small_name(kept.file.name))
    assert f'srcset="{small} 640w, {source} 1200w"' in article.rendered
    assert 'width="1200" height="600"' in article.rendered


def test_where_a_picture_is_used_is_known(django_assert_num_queries):
    kept = stored(picture())
    body = f'<p><img src="{images.address(kept.file.name)}" alt="图"></p>'
    live, draft, history = make_article(body=body), make_draft(body=body), make_draft(body=body)
    cover = make_article(cover=kept.file.name)
    content = {**workflow.newest_content(history), "body": "<p>没有图了</p>"}
    workflow.save_draft(history, content, by=None)
    make_article()
    with django_assert_num_queries(1):
        found = images.uses(kept)
    assert found == {live.pk: "live", draft.pk: "draft", history.pk: "history", cover.pk: "live"}


def test_a_picture_in_use_is_not_removed_and_one_of_the_past_is_with_its_files(
    django_capture_on_commit_callbacks,
):
    kept = stored(picture())
    name = kept.file.name
    draft = make_draft(title="用着的", body=f'<p><img src="{images.address(name)}" alt=""></p>')
    with pytest.raises(images.PictureError, match="用着的"):
        images.remove(kept)
    workflow.save_draft(draft, {**workflow.newest_content(draft), "body": ""}, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        images.remove(kept)
    assert not Picture.objects.exists()
    assert not default_storage.exists(name)
    assert not default_storage.exists(images.small_name(name))


def test_each_sees_their_own_uploads_and_what_they_may_read():
    author, other = make_user("author", "作者"), make_user("other", "作者")
    mine = images.store(picture(color=(1, 1, 1)), name="我的", by=author)
    theirs = images.store(picture(color=(2, 2, 2)), name="别人的", by=other)
    public = images.store(picture(color=(3, 3, 3)), name="公开的", by=other)
    make_article(body=f'<p><img src="{images.address(public.file.name)}" alt="图"></p>')
    make_draft(body=f'<p><img src="{images.address(theirs.file.name)}" alt="图"></p>')
    assert set(Picture.objects.readable_by(author)) == {mine, public}
    assert set(Picture.objects.readable_by(make_user("r", "审核人"))) == {mine, theirs, public}


@pytest.mark.django_db(transaction=True)
def test_the_same_picture_from_several_at_once_is_one_without_stray_files():
    if connection.vendor == "sqlite":
        pytest.skip("threads can't share a test database in memory")
    results, data = [], picture(size=(1500, 1500))

    def run():
        try:
            results.append(stored(data).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == Picture.objects.count() == 1
    year = default_storage.listdir("pictures")[0][0]
    month = default_storage.listdir(f"pictures/{year}")[0][0]
    assert len(default_storage.listdir(f"pictures/{year}/{month}")[1]) == 2
