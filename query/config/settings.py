from chassis.settings import service_settings

# What is told is applied at once: readers wait for it.
globals().update(service_settings("query", apps=["query"], colour="violet", batch_every=0))
