from chassis.urls import handler400, handler403, handler404, handler500, service_urls

urlpatterns = service_urls("moderation", api="moderation.api.urls")

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
