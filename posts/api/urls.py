from django.urls import path

from posts.api import views

urlpatterns = [
    path("posts/", views.MyPosts.as_view(), name="my-posts"),
    path("posts/<uuid:post_id>/", views.OnePost.as_view(), name="post"),
    path("posts/<uuid:post_id>/publish/", views.PublishPost.as_view(), name="publish-post"),
    path("posts/<uuid:post_id>/withdraw/", views.WithdrawPost.as_view(), name="withdraw-post"),
]
