"""The overlay that a release puts its images into."""

import os

from deploy.local.state import REPOSITORY
from deploy.local.trouble import Trouble
from deploy.release.plan import Release, shown

OVERLAYS = REPOSITORY / "deploy" / "kubernetes" / "overlays"
PLACEHOLDER = "example.com"


def names() -> list[str]:
    """The overlays that there are."""
    return sorted(path.parent.name for path in OVERLAYS.glob("*/kustomization.yaml"))


def refuse_placeholders(name: str) -> None:
    """Raise Trouble while the overlay speaks of somebody's example."""
    for path in sorted((OVERLAYS / name).glob("*.*")):
        lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
        if any(PLACEHOLDER in line for line in lines):
            mend = "put your own names in their place; docs/deploy.md says which"
            raise Trouble(f"{shown(path)} still says {PLACEHOLDER}", mend=mend)


def kustomization(release: Release) -> str:
    """The overlay with the images of this release in it."""
    overlay = os.path.relpath(OVERLAYS / release.overlay, release.folder)
    images = "".join(
        f'  - {{name: tidings/{service}, newName: {release.image(service)}, newTag: "{release.tag}"}}\n'
        for service in release.services
    )
    return (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"resources:\n  - {overlay}\nimages:\n{images}"
    )
