"""A worker of the protocol in docs/PROTOCOL.md: one request on standard input, one answer out."""

import asyncio
import json
import os
import resource
import sys
import threading
import time
import tracemalloc
from array import array
from operator import length_hint

import work

VERSION = 1
OUT_OF_MEMORY = 86
# Beyond these the figure is left out: a trace that would not fit into an answer, and a second run,
# several times as slow, that would not fit into the time.
MOST_TRACED = 200_000
MOST_WEIGHED = 200_000
WARM_UP_JOBS = 200

# Given back when there is no memory left, to have some for the last word.
reserve = bytearray(1 << 20)


class Unsupported(Exception):
    """This worker does not do that."""


class Given:
    """The parameters of a cell, as strategies want them."""

    def __init__(self, cell):
        self.limit = cell["limit"]
        self.capacity = cell["capacity"]
        self.pause = (cell["pause_ns"] or 0) / 1e9
        self.blocking_fetch = None


class Jobs:
    """So many jobs of a workload: where they come from, what one does, who takes its output.

    What is counted is as little as verifies the run: a byte a job, set when its output is taken. The
    checksum is made of that afterwards, outside the measured time.
    """

    def __init__(self, number, seconds, payload):
        self.number = number
        self.urls = iter(range(number))
        self.delivered = bytearray(number)
        self.seconds = seconds
        self.payload = payload

    def upload(self):
        """What takes an output."""
        delivered = self.delivered

        def upload(url):
            delivered[url] += 1

        return upload

    def fetch(self):
        """What does a job: holds its payload, and sleeps or yields once."""
        seconds, payload, sleep = self.seconds, self.payload, asyncio.sleep
        if payload == 0 and seconds is None:

            async def fetch(url):
                await sleep(0)
                return url

        else:

            async def fetch(url):
                held = b"\xa5" * payload
                await sleep(0 if seconds is None else seconds[url])
                del held
                return url

        return fetch

    def blocking_fetch(self):
        """The same for a thread."""
        seconds, payload = self.seconds, self.payload

        def fetch(url):
            held = b"\xa5" * payload
            time.sleep(0 if seconds is None else seconds[url])
            del held
            return url

        return fetch

    def counts(self, seed):
        """How the jobs ended: an output that nobody took is missing in the number of ends."""
        taken = sum(self.delivered)
        values = (work.mix(seed, url) * times for url, times in enumerate(self.delivered) if times)
        return {
            "admitted": self.number - length_hint(self.urls),
            "succeeded": taken,
            "delivered": taken,
            "checksum": sum(values) & work.MASK,
        }


class Traced:
    """Jobs whose moments are noted."""

    def __init__(self, jobs):
        self.jobs = jobs
        self.moments = {
            name: array("q", [-1]) * jobs.number
            for name in ("admitted_ns", "started_ns", "finished_ns", "delivered_ns")
        }
        self.order = []
        self.urls = self.admitting()

    def admitting(self):
        """The source, noting when each job is taken from it."""
        moments, now = self.moments["admitted_ns"], time.perf_counter_ns
        for url in self.jobs.urls:
            moments[url] = now()
            yield url

    def fetch(self):
        """A job that notes when it starts and ends."""
        started, finished = self.moments["started_ns"], self.moments["finished_ns"]
        inner, now = self.jobs.fetch(), time.perf_counter_ns

        async def fetch(url):
            started[url] = now()
            data = await inner(url)
            finished[url] = now()
            return data

        return fetch

    def blocking_fetch(self):
        """The same for a thread."""
        started, finished = self.moments["started_ns"], self.moments["finished_ns"]
        inner, now = self.jobs.blocking_fetch(), time.perf_counter_ns

        def fetch(url):
            started[url] = now()
            data = inner(url)
            finished[url] = now()
            return data

        return fetch

    def upload(self):
        """Takes an output and notes when."""
        moments, order = self.moments["delivered_ns"], self.order
        inner, now = self.jobs.upload(), time.perf_counter_ns

        def upload(url):
            moments[url] = now()
            order.append(url)
            inner(url)

        return upload

    def trace(self, start):
        """All moments, counted from the start."""
        since = lambda moment: None if moment < 0 else moment - start
        trace = {name: list(map(since, moments)) for name, moments in self.moments.items()}
        return {**trace, "order": self.order}


class Cell:
    """What was asked for."""

    def __init__(self, request, strategies, need_task_group):
        if request.get("version") != VERSION:
            raise Unsupported(f"version {request.get('version')!r} of the protocol: {VERSION} is known")
        cell = request["cell"]
        name = cell["strategy"]
        if name not in strategies:
            raise Unsupported(f"no strategy is called {name}")
        self.strategy = strategies[name]
        if self.strategy in need_task_group and not hasattr(asyncio, "TaskGroup"):
            version = ".".join(map(str, sys.version_info[:3]))
            raise Unsupported(f"{name} needs asyncio.TaskGroup, of Python 3.11; this is {version}")
        self.given = Given(cell)
        self.work = cell["work"]
        if "jobs" not in self.work["extent"]:
            raise Unsupported("an endless source")
        self.number = self.work["extent"]["jobs"]
        for key, usual in (
            ("arrivals", "drain"),
            ("consumer", "instant"),
            ("faults", {"fail_per_million": 0, "panic_per_million": 0}),
        ):
            if self.work[key] != usual:
                raise Unsupported(f"{key} other than {usual}")
        self.seconds = self.service_times()

    def service_times(self):
        """All of them beforehand, so that the time to draw them is not measured."""
        law, seed, mean = self.work["name"], self.work["seed"], self.work["service_ns"]
        if law == "yield":
            return None
        times = (work.service_ns(law, seed, url, mean) for url in range(self.number))
        try:
            return array("d", (nanoseconds / 1e9 for nanoseconds in times))
        except TypeError:
            raise Unsupported(f"no workload is called {law}") from None

    def jobs(self):
        """All jobs of the cell, for one run."""
        return Jobs(self.number, self.seconds, self.work["payload_bytes"])

    async def run(self, jobs):
        """One run: when it began and how long it took."""
        self.given.blocking_fetch = jobs.blocking_fetch()
        urls, fetch, upload = jobs.urls, jobs.fetch(), jobs.upload()
        start = time.perf_counter_ns()
        await self.strategy(urls, fetch, upload, self.given)
        return start, time.perf_counter_ns() - start

    async def warm_up(self):
        """A run that is not measured, of jobs that yield."""
        await asyncio.sleep(0.001)
        await self.run(Jobs(min(self.number, WARM_UP_JOBS), None, 0))

    async def measure(self, watch):
        """What the pass wants to know."""
        asyncio.get_running_loop().set_exception_handler(look_for_want_of_memory)
        await self.warm_up()
        passes = {"time": self.time, "trace": self.trace, "memory": self.memory}
        if watch not in passes:
            raise Unsupported(f"no pass is called {watch}")
        return await passes[watch]()

    async def time(self):
        """One pair of clock readings, and nothing inside."""
        jobs = self.jobs()
        before = resource.getrusage(resource.RUSAGE_SELF)
        _, makespan = await self.run(jobs)
        after = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "counts": jobs.counts(self.work["seed"]),
            "makespan_ns": makespan,
            "cpu_user_ns": round((after.ru_utime - before.ru_utime) * 1e9),
            "cpu_system_ns": round((after.ru_stime - before.ru_stime) * 1e9),
            "switches_voluntary": after.ru_nvcsw - before.ru_nvcsw,
            "switches_involuntary": after.ru_nivcsw - before.ru_nivcsw,
            "threads_found": threading.active_count(),
        }

    async def trace(self):
        """The moments of each job."""
        jobs = self.jobs()
        traced = Traced(jobs) if self.number <= MOST_TRACED else None
        start, makespan = await self.run(traced or jobs)
        told = {"counts": jobs.counts(self.work["seed"]), "makespan_ns": makespan}
        if traced:
            told["trace"] = traced.trace(start)
        return told

    async def memory(self):
        """What was resident; then, in a second run, since tracing takes memory, what was live."""
        jobs = self.jobs()
        reset = reset_peak()
        _, makespan = await self.run(jobs)
        peak = status("VmHWM:") if reset else None
        told = {
            "counts": jobs.counts(self.work["seed"]),
            "makespan_ns": makespan,
            "rss_peak_bytes": peak and peak * 1024,
        }
        if self.number <= MOST_WEIGHED:
            jobs = self.jobs()
            tracemalloc.start()
            await self.run(jobs)
            told["live_peak_bytes"] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return told


def reset_peak():
    """Sets the high-water mark of resident memory back; false where that cannot be done."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def status(label):
    """The number after `label` in the status of this process."""
    try:
        with open("/proc/self/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith(label)), None)
    except OSError:
        return None


def look_for_want_of_memory(loop, context):
    """What the loop found in a callback. It would only write about it."""
    if isinstance(context.get("exception"), MemoryError):
        out_of_memory()
    loop.default_exception_handler(context)


def out_of_memory():
    """The last word of a process that has passed its cap."""
    global reserve
    reserve = None
    live = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    os.write(1, b'{"oom":{"live_bytes":%d}}\n' % live)
    os._exit(OUT_OF_MEMORY)


def ran_out(error):
    """Whether want of memory is among the causes."""
    causes = getattr(error, "exceptions", ())
    return isinstance(error, MemoryError) or any(map(ran_out, causes))


def serve(strategies, need_task_group):
    """Reads the request, does what it says, answers."""
    request = json.load(sys.stdin)
    try:
        cell = Cell(request, strategies, need_task_group)
        answer = {"ok": asyncio.run(cell.measure(request["pass"]))}
    except Unsupported as unsupported:
        answer = {"unsupported": str(unsupported)}
    except BaseException as error:
        if ran_out(error):
            out_of_memory()
        raise
    json.dump(answer, sys.stdout)
    sys.stdout.write("\n")
