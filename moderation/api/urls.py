from django.urls import path

from moderation.api import rules, views

urlpatterns = [
    path("cases/", views.Cases.as_view(), name="cases"),
    path("cases/<uuid:case_id>/", views.OneCase.as_view(), name="case"),
    path("cases/<uuid:case_id>/approve/", views.ApproveCase.as_view(), name="approve-case"),
    path("cases/<uuid:case_id>/reject/", views.RejectCase.as_view(), name="reject-case"),
    path("rules/", rules.Rules.as_view(), name="rules"),
    path("rules/<uuid:rule_id>/", rules.OneRule.as_view(), name="rule"),
]
