"""What Prometheus may ask of web processes and task workers; of the others see `shared_events.metrics`."""
