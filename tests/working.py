"""A worker beside the test, for journeys in a browser: what pages begin it carries out."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils.module_loading import autodiscover_modules
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params

PAUSE = 0.1


@contextmanager
def a_worker() -> Iterator[None]:
    """Jobs of the queue are done for the length of the block, in a thread of this process."""
    autodiscover_modules("jobs")
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(over,), name="worker")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _work(over: threading.Event) -> None:
    while not over.wait(PAUSE):
        asyncio.run(_do_what_waits())
    connections.close_all()


async def _do_what_waits() -> None:
    """Do every job that is due, and end."""
    jobs = app.with_connector(PsycopgConnector(kwargs=connector_params("default"), max_size=4))
    async with jobs.open_async():
        await jobs.run_worker_async(
            wait=False, install_signal_handlers=False, delete_jobs="always", concurrency=2
        )
