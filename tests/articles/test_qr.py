import re

import pytest
from django.conf import settings

from articles.qr import qr_svg


def test_the_code_is_a_picture_without_style_or_script():
    svg = qr_svg("https://www.example.com/hf/874652.html").decode()
    assert svg.startswith("<svg")
    assert not re.search(r"style=|script|<\?xml|http://www.w3.org/1999/xlink", svg)


@pytest.mark.django_db
def test_a_page_has_its_own_and_it_tells_nothing_of_the_page(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/hf/874652.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content == qr_svg(f"{settings.SITE_URL}/hf/874652.html")
    assert client.get(f"/hf/{2**64}.svg").status_code == 404
