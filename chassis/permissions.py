"""What the people in a role may do."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from chassis.authentication import roles


def needs_role(role: str) -> type[BasePermission]:
    """A permission for the people in a role, and for the superusers of this service."""

    class HasRole(BasePermission):
        needed = role
        message = f"Only for people with the role {role}."

        def has_permission(self, request: Request, view: Any) -> bool:
            user = request.user
            return bool(user.is_authenticated and (user.is_superuser or role in roles(user)))

    return HasRole
