import subprocess
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from deploy.local import keys, marked, ports
from deploy.local.cluster import account
from deploy.local.postgres import Postgres
from deploy.local.state import State

ROLES = ("posts", "comments")
FIRST_PORT = ports.free_base(range(20))
HOURS_OF_WORK = b"SELECT sum(sqrt(a) * b) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> State:
    return State(tmp_path_factory.mktemp("state"))


def cluster(state: State, *, throwaway: bool = False) -> Postgres:
    return Postgres(
        state.path("throwaway" if throwaway else "postgres"),
        first_port=FIRST_PORT,
        roles=ROLES,
        secret=lambda name: keys.secret(state, name),
        throwaway=throwaway,
    )


@pytest.fixture(scope="module")
def postgres(state) -> Iterator[Postgres]:
    postgres = cluster(state)
    postgres.start()
    yield postgres
    postgres.remove()


def ask(postgres: Postgres, question: str, role: str = "posts") -> object:
    with postgres.connect(role, role) as connection:
        (answer,) = connection.execute(question).fetchone() or (None,)
        return answer


def test_each_role_enters_its_own_database_and_is_refused_by_every_other(postgres):
    for role in ROLES:
        assert ask(postgres, "SELECT current_user", role) == role
        for other in set(ROLES) - {role}:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                postgres.connect(role, other)


def test_a_role_of_a_service_may_make_neither_databases_nor_roles(postgres):
    for forbidden in ("CREATE DATABASE more", "CREATE ROLE more"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), postgres.connect("posts", "posts") as posts:
            posts.execute(forbidden)


def test_a_role_needs_its_password_and_the_file_keeps_only_its_hash(postgres):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("posts").replace("posts:", "posts:wrong", 1))
    with postgres.connect() as owner:
        row = owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'posts'").fetchone()
    assert str(row).startswith("('SCRAM-SHA-256$")


def test_what_up_runs_on_reaches_the_disk_and_what_tests_run_on_need_not(postgres, state):
    assert ask(postgres, "SHOW fsync") == "on"
    throwaway = cluster(state, throwaway=True)
    throwaway.start()
    try:
        assert ask(throwaway, "SHOW fsync") == "off"
        with throwaway.connect("posts", "posts") as posts:
            posts.execute("CREATE DATABASE test_posts")
    finally:
        throwaway.remove()
    assert not throwaway.alive()
    assert not throwaway.home.exists()


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill])
def test_it_starts_again_with_all_it_kept_however_it_ended(postgres, end):
    with postgres.connect("posts", "posts") as posts:
        posts.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    end(postgres)
    assert postgres.running() == []

    postgres.start()

    assert ask(postgres, "SELECT number FROM kept") == 7


def test_the_cluster_of_a_killed_owner_is_adopted_and_can_be_stopped(postgres, state):
    before = postgres.running()
    heir = cluster(state)

    heir.start()

    assert heir.running() == before
    heir.stop()
    assert not heir.alive()
    postgres.start()


def test_a_process_number_that_now_belongs_to_another_program_does_not_stop_the_start(postgres):
    postgres.stop()
    who = account()
    with subprocess.Popen(["sleep", "600"], user=who.pw_uid, group=who.pw_gid, extra_groups=[]) as stranger:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n")
        try:
            postgres.start()
        finally:
            stranger.kill()

    assert ask(postgres, "SELECT 1") == 1


def test_a_kill_leaves_no_backend_at_work(postgres):
    with closing(postgres.connect("posts", "posts")) as connection:
        ((backend,),) = connection.execute("SELECT pg_backend_pid()").fetchall()
        connection.pgconn.send_query(HOURS_OF_WORK)

        postgres.kill()

        assert marked.until(lambda: marked.program_of(int(str(backend))) == "", 2)
    postgres.start()
