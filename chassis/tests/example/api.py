from django.db import OperationalError
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from chassis.authentication import author, roles
from chassis.fields import TextField
from chassis.permissions import needs_role
from chassis.problems import Conflict
from chassis.views import CommandView


class Note(Serializer):
    text = TextField(max_length=10)


class WhoAmI(APIView):
    def get(self, request: Request) -> Response:
        return Response({"author": author(request), "roles": sorted(roles(request.user))})


class Echo(APIView):
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        note = Note(data=request.data)
        note.is_valid(raise_exception=True)
        return Response(note.validated_data)


class Staffroom(APIView):
    permission_classes = [needs_role("moderator")]

    def get(self, request: Request) -> Response:
        return Response({})


class Broken(CommandView):
    permission_classes = [AllowAny]
    refusals = {PermissionError: Conflict}
    faults = {
        "code": ZeroDivisionError("secret detail"),
        "database": OperationalError("password of the database"),
        "rule": PermissionError("Not on a Sunday."),
    }

    def get(self, request: Request, fault: str) -> Response:
        raise self.faults[fault]


urlpatterns = [
    path("who-am-i/", WhoAmI.as_view(), name="who-am-i"),
    path("echo/", Echo.as_view(), name="echo"),
    path("staffroom/", Staffroom.as_view(), name="staffroom"),
    path("broken/<str:fault>/", Broken.as_view(), name="broken"),
]
