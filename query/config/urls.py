from chassis.urls import handler400, handler403, handler404, handler500, service_urls

urlpatterns = service_urls("query", api="query.api.urls")

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
