from django.apps import AppConfig


class SharedEventsConfig(AppConfig):
    name = "shared_events"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Events"
