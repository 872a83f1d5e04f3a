"""The real consumer under a broker, a pool and a clock that do whatever they please."""
