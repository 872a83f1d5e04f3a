from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin


class ChassisConfig(AppConfig):
    name = "chassis"

    def ready(self) -> None:
        title = f"{settings.SERVICE['NAME'].capitalize()} admin"
        admin.site.site_header = admin.site.site_title = title
        admin.site.index_title = "Everything kept here"
