from django.test import Client

from chassis.testing import check_description


def test_the_committed_description_is_what_the_code_says():
    check_description()


def test_the_description_is_served_with_a_page_to_read_it():
    described = Client().get("/moderation/api/schema/").json()
    page = Client().get("/moderation/api/docs/", headers={"accept": "text/html"}).content.decode()

    assert described["info"]["title"] == "Tidings: moderation"
    assert "http://testserver" in described["info"]["description"]
    assert "/moderation/api/schema/" in page
    assert "/moderation/static/drf_spectacular_sidecar/" in page
    assert "cdn." not in page
