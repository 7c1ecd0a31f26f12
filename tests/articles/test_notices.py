import pytest

from articles.notices import NoticeError, check_notice, fill_notice


def test_variables_are_filled_and_a_title_with_braces_stays_a_title():
    values = {"title": "{firm}是什么", "firm": "测试律所"}
    assert fill_notice("{title}，{firm}原创{source}", values) == "{firm}是什么，测试律所原创"


@pytest.mark.parametrize(
    "template", ["{", "}", "{nobody}", "{title.__class__}", "{title!r}", "{title:>99999999}", "{}"]
)
def test_a_notice_that_cannot_be_filled_is_refused_and_never_breaks_a_page(template):
    with pytest.raises(NoticeError):
        check_notice(template)
    assert fill_notice(template, {"title": "标题"}) == template
