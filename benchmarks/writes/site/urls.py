from django.urls import path

from benchmarks.writes.site import views
from posts.config.urls import handler400, handler403, handler404, handler500
from posts.config.urls import urlpatterns as of_posts

urlpatterns = [
    *of_posts,
    path("bench/without_append/", views.WithoutAppend.as_view()),
    path("bench/without_outbox/", views.WithoutOutbox.as_view()),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
