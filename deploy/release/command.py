"""`manage.py release`: build, push, migrate, roll out, and go back to what ran before if that fails."""

import argparse
import os
import re
import sys
from collections.abc import Mapping, Sequence

from deploy.local.environment import SERVICES
from deploy.local.trouble import Trouble
from deploy.release import events, overlay
from deploy.release.plan import Release
from deploy.release.rolling import Rolling
from deploy.release.shell import Shell

REGISTRY = "TIDINGS_REGISTRY"
INTERRUPTED = 130
# What an image may be called by, without capitals: they are easily mistaken.
TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
ADDRESS = re.compile(r"[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
MOVING = ("latest", "unreleased", "main", "master", "dev", "stable")
DESCRIPTION = """\
Put one tag of all services, or of some, into a Kubernetes cluster. Every command is shown before it is run:

  build      an image per service, and push it to the registry
  prepare    migrate the databases and declare the queues, as Jobs; if one fails, nothing else is changed
  roll out   the Deployments, pod by pod; if one does not get well, all go back to what ran before
"""
EPILOG = """\
examples:
  python3 manage.py release 2026.11.21 --registry registry.example.com/tidings --dry-run
  python3 manage.py release 2026.11.21 --registry registry.example.com/tidings
  python3 manage.py release 2026.11.21 --registry registry.example.com/tidings --service posts
  python3 manage.py release 2026.11.21 --registry registry.example.com/tidings --no-build --context staging
  python3 manage.py release try-1 --overlay local

It exits 0 when the tag runs, else 1. It is refused while an event says what a service of the last release
does not understand: both run side by side for a while. docs/deploy.md has what to do the first time.
"""


def main(arguments: Sequence[str]) -> int:
    """Release, or show how; 0 when the tag runs."""
    options = parse(arguments)
    shell = Shell(dry=options.dry_run)
    try:
        release = chosen(options, os.environ)
        shell.require(["kubectl"] if options.no_build else ["docker", "kubectl"])
        events.refuse_breaks()
        if not shell.dry:
            overlay.refuse_placeholders(release.overlay)
        Rolling(release, shell).carry_out(build=not options.no_build)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted: the cluster goes on with what it was told last", file=sys.stderr)
        return INTERRUPTED
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="manage.py release", description=DESCRIPTION, epilog=EPILOG, formatter_class=plain
    )
    parser.add_argument(
        "tag", type=tag, help="what this release is called, new each time: 2026.11.21 or a commit"
    )
    parser.add_argument(
        "--service", action="append", choices=SERVICES, help="this one alone; may be repeated (default: all)"
    )
    parser.add_argument(
        "--overlay", choices=overlay.names(), default="production", help="default: production"
    )
    parser.add_argument(
        "--registry", type=address, metavar="ADDRESS", help=f"where the images go (default: {REGISTRY})"
    )
    parser.add_argument("--context", default="", metavar="NAME", help="of kubectl (default: its current one)")
    parser.add_argument("--no-build", action="store_true", help="the images of this tag are in the registry")
    parser.add_argument("--dry-run", action="store_true", help="show the commands, run none")
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace, environment: Mapping[str, str]) -> Release:
    """What the arguments ask for; raises Trouble if there is nowhere to take the images from."""
    registry = options.registry or environment.get(REGISTRY, "")
    if not registry and options.overlay != "local":
        mend = f"add --registry registry.example.com/tidings, or set {REGISTRY}"
        raise Trouble("a cluster takes its images from a registry, and none is named", mend=mend)
    services = [service for service in SERVICES if service in (options.service or SERVICES)]
    return Release(
        tag=options.tag,
        overlay=options.overlay,
        services=services,
        registry=registry.rstrip("/"),
        context=options.context,
    )


def tag(text: str) -> str:
    if text in MOVING:
        raise argparse.ArgumentTypeError(
            f"{text!r} is a tag that moves: nothing could be rolled out or undone by it"
        )
    if not TAG.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no tag: small letters, digits, dots and dashes, at most 63, like 2026.11.21"
        )
    return text


def address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a registry, like registry.example.com/tidings"
        )
    return text
