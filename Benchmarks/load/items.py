#!/usr/bin/env python3
"""GetItem among ten thousand items and among ten million: server CPU, memory, and how soon a server with them starts.

usage: script/bench items [--items 10000000] [--seconds 6]. Items have about 110 bytes; the server is stopped in between, so that
it also opens what is there.
"""

import argparse
import json
import multiprocessing
import random
import statistics
import tempfile
import time

import tables
from bench import client, load
from connection import Connection
from servers import apus
from signed import raw

FEW = 10_000
TEXT = "x" * 60


def item(number):
    return {"pk": {"S": f"item#{number:010}"}, "text": {"S": TEXT}, "count": {"N": str(number)}}


def write(url, start, end):
    connection = Connection(url)
    headers = {"X-Amz-Target": "DynamoDB_20120810.BatchWriteItem", "Content-Type": "application/x-amz-json-1.0"}
    for first in range(start, end, tables.BATCH):
        puts = [{"PutRequest": {"Item": item(number)}} for number in range(first, min(first + tables.BATCH, end))]
        left = {"many": puts}
        while left:
            left = connection.ask(raw(url, "/", "dynamodb", headers, json.dumps({"RequestItems": left}).encode()))[
                "UnprocessedItems"]


def fill(url, start, end, writers=8):
    step = -(-(end - start) // writers)
    parts = [
        multiprocessing.Process(target=write, args=(url, first, min(first + step, end)))
        for first in range(start, end, step)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        if part.exitcode:
            raise RuntimeError("an item was not written")


def gets(url, items):
    chance = random.Random(1)
    return [
        tables.ask(url, "GetItem", {"TableName": "many", "Key": {"pk": item(chance.randrange(items))["pk"]}})
        for _ in range(20_000)]


def measure(program, server, items, arguments):
    requests = gets(server.url, items)
    runs = [load(program, server, requests, 32, arguments.seconds) for _ in range(3)]
    if any(run["failed"] for run in runs):
        raise RuntimeError("a request failed")
    cpu, rate = (statistics.median(run[key] for run in runs) for key in ("cpu", "rate"))
    memory = server.memory()
    print(f"| {items:,} | {rate:.0f} | {cpu:.1f} | {memory[0]:.0f} | {memory[1]:.0f} | {server.start_ms:.0f} |", flush=True)
    return cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True, help="the release binary")
    parser.add_argument("--items", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--directory", default="/var/tmp", help="where the store's disk is (default /var/tmp)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        program = client(data)
        server = apus(arguments.apus, data + "/data")
        try:
            tables.table(server.url, "many", "pk")
            print("| items | GetItem/s | CPU µs/request | resident MiB | anonymous MiB | start to ready, ms |")
            print("| ---: | ---: | ---: | ---: | ---: | ---: |")
            fill(server.url, 0, FEW)
            few = measure(program, server, FEW, arguments)
            started = time.monotonic()
            fill(server.url, FEW, arguments.items)
            seconds = time.monotonic() - started
            loaded = server.memory()
            server.stop()
            server = apus(arguments.apus, data + "/data")
            many = measure(program, server, arguments.items, arguments)
        finally:
            server.stop()
    print(f"\nGetItem costs {many / few:.2f} times as much. Loading took {seconds:.0f} s, after it the server had "
          f"{loaded[0]:.0f} MiB resident.")


if __name__ == "__main__":
    main()
