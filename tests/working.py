"""A worker beside the test, for journeys in a browser: what pages begin it carries out."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connections
from django.utils.module_loading import autodiscover_modules
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params

LOOK = 0.05  # seconds until it is seen that the test is over


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
    asyncio.run(_do_what_comes(over))
    connections.close_all()


async def _do_what_comes(over: threading.Event) -> None:
    """Do every job when it is due, as the real one does: told by the database, asking by and by."""
    jobs = app.with_connector(PsycopgConnector(kwargs=connector_params("default"), max_size=4))
    async with jobs.open_async():
        working = asyncio.create_task(
            jobs.run_worker_async(
                install_signal_handlers=False,
                delete_jobs="always",
                concurrency=2,
                fetch_job_polling_interval=0.5,
            )
        )
        while not over.is_set() and not working.done():  # noqa: ASYNC110  # set by another thread
            await asyncio.sleep(LOOK)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
