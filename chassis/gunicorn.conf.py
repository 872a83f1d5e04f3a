"""How every service serves HTTP; see https://docs.gunicorn.org/en/stable/settings.html."""

import os
import shutil
import tempfile

worker_class = "chassis.serving.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 30
graceful_timeout = 25
keepalive = 5
control_socket_disable = True
accesslog = None
logger_class = "chassis.logging.gunicorn.Logger"
# A worker that fails to load is started again for ever; the master that fails to load says why and exits.
preload_app = True
# Memory, where there is some to write to: a heartbeat file on a slow disk would look like a hanging worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# What all workers count together, for Prometheus and, where nothing says otherwise, for the limits to how
# often anyone may ask; it ends with them.
shared = tempfile.mkdtemp(prefix="tidings-", dir=worker_tmp_dir)
counters = os.environ.get("THROTTLE_COUNTERS") or f"{shared}/requests.sqlite3"
# No answer is worth waiting longer for a statement, and the worker would be ended soon after. Each thread
# keeps a connection of its own, unless DATABASE_POOL is set: a pool costs more than a short statement does.
raw_env = ["STATEMENT_SECONDS=20", f"THROTTLE_COUNTERS={counters}", f"PROMETHEUS_MULTIPROC_DIR={shared}"]


def post_fork(server: object, worker: object) -> None:
    # Not at the top: it stands on the application's settings, which are there by now.
    from chassis.tracing import processes

    processes.start()


def worker_exit(server: object, worker: object) -> None:
    from chassis.tracing import processes

    processes.stop()


def on_exit(server: object) -> None:
    shutil.rmtree(shared, ignore_errors=True)
