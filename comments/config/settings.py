from chassis.settings import service_settings

globals().update(service_settings("comments", apps=["comments", "chassis.idempotency"], colour="green"))
