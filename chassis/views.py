"""What the views of a service have in common."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView


class Refusing(APIView):
    """A view that answers what the domain refuses with the problem that ``refusals`` names for it."""

    refusals: ClassVar[Mapping[type[Exception], type[APIException]]] = {}

    def handle_exception(self, exc: Exception) -> Response:
        problem = self.refusals.get(type(exc))
        return super().handle_exception(problem(str(exc)) if problem else exc)
