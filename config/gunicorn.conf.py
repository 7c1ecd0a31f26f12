"""gunicorn's settings: ``gunicorn -c config/gunicorn.conf.py config.wsgi``."""

import gc
import multiprocessing
import os
from pathlib import Path

import environ

# The settings' file, read here too: it may name BIND and the others.
_env = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent.parent / "var")) / "env"
if _env.is_file():
    environ.Env.read_env(_env)

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", min(2 * multiprocessing.cpu_count() + 1, 9)))
timeout = 30
graceful_timeout = 30
# Recycled now and then, not all at once.
max_requests = 10_000
max_requests_jitter = 2_000
# Workers beat on a file: on a disk that blocks them they would be killed for no fault of theirs.
_SHM = Path("/dev/shm")  # noqa: S108  (memory, and gunicorn names its file itself)
worker_tmp_dir = str(_SHM) if _SHM.is_dir() else None
# gunicorn 27 would open a control socket under $HOME.
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"


def post_worker_init(worker) -> None:
    """What a worker has loaded by now is never rubbish: the collector need not look at it again and
    again. Nor every 700 objects at what a page leaves: it makes thousands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
