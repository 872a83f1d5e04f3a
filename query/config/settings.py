from chassis.settings import service_settings

globals().update(service_settings("query", apps=["query"], colour="violet"))
