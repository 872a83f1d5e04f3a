"""What the views of a service have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response


class CommandView(GenericAPIView):  # type: ignore[type-arg] # generic in the stubs alone
    """A view that hands what is asked for to a command.

    What the domain refuses is answered with the problem that ``refusals`` names for it.
    """

    refusals: ClassVar[Mapping[type[Exception], type[APIException]]] = {}

    def wanted(self, given: Any, **options: Any) -> dict[str, Any]:
        """What a request's body or query asks for, checked."""
        serializer = self.get_serializer(data=given, **options)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def handle_exception(self, exc: Exception) -> Response:
        problem = self.refusals.get(type(exc))
        return super().handle_exception(problem(str(exc)) if problem else exc)
