"""What this machine has of Docker, and what is missing, said so that it can be mended."""

import os
import shutil
import subprocess

WANTED = "TIDINGS_TEST_COMPOSE"
BUILT_ON = "python:3.13-slim"


def no_compose() -> str:
    """Why the file cannot even be read here; nothing if it can."""
    if shutil.which("docker") is None:
        return "docker is not installed; with Docker and Compose 2.24 or newer this runs"
    if _fails("docker", "compose", "version"):
        return "this docker has no Compose; with the plugin, 2.24 or newer (docker-compose-v2), this runs"
    return ""


def no_engine(images: set[str]) -> str:
    """Why the system cannot be run here; nothing if it can."""
    if os.environ.get(WANTED) != "1":
        return f"it builds four images and takes minutes; {WANTED}=1 runs it"
    if reason := no_compose():
        return reason
    if _fails("docker", "info"):
        return "no Docker engine answers; start one (systemctl start docker) and this runs"
    missing = [image for image in sorted(images | {BUILT_ON}) if not _obtainable(image)]
    return f"{', '.join(missing)} cannot be pulled; load them (docker load) and this runs" if missing else ""


def _obtainable(image: str) -> bool:
    return not _fails("docker", "image", "inspect", image) or not _fails("docker", "pull", "--quiet", image)


def _fails(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=600).returncode != 0
