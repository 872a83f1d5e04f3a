from chassis.settings import service_settings

globals().update(service_settings("posts", apps=["posts", "chassis.idempotency"], colour="blue"))
