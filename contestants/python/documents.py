"""The strategies of the documents in the language of the documents, under the names of their ports.

`urls` is where jobs come from, `fetch` does one, `upload` takes its output. Nothing here measures;
worker.py does, from outside. Standard library only; where a name needs a newer Python than this one,
the worker says so and the cell is unsupported.
"""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import worker


async def sequential(urls, fetch, upload, given):
    """Document 000, the first loop."""
    for url in urls:
        upload(await fetch(url))


async def task_group(urls, fetch, upload, given):
    """Document 000: a task for each, at once."""
    process_one = processing(fetch, upload)
    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(process_one(url))


async def gather(urls, fetch, upload, given):
    """Document 002: `gather` on everything."""
    for data in await asyncio.gather(*map(fetch, urls)):
        upload(data)


async def sleep_zero(urls, fetch, upload, given):
    """Document 000: a bit of a sleep in the loop."""
    process_one = processing(fetch, upload)
    async with asyncio.TaskGroup() as group:
        for url in urls:
            await asyncio.sleep(given.pause)
            group.create_task(process_one(url))


async def batches(urls, fetch, upload, given):
    """Document 000: `batched`, which Python has since 3.12, with a group for each batch."""
    process_one = processing(fetch, upload)
    while batch := list(islice(urls, given.limit)):
        async with asyncio.TaskGroup() as group:
            for url in batch:
                group.create_task(process_one(url))


async def gathered_batches(urls, fetch, upload, given):
    """Document 002: `gather` on each batch."""
    while batch := list(islice(urls, given.limit)):
        for data in await asyncio.gather(*map(fetch, batch)):
            upload(data)


async def semaphore_inside(urls, fetch, upload, given):
    """Document 000: the usual use, which leaves the tasks unbounded."""
    semaphore = asyncio.Semaphore(given.limit)

    async def process_one(url):
        async with semaphore:
            upload(await fetch(url))

    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(process_one(url))


async def semaphore_before(urls, fetch, upload, given):
    """Document 000: the loop itself waits for the permit, and a callback gives it back."""
    process_one = processing(fetch, upload)
    semaphore = asyncio.Semaphore(given.limit)
    async with asyncio.TaskGroup() as group:
        for url in urls:
            await semaphore.acquire()
            task = group.create_task(process_one(url))
            task.add_done_callback(lambda _: semaphore.release())


async def queue(urls, fetch, upload, given):
    """Document 000: a queue with a maximal size, and a crew of workers behind it."""
    waiting = asyncio.Queue(given.capacity)

    async def work():
        while (url := await waiting.get()) is not None:
            upload(await fetch(url))

    async with asyncio.TaskGroup() as group:
        for _ in range(given.limit):
            group.create_task(work())
        for url in urls:
            await waiting.put(url)
        for _ in range(given.limit):
            await waiting.put(None)


async def thread_pool(urls, fetch, upload, given):
    """Document 000: the size of the pool is the limit, and `map` queues everything at once."""
    with ThreadPoolExecutor(max_workers=given.limit) as pool:
        for data in pool.map(given.blocking_fetch, urls):
            upload(data)


async def as_completed_all(urls, fetch, upload, given):
    """Document 001, the first attempt: no limit, and a scan of all futures for each output."""
    for result in scanned([asyncio.ensure_future(one) for one in map(fetch, urls)], iter(())):
        upload(await result)


async def limited_as_completed(urls, fetch, upload, given):
    """Document 001, the function that it proposes."""
    coroutines = map(fetch, urls)
    first = [asyncio.ensure_future(one) for one in islice(coroutines, given.limit)]
    for result in scanned(first, coroutines):
        upload(await result)


def scanned(futures, coroutines):
    """Yields coroutines, each of which waits for any of `futures` and replaces it by the next."""

    async def first_to_finish():
        while True:
            await asyncio.sleep(0)  # or nothing else would ever run
            for future in futures:
                if future.done():
                    futures.remove(future)
                    following = next(coroutines, None)
                    if following is not None:
                        futures.append(asyncio.ensure_future(following))
                    return future.result()

    while futures:
        yield first_to_finish()


async def wait_for_any(urls, fetch, upload, given):
    """Document 002's second approach: `wait` on a subset, and top it up."""
    coroutines = map(fetch, urls)
    running = {asyncio.ensure_future(one) for one in islice(coroutines, given.limit)}
    while running:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            upload(task.result())
        running.update(map(asyncio.ensure_future, islice(coroutines, len(done))))


async def materialize(urls, fetch, upload, given):
    """Document 002's proposal: as many as the limit, in the order of the input."""

    async def materialized(coroutines):
        window = deque(map(asyncio.ensure_future, islice(coroutines, given.limit)))
        while window:
            yield await window.popleft()
            window.extend(map(asyncio.ensure_future, islice(coroutines, 1)))

    async for data in materialized(map(fetch, urls)):
        upload(data)


def processing(fetch, upload):
    """The `process_one` of document 000."""

    async def process_one(url):
        upload(await fetch(url))

    return process_one


STRATEGIES = {
    "sequential": sequential,
    "unbounded-spawn": task_group,
    "unbounded-spawn-gather": gather,
    "sleep-yield": sleep_zero,
    "sleep-yield-pause": sleep_zero,
    "batching": batches,
    "batching-joined": gathered_batches,
    "semaphore": semaphore_before,
    "semaphore-inside": semaphore_inside,
    "bounded-channel": queue,
    "thread-pool-map": thread_pool,
    "as-completed-all": as_completed_all,
    "as-completed-polling": limited_as_completed,
    "wait-any": wait_for_any,
    "materialize": materialize,
}

NEED_TASK_GROUP = (
    task_group,
    sleep_zero,
    batches,
    semaphore_before,
    semaphore_inside,
    queue,
)

if __name__ == "__main__":
    worker.serve(STRATEGIES, NEED_TASK_GROUP)
