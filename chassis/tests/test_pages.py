import pytest
from django.test import Client


def test_the_front_page_leads_to_api_and_admin():
    links = Client().get("/example/").json()

    assert links["api"] == "http://testserver/example/api/v1/"
    assert Client().get("/")["Location"] == "/example/"
    assert Client().get(links["api"]).json()["broken"] == "http://testserver/example/api/v1/broken/{fault}/"
    assert Client().get(links["admin"]).status_code == 302


def test_a_browser_gets_the_front_page_as_a_page_with_the_siblings():
    page = Client().get("/example/", headers={"accept": "text/html"}).content.decode()

    assert "service-violet" in page
    assert "http://127.0.0.1:8002/sibling/" in page
    assert "http://127.0.0.1:8001" not in page


def test_the_admin_bears_the_name_the_colour_and_the_siblings(admin_client):
    page = admin_client.get("/example/admin/").content.decode()

    assert "Example admin" in page
    assert "service-violet" in page
    assert "http://127.0.0.1:8002/sibling/admin/" in page


def test_an_unknown_address_in_the_admin_is_a_page(admin_client):
    answer = admin_client.get("/example/admin/nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "path", ["chassis/service.css", "admin/css/base.css", "rest_framework/css/default.css"]
)
def test_static_files_are_served_uncollected(path):
    answer = Client().get(f"/example/static/{path}")

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"/*") or path.startswith("admin")


@pytest.mark.django_db
def test_cookies_bear_the_name_of_the_service(django_user_model):
    django_user_model.objects.create_superuser("root", password="root")
    client = Client()
    client.post("/example/admin/login/", {"username": "root", "password": "root"})

    assert set(client.cookies) == {"example_sessionid", "example_csrftoken"}
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/example/"}


@pytest.mark.parametrize("proposed", ["0190-abc_D.e", "a" * 64])
def test_a_harmless_request_id_is_echoed(proposed):
    assert Client().get("/example/livez", headers={"x-request-id": proposed})["X-Request-ID"] == proposed


@pytest.mark.parametrize("proposed", ["", "a" * 65, "a b", "a\tb", "ä", "<script>"])
def test_any_other_request_id_is_replaced(proposed):
    answer = Client().get("/example/livez", headers={"x-request-id": proposed})
    assert answer["X-Request-ID"] != proposed
    assert len(answer["X-Request-ID"]) == 36
