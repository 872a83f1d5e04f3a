"""OpenTelemetry: one trace from a request through every service, for whoever sets where to send it."""
