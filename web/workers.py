"""Several processes on one port: uvicorn's supervisor starts them, replaces one that died, and ends them all."""

import gc
import os
import signal
import tempfile
import threading
import time
from functools import partial
from multiprocessing import parent_process
from socket import socket

from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from web.server import GRACE_SECONDS, Unavailable, server
from web.settings import Settings
from web.together import FOLDER

MARGIN_SECONDS = 2.0
"""For a process to end by itself after its last request was cut off."""


HEALTH_SECONDS = 30
"""After which a process that does not say it is alive is replaced; on a busy machine one takes seconds to start."""


class Workers(Multiprocess):
    """Ends within the grace time, also when a process hangs; left alone, uvicorn waits for it for ever."""

    _was_told = False

    def handle_int(self) -> None:
        self._was_told = True
        super().handle_int()

    def handle_term(self) -> None:
        self._was_told = True
        super().handle_term()

    def join_all(self) -> None:
        end = time.monotonic() + GRACE_SECONDS + MARGIN_SECONDS
        for process in self.processes:
            process.process.join(max(0.0, end - time.monotonic()))
            if process.process.is_alive():
                process.process.kill()
                process.process.join()

    def run(self) -> None:
        super().run()
        if not self._was_told:
            raise Unavailable("进程无法启动，原因见上 | a process could not be started: the lines above say why")


def serve_with_workers(settings: Settings, taken: socket) -> None:
    """Serve with as many processes as the settings say until a signal comes. Raises Unavailable."""
    with tempfile.TemporaryDirectory(prefix="horqin-numbers-") as folder:
        os.environ[FOLDER] = folder
        options = {"workers": settings.workers, "timeout_worker_healthcheck": HEALTH_SECONDS}
        config = server(partial(worker, settings), factory=True, **options).config
        Workers(config, [taken]).run()


def worker(settings: Settings) -> ASGIApp:
    """Return the application of one of the processes."""
    from web.app import application
    from web.logs import configure

    configure(settings.log_level, settings.log_format)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    app = application(settings)
    gc.freeze()  # as web/start.py does
    return app


def _end_with_parent() -> None:
    """End this process when its parent is gone, however: it would keep the port."""
    if (parent := parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
