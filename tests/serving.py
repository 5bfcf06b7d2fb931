"""The whole service at an address, and a real browser to look at it with."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socket import socket
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from models.database import writing_engine
from web.app import application
from web.migrate import upgrade
from web.server import listen, server
from web.settings import Settings


@contextmanager
def listening(app: ASGIApp, taken: socket | None = None) -> Iterator[int]:
    """Run our server for an application in a thread; give the port."""
    taken = taken or listen("127.0.0.1", 0)
    running = server(app)
    thread = Thread(target=running.run, args=([taken],), daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield taken.getsockname()[1]
    finally:
        running.should_exit = True
        thread.join(10)


@contextmanager
def serving(settings: Settings, fill: Callable[[AsyncSession], Awaitable[Any]] | None = None) -> Iterator[str]:
    """Serve in a thread over a database that is migrated, and filled if said so; give the address."""

    async def prepare() -> None:
        engine = writing_engine(settings.url)
        await upgrade(engine)
        if fill is not None:
            async with AsyncSession(engine) as session, session.begin():
                await fill(session)
        await engine.dispose()

    with ThreadPoolExecutor(1) as aside:  # Playwright keeps a loop running in this thread
        aside.submit(lambda: asyncio.run(prepare())).result()
    with listening(application(settings)) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a real browser; a machine without one skips what needs it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine")
    expect.set_options(timeout=20_000)  # a busy machine is not a failure
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
