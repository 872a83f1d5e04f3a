"""What `up` prints when everything runs: addresses, logins, something to paste."""

from urllib.parse import urlsplit

from deploy.local import keys, tokens
from deploy.local.prepare import ADMIN
from deploy.local.system import System
from deploy.rabbitmq import users

TEXT = """
   Posts        {posts}/posts/             admin /posts/admin/
   Comments     {comments}/comments/          admin /comments/admin/
   Query        {query}/query/             admin /query/admin/
   Moderation   {moderation}/moderation/        admin /moderation/admin/
   Sign in      {admin} / {password}   (each service has a person of this name; kept in {secrets})
   RabbitMQ     {management}

   Try, as pasted:
     curl -s {posts}/posts/api/v1/posts/ -H 'Content-Type: application/json' \\
       -H 'Authorization: Bearer {token}' \\
       -d '{{"title": "Hello", "body": "Written by alice."}}'
     curl -s {query}/query/api/v1/posts/

   Another token:  python3 manage.py posts token bruno     A moderator's: add --moderator
   Logs: {logs}     Ctrl-C stops everything
"""


def text(system: System) -> str:
    return TEXT.format(
        **system.urls,
        admin=ADMIN,
        password=keys.secret(system.state, ADMIN, letters=16),
        secrets=system.state.folder / "secrets.json",
        management=management(system),
        token=tokens.mint(system.state, "alice"),
        logs=system.state.folder / "logs",
    )


def management(system: System) -> str:
    if system.broker is None or system.broker.passwords is None:
        return "the one that AMQP_URL names"
    return f"{system.broker.management_url}/   {users.TOPOLOGY} / {system.broker.passwords[users.TOPOLOGY]}"


def stores(system: System) -> str:
    """Where the broker and the databases are, without any password."""
    broker = without_login(system.broker.amqp_url) if system.broker else "as AMQP_URL says"
    return f"{broker} · {system.postgres or 'SQLite files'}"


def without_login(url: str) -> str:
    split = urlsplit(url)
    return f"{split.scheme}://{split.hostname}:{split.port}"
