"""gunicorn's own lines in the form of all others."""

from logging.config import dictConfig
from typing import Any

from gunicorn import glogging

from chassis import production
from chassis.logging import configuration


class Logger(glogging.Logger):
    """Leaves to the root logger what gunicorn would write by itself."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        service = str(cfg.settings["default_proc_name"].get()).partition(".")[0]
        dictConfig(configuration.settings(service, in_production=production.is_wanted()))
        self.error_log.handlers.clear()
        self.error_log.propagate = True
