from chassis.settings import service_settings

globals().update(
    service_settings(
        "query",
        apps=["query"],
        colour="violet",
        batch_every=0,  # what is told is applied at once: readers wait for it
        own_middleware=["query.api.again.AgainMiddleware"],
    )
)
