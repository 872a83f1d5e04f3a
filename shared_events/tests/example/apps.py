from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExampleConfig(AppConfig):
    name = "shared_events.tests.example"
    label = "example"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules("consumers")
