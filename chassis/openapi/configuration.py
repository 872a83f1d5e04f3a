"""What drf-spectacular is told."""

from typing import Any

from chassis.openapi.components import COMPONENTS
from chassis.openapi.introduction import DESCRIPTION


def settings(service: str) -> dict[str, Any]:
    """The settings of one service: https://drf-spectacular.readthedocs.io/en/latest/settings.html."""
    return {
        "TITLE": f"Tidings: {service}",
        "DESCRIPTION": DESCRIPTION,
        "VERSION": "1",
        "OAS_VERSION": "3.1.1",
        "SERVERS": [{"url": "/"}],
        "SCHEMA_PATH_PREFIX": f"/{service}/api/v1",
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_AUTHENTICATION": [],
        "COMPONENT_SPLIT_REQUEST": True,
        "ENFORCE_NON_BLANK_FIELDS": True,
        "APPEND_COMPONENTS": COMPONENTS,
        "REDOC_DIST": "SIDECAR",
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True},
    }
