from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class QueryConfig(AppConfig):
    name = "query"

    def ready(self) -> None:
        autodiscover_modules("projections")
