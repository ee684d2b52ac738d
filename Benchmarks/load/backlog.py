#!/usr/bin/env python3
"""What a receive costs while many messages wait: among a hundred first, then among a million.

usage: script/bench backlog [--messages 1000000].
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time

from connection import BATCH, Connection
from servers import apus
from signed import client
from workloads import BODY, sqs


def fill(url, queue, batches):
    entries = [{"Id": str(i), "MessageBody": BODY} for i in range(BATCH)]
    send = sqs(url, "SendMessageBatch", {"QueueUrl": queue, "Entries": entries})
    connection = Connection(url)
    for _ in range(batches):
        connection.ask(send)


def probe(url, queue, server, receives):
    """Messages received and deleted one after the other: median ms of a receive, server CPU in µs for each pair."""
    connection = Connection(url)
    receive = sqs(url, "ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": 1})
    deletes, times, before = [], [], server.cpu()
    for _ in range(receives):
        started = time.perf_counter()
        messages = connection.ask(receive)["Messages"]
        times.append((time.perf_counter() - started) * 1000)
        deletes.append(messages[0]["ReceiptHandle"])
    cpu = (server.cpu() - before) / len(times) * 1e6
    for handle in deletes:
        connection.ask(sqs(url, "DeleteMessage", {"QueueUrl": queue, "ReceiptHandle": handle}))
    return statistics.median(times), cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--receives", type=int, default=2_000)
    parser.add_argument("--directory", default="/var/tmp")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        server = apus(arguments.apus, data + "/data")
        try:
            queue = client("sqs", server.url).create_queue(QueueName="backlog")["QueueUrl"]
            print("| messages waiting | receive, median ms | server CPU µs | resident MiB |")
            print("| ---: | ---: | ---: | ---: |")
            workers, waiting = 8, 0
            with multiprocessing.Pool(workers) as pool:
                for target in (arguments.receives + 100, arguments.messages):
                    batches = max(1, (target - waiting) // BATCH // workers)
                    pool.starmap(fill, [(server.url, queue, batches)] * workers)
                    waiting += batches * BATCH * workers
                    median, cpu = probe(server.url, queue, server, arguments.receives)
                    print(f"| {waiting:,} | {median:.2f} | {cpu:.0f} | {server.memory()[0]:.0f} |", flush=True)
                    waiting -= arguments.receives
        finally:
            server.stop()


main()
