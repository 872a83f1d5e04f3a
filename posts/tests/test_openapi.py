from django.test import Client

from chassis.testing import check_description


def test_the_committed_description_is_what_the_code_says():
    check_description()


def test_the_description_is_served_with_a_page_to_read_it():
    described = Client().get("/posts/api/schema/").json()
    page = Client().get("/posts/api/docs/", headers={"accept": "text/html"}).content.decode()

    assert described["info"]["title"] == "Tidings: posts"
    assert "http://testserver" in described["info"]["description"]
    assert "/posts/api/schema/" in page
    assert "/posts/static/drf_spectacular_sidecar/" in page
    assert "cdn." not in page


def test_it_can_be_read_on_one_page_without_a_stranger():
    answer = Client().get("/posts/api/redoc/", headers={"accept": "text/html"})
    page = answer.content.decode()

    assert "/posts/api/schema/" in page
    assert "/posts/static/drf_spectacular_sidecar/redoc/" in page
    assert "https://" not in page
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")


def test_what_all_services_tell_is_described_as_well():
    described = Client().get("/posts/asyncapi.json").json()

    assert described["asyncapi"] == "3.0.0"
    assert "posts.post.created" in described["components"]["messages"]
