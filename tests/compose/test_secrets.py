"""What the one-shot `secrets` of compose.yaml makes, whom it gives it to, and what production refuses."""

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from deploy.compose import make_secrets
from deploy.local.environment import SERVICES

GIVEN = {name: f"of our own, for {name}" for name in make_secrets.names(SERVICES)} | {
    "JWT_PUBLIC_KEY": "a key of our own"
}


@pytest.fixture
def folder(tmp_path) -> Path:
    """The volumes, as Compose mounts them."""
    for name in (*SERVICES, "made", "minting", "postgres", "rabbitmq", "topology"):
        (tmp_path / name).mkdir()
    return tmp_path


def made(folder, **given):
    make_secrets.main([str(folder), *SERVICES], given)
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def passwords(files):
    """Every password by the name of the file that tells it."""
    urls = {name: text for name, text in files.items() if name.endswith("_url")}
    return {name: unquote(urlsplit(url).password or "") for name, url in urls.items()}


def test_everybody_gets_a_password_of_its_own(folder):
    files = made(folder)

    assert len(passwords(files)) == 9
    assert len(set(passwords(files).values())) == 9
    for service in SERVICES:
        assert urlsplit(files[f"{service}/amqp_url"]).username == service
        assert passwords(files)[f"{service}/database_url"] == files[f"postgres/{service}"]


def test_the_broker_gets_hashes_and_no_password(folder):
    files = made(folder)

    users = json.loads(files["rabbitmq/definitions.json"])["users"]
    assert {user["name"] for user in users} == {*SERVICES, "topology"}
    assert all(user["password_hash"] and "password" not in user for user in users)


def test_only_the_minter_gets_the_key_that_signs(folder):
    files = made(folder)

    signing = {name for name, text in files.items() if "PRIVATE KEY" in text}
    assert signing == {"minting/jwt_private.pem", "made/JWT_PRIVATE_KEY"}
    assert len({files[f"{service}/jwt_public.pem"] for service in SERVICES}) == 1


def test_what_was_made_is_kept(folder):
    first, second = made(folder), made(folder)

    changing = {"rabbitmq/definitions.json"}  # salted anew
    assert {name: first[name] for name in first.keys() - changing} == {
        name: second[name] for name in second.keys() - changing
    }


def test_what_is_given_is_used_and_the_rest_made(folder):
    files = made(folder, POSTS_BROKER_PASSWORD="with / and @", QUERY_BROKER_PASSWORD="")

    assert passwords(files)["posts/amqp_url"] == "with / and @"
    assert len(passwords(files)["query/amqp_url"]) > 20


def test_production_names_all_that_is_missing_and_writes_nothing(folder):
    before = made(folder)

    with pytest.raises(SystemExit) as refused:
        made(folder, ENVIRONMENT="production")

    for name in GIVEN:
        assert f"{name} is missing" in str(refused.value)
    assert {name: (folder / name).read_text() for name in before} == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"POSTS_BROKER_PASSWORD": "short"}, "POSTS_BROKER_PASSWORD is shorter than 16 letters"),
        ({"POSTS_BROKER_PASSWORD": GIVEN["QUERY_BROKER_PASSWORD"]}, "two of them are the same"),
        ({"JWT_PUBLIC_KEY": ""}, "JWT_PUBLIC_KEY is missing"),
    ],
)
def test_production_refuses_what_is_not_safe(folder, change, reason):
    with pytest.raises(SystemExit, match=reason):
        made(folder, ENVIRONMENT="production", **GIVEN | change)


def test_production_takes_what_is_given_and_can_mint_nothing(folder):
    made(folder)

    files = made(folder, ENVIRONMENT="production", **GIVEN)

    assert passwords(files)["comments/database_url"] == GIVEN["COMMENTS_DATABASE_PASSWORD"]
    assert files["posts/jwt_public.pem"] == "a key of our own"
    assert files["minting/jwt_private.pem"] == ""


def test_keys_may_come_from_an_issuer_s_address(folder):
    without = {name: text for name, text in GIVEN.items() if name != "JWT_PUBLIC_KEY"}

    files = made(folder, ENVIRONMENT="production", JWT_JWKS_URL="https://issuer.example/keys", **without)

    assert files["posts/jwt_public.pem"] == files["minting/jwt_private.pem"] == ""
