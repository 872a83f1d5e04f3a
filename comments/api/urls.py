from django.urls import path

from comments.api import views

urlpatterns = [
    path("posts/<uuid:post_id>/comments/", views.CommentsOnPost.as_view(), name="comments-on-post"),
    path("comments/", views.MyComments.as_view(), name="my-comments"),
    path("comments/<uuid:comment_id>/", views.OneComment.as_view(), name="comment"),
]
