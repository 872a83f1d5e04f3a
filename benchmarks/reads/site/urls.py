from django.urls import path

from benchmarks.reads.site import views
from query.config.urls import handler400, handler403, handler404, handler500
from query.config.urls import urlpatterns as of_query

urlpatterns = [
    *of_query,
    path("bench/drf_nested/", views.DrfNested.as_view()),
    path("bench/sync_fanout/", views.SyncFanout.as_view()),
    path("bench/sync_fanout_batched/", views.SyncFanoutBatched.as_view()),
    path("bench/django_hello/", views.django_hello),
    path("bench/cursors/<int:posts>/", views.cursors_anywhere),
    path("bench/upstream/posts/", views.UpstreamPosts.as_view()),
    path("bench/upstream/comments/", views.UpstreamComments.as_view()),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
