from django.urls import path

from query.api import views

urlpatterns = [
    path("posts/", views.Feed.as_view(), name="feed"),
    path("posts/<uuid:post_id>/", views.PostPage.as_view(), name="post"),
    path("posts/<uuid:post_id>/comments/", views.Comments.as_view(), name="comments"),
]
