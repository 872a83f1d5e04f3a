import pytest
from django.test import Client
from rest_framework.test import APIClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ECHO = "/example/api/v1/echo/"


def post(body: bytes | str, content_type: str = "application/json", **headers):
    return Client().post(ECHO, body, content_type=content_type, headers=headers)


def is_problem(answer, status: int) -> bool:
    problem = answer.json()
    return (
        answer.status_code == problem["status"] == status
        and answer["Content-Type"] == "application/problem+json"
        and problem["instance"] == answer["X-Request-ID"]
        and {"type", "title", "detail", "code", "errors"} <= problem.keys()
    )


def test_a_fault_in_a_field_is_named_by_its_place():
    answer = post('{"text": "far too long a text"}')

    assert is_problem(answer, 400)
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("#/text", "max_length")
    ]


@pytest.mark.parametrize(
    "value", ["7", "true", "null", "[]", "{}", '""', '"  "', r'"\u0000"', r'"\ud800"', "1e3"]
)
def test_a_text_is_a_text(value):
    answer = post(f'{{"text": {value}}}')

    assert is_problem(answer, 400)
    assert {error["pointer"] for error in answer.json()["errors"]} == {"#/text"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '"x"',
        "1",
        "{",
        "{]",
        '{"text": NaN}',
        '{"text": ' + "9" * 5000 + "}",
        b"\xff\xfe",
        b'{"text"',
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(body):
    assert is_problem(post(body), 400)


def nested(levels: int) -> str:
    return '{"text": "a", "more": ' + "[" * levels + "7" + "]" * levels + "}"


@pytest.mark.parametrize("bomb", ["[" * 200_000, '{"a":' * 5_000, nested(900), nested(32)])
def test_a_body_that_nests_too_deeply_is_a_bad_request(bomb):
    assert is_problem(post(bomb), 400)
    assert post(nested(31)).status_code == 200


@pytest.mark.parametrize(
    "more", ["[" + "1," * 10_000 + "1]", "{" + ",".join(f'"{n}":1' for n in range(10_001)) + "}", "[1e999]"]
)
def test_a_body_that_holds_too_much_is_a_bad_request(more):
    assert is_problem(post(f'{{"text": "a", "more": {more}}}'), 400)
    assert post('{"text": "a", "more": [' + "1," * 9_000 + "1]}").status_code == 200


@pytest.mark.parametrize("charset", ["base64", "zlib", "undefined"])
def test_a_charset_that_is_no_text_is_a_bad_request(charset):
    content_type = f"application/json; charset={charset}"
    assert is_problem(Client().generic("POST", ECHO, b'{"text": "a"}', content_type), 400)


def test_a_body_that_is_too_large_is_refused():
    assert is_problem(post('{"text": "' + "a" * 2_000_000 + '"}'), 413)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_only_json_is_read(content_type):
    assert is_problem(post("text=a", content_type), 415)


def test_what_cannot_be_answered_as_wanted_is_said_so():
    assert is_problem(Client().get(ECHO), 405)
    assert is_problem(post("{}", accept="application/pdf"), 406)
    assert Client().generic("TRACE", ECHO).status_code == 405


@pytest.mark.parametrize(
    "address", ["/", "/elsewhere", "/example/api/v1/nothing/", "/example/api/v2/", "/example/%00"]
)
def test_an_unknown_address_is_a_problem_and_no_page(address):
    assert address == "/" or is_problem(Client().get(address, headers={"accept": BROWSER}), 404)


def test_a_read_without_its_last_slash_is_led_to_the_right_address():
    answer = Client().get("/example/api/v1/who-am-i?a=b")

    assert (answer.status_code, answer["Location"]) == (302, "/example/api/v1/who-am-i/?a=b")


def test_a_write_without_its_last_slash_is_not_turned_into_a_read():
    answer = Client().post("/example/api/v1/echo", {"text": "a"}, content_type="application/json")

    assert is_problem(answer, 404)
    assert "slash" in answer.json()["detail"]


def test_an_unknown_host_is_a_problem():
    assert is_problem(Client().get("/example/livez/x", headers={"host": "evil.example"}), 400)


def test_s84_a_fault_in_the_code_is_told_without_its_detail():
    answer = Client(raise_request_exception=False).get("/example/api/v1/broken/code/")

    assert is_problem(answer, 500)
    assert b"secret detail" not in answer.content


def test_a_database_out_of_reach_is_worth_another_try():
    answer = Client().get("/example/api/v1/broken/database/")

    assert is_problem(answer, 503)
    assert answer["Retry-After"] == "2"
    assert b"password" not in answer.content


def test_a_refusal_of_the_domain_is_answered_as_its_view_says():
    answer = Client().get("/example/api/v1/broken/rule/")

    assert is_problem(answer, 409)
    assert answer.json()["detail"] == "Not on a Sunday."


@pytest.mark.django_db
def test_a_browser_sees_a_problem_as_a_page():
    answer = APIClient().get("/example/api/v1/who-am-i/", headers={"accept": BROWSER})

    assert (answer.status_code, answer["Content-Type"]) == (401, "text/html; charset=utf-8")
    assert b"/example/api/auth/login/" in answer.content


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_program_never_gets_a_page(accept):
    for address in ("/example/", "/example/api/v1/", "/example/api/v1/who-am-i/", "/example/nothing"):
        assert "json" in Client().get(address, headers={"accept": accept})["Content-Type"]
