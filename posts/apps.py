from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PostsConfig(AppConfig):
    name = "posts"

    def ready(self) -> None:
        autodiscover_modules("consumers")
