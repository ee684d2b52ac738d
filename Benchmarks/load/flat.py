#!/usr/bin/env python3
"""Sends, receives and deletes messages through the API, a million by default, and shows what a receive costs as they pass.

usage: script/bench flat [--messages 1000000] [--rounds 10].
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


def pass_through(url, queue, batches):
    """Sends so many batches, then receives and deletes until nothing comes; the number deleted."""
    connection = Connection(url)
    entries = [{"Id": str(i), "MessageBody": BODY} for i in range(BATCH)]
    send = sqs(url, "SendMessageBatch", {"QueueUrl": queue, "Entries": entries})
    receive = sqs(url, "ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": BATCH})
    for _ in range(batches):
        connection.ask(send)
    deleted = 0
    while messages := connection.ask(receive).get("Messages"):
        handles = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)]
        answer = connection.ask(sqs(url, "DeleteMessageBatch", {"QueueUrl": queue, "Entries": handles}))
        deleted += len(answer["Successful"])
    return deleted


def probe(url, queue, server):
    """Receives of one message among a hundred, one after the other: median ms, server CPU in µs for each."""
    service = client("sqs", url)
    sent = [service.send_message(QueueUrl=queue, MessageBody=BODY) for _ in range(100)]
    connection = Connection(url)
    receive = sqs(url, "ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": 1, "VisibilityTimeout": 0})
    times, before = [], server.cpu()
    for _ in range(2_000):
        started = time.perf_counter()
        assert len(connection.ask(receive)["Messages"]) == 1
        times.append((time.perf_counter() - started) * 1000)
    cpu = (server.cpu() - before) / len(times) * 1e6
    handles = []
    while len(handles) < len(sent):
        handles += service.receive_message(QueueUrl=queue, MaxNumberOfMessages=BATCH)["Messages"]
    for message in handles:
        service.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return statistics.median(times), cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--directory", default="/var/tmp")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        server = apus(arguments.apus, data + "/data")
        try:
            queue = client("sqs", server.url).create_queue(QueueName="flat")["QueueUrl"]
            print("| messages sent and deleted | receive, median ms | server CPU µs | resident MiB |")
            print("| ---: | ---: | ---: | ---: |")
            passed, workers = 0, 8
            batches = arguments.messages // arguments.rounds // BATCH // workers
            with multiprocessing.Pool(workers) as pool:
                for _ in range(arguments.rounds + 1):
                    median, cpu = probe(server.url, queue, server)
                    print(f"| {passed:,} | {median:.2f} | {cpu:.0f} | {server.memory()[0]:.0f} |", flush=True)
                    if passed < arguments.messages - workers * BATCH:
                        passed += sum(pool.starmap(pass_through, [(server.url, queue, batches)] * workers))
        finally:
            server.stop()


main()
