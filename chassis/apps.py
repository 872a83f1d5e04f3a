from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin

from chassis.logging import processes as lines
from chassis.metrics import tasks
from chassis.tracing import processes as traces


class ChassisConfig(AppConfig):
    name = "chassis"

    def ready(self) -> None:
        title = f"{settings.SERVICE['NAME'].capitalize()} admin"
        admin.site.site_header = admin.site.site_title = title
        admin.site.index_title = "Everything kept here"
        lines.begin()
        tasks.begin()
        traces.start_where_nothing_forks()
