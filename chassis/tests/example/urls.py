from chassis.urls import handler400, handler403, handler404, handler500, service_urls

urlpatterns = service_urls("example", api="chassis.tests.example.api")

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
