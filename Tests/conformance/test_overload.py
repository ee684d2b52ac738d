"""Far more requests at once than the machine can do: those that are taken are quick, the rest is throttled, nothing grows."""

import os
import pathlib
import sys
import time

from apus import BINARY, Server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Benchmarks" / "load"))
from overload import Load, depth_for, memory_mib, messages  # noqa: E402

CONNECTIONS = 200
# A debug binary does a tenth of the work; what it is slow at is not what is measured here.
IS_RELEASE = "release" in BINARY.parts


def test_overload_is_throttled_and_passes():
    server = Server("--log-level", "error", "--set", "log.requests=none")
    try:
        sqs = server.client("sqs", retries=1)
        requests = messages(server.endpoint, sqs.create_queue(QueueName="overload")["QueueUrl"])
        address = ("127.0.0.1", server.port)
        able = Load().run(address, requests, 32, 1, 2)
        assert not able.others and not able.throttled
        before = memory_mib(server.process.pid)
        depth = max(4, depth_for(able.rate, CONNECTIONS))
        load = Load().run(address, requests, CONNECTIONS, depth, 6)
        grown = memory_mib(server.process.pid) - before
        time.sleep(4)
        calm = Load().run(address, requests, 1, 1, 1)
        told = (f"{able.rate:.0f}/s able, p99 {able.percentile(99):.0f} ms; {CONNECTIONS} x {depth}: {load.rate:.0f}/s accepted, "
                f"p50 {load.percentile(50):.0f}, p99 {load.percentile(99):.0f} ms, {load.throttled / load.seconds:.0f}/s "
                f"throttled, {grown:.0f} MiB more; then p99 {calm.percentile(99):.0f} ms")
        print(told)
        assert not load.others, load.others
        assert load.accepted and load.throttled, told
        assert grown < 200, told
        assert not calm.throttled and calm.percentile(99) < 100, told
        if IS_RELEASE and (os.cpu_count() or 1) > 1:
            assert load.percentile(99) < 250, told
    finally:
        server.stop()
