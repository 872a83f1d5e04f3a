import stat

import jwt
import pytest

from deploy.local import environment, keys, tokens
from deploy.local.state import State
from deploy.local.trouble import Trouble


@pytest.fixture
def state(tmp_path) -> State:
    return State(tmp_path / "local")


def test_what_the_caller_set_is_left_alone(state):
    given = {"SECRET_KEY": "mine", "AMQP_URL_FILE": "/run/secrets/amqp"}

    added = environment.missing("posts", given, state)

    assert "SECRET_KEY" not in added
    assert "AMQP_URL" not in added
    assert added["DATABASE_URL"] == f"sqlite:///{state.folder}/posts.sqlite3"


def test_a_database_of_one_service_goes_before_the_general_one(state):
    given = {"DATABASE_URL": "sqlite:////elsewhere", "POSTS_DATABASE_URL": "postgres://own"}

    assert environment.missing("posts", given, state)["DATABASE_URL"] == "postgres://own"
    assert "DATABASE_URL" not in environment.missing("comments", given, state)


def test_a_command_beside_up_finds_what_up_wrote_down(state):
    state.write(
        "system", {"base_port": 9000, "amqp_url": "amqp://x", "database_urls": {"posts": "postgres://p"}}
    )

    added = environment.missing("posts", {}, state)

    assert (added["AMQP_URL"], added["DATABASE_URL"]) == ("amqp://x", "postgres://p")
    assert "http://127.0.0.1:9003" in added["PUBLIC_URLS"]


def test_only_commands_that_mint_tokens_get_the_private_key(state):
    assert "JWT_PRIVATE_KEY" not in environment.missing("posts", {}, state)
    assert "JWT_PRIVATE_KEY" in environment.missing("posts", {}, state, command="token")


def test_a_minted_token_is_verified_by_what_the_services_are_given(state):
    given = environment.missing("posts", {}, state)

    claims = jwt.decode(
        tokens.mint(state, "alice", roles=["moderator"]),
        given["JWT_PUBLIC_KEY"],
        algorithms=["EdDSA"],
        audience=given["JWT_AUDIENCE"],
        issuer=given["JWT_ISSUER"],
    )

    assert (claims["sub"], claims["roles"]) == ("alice", ["moderator"])


def test_secrets_stay_the_same_differ_by_name_and_are_readable_by_their_owner_alone(state):
    made = keys.secret(state, "one")
    keys.key_pair(state)

    assert keys.secret(state, "one") == made
    assert keys.secret(state, "two") != made
    for name in ("secrets.json", "jwt/private.pem"):
        assert stat.S_IMODE((state.folder / name).stat().st_mode) == 0o600


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_lives(state):
    with state.held("up"), pytest.raises(Trouble, match="already running"), State(state.folder).held("up"):
        pass
    with state.held("up"):
        pass
