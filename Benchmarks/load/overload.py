#!/usr/bin/env python3
"""Overload: many connections that each keep many requests under way, and what becomes of those that are taken.

Offers ten times as many signed batches of messages at once as the machine does in the time that one may wait, for some
seconds; tells how long the accepted ones took, how the rest was answered, how memory grew, and how soon a lone client is served
as before. Exits with 1 where a bound is broken. Also a module: Tests/conformance/test_overload.py uses `Load`.
"""

import argparse
import json
import os
import random
import re
import selectors
import socket
import sys
import time
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: (\d+)")


def signed(url, operation, body, key="test", secret="test"):
    """The bytes of one SQS request in JSON."""
    host = urllib.parse.urlsplit(url).netloc
    payload = json.dumps(body).encode()
    request = AWSRequest(
        "POST", url, data=payload,
        headers={"X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0", "Host": host})
    SigV4Auth(Credentials(key, secret), "sqs", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = f"POST / HTTP/1.1\r\nContent-Length: {len(payload)}\r\n" + "\r\n".join(lines)
    return head.encode() + HEAD_END + payload


class Connection:
    """One connection that keeps `depth` requests under way."""

    def __init__(self, address, depth):
        self.socket = socket.create_connection(address)
        self.socket.setblocking(False)
        self.depth = depth
        self.sent = []
        self.outgoing = b""
        self.incoming = b""

    def fill(self, requests, now):
        """Adds what is missing to `depth`, half of it at a time, so that a write carries several."""
        missing = self.depth - len(self.sent)
        if missing * 2 >= self.depth:
            self.outgoing += b"".join(random.choice(requests) for _ in range(missing))
            self.sent += [now] * missing

    def write(self):
        if self.outgoing:
            try:
                self.outgoing = self.outgoing[self.socket.send(self.outgoing):]
            except BlockingIOError:
                pass

    def read(self, now):
        """The answers that are here: (status, body, seconds since it was asked)."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server ended a connection")
        self.incoming += data
        answers, at = [], 0
        while (end := self.incoming.find(HEAD_END, at)) >= 0:
            head = self.incoming[at:end]
            after = end + 4 + int(LENGTH.search(head).group(1))
            if after > len(self.incoming):
                break
            answers.append((int(head[9:12]), self.incoming[end + 4:after], now - self.sent[len(answers)]))
            at = after
        del self.sent[:len(answers)]
        self.incoming = self.incoming[at:]
        return answers


class Load:
    """What came of some seconds of load."""

    def __init__(self):
        self.accepted = []
        self.throttled = 0
        self.others = {}
        self.seconds = 0

    def run(self, address, requests, connections, depth, seconds):
        selector = selectors.DefaultSelector()
        for _ in range(connections):
            connection = Connection(address, depth)
            selector.register(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)
        started = now = time.monotonic()
        while now - started < seconds:
            for key, events in selector.select(1):
                connection, now = key.data, time.monotonic()
                if events & selectors.EVENT_READ:
                    for status, body, took in connection.read(now):
                        self.take(status, body, took)
                connection.fill(requests, now)
                connection.write()
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.outgoing else 0)
                if wanted != key.events:
                    selector.modify(key.fileobj, wanted, connection)
            now = time.monotonic()
        self.seconds = now - started
        for key in list(selector.get_map().values()):
            key.fileobj.close()
        return self

    def take(self, status, body, took):
        if status == 200:
            self.accepted.append(took)
        elif status in (400, 503) and (b"Throttling" in body or b"SlowDown" in body):
            self.throttled += 1
        else:
            self.others[body[:200]] = self.others.get(body[:200], 0) + 1

    def percentile(self, percent):
        """Milliseconds."""
        ordered = sorted(self.accepted)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000 if ordered else 0.0

    @property
    def rate(self):
        return len(self.accepted) / self.seconds


def memory_mib(pid):
    """Resident memory of the server itself."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def messages(url, queue, count=200):
    """Batches, so that it is the writer that has too much to do and not what reads from the connections."""
    entries = [{"Id": str(place), "MessageBody": "x" * 100} for place in range(10)]
    return [signed(url, "SendMessageBatch", {"QueueUrl": queue, "Entries": entries}) for _ in range(count)]


def depth_for(rate, connections, wait_seconds=0.025, times=10):
    """Requests for each connection to keep under way: together ten times what is done in the time that one may wait for the
    writer (`StoreLimits.requestWaitNanoseconds`)."""
    return max(2, round(rate * wait_seconds * times / connections))


def main():
    import boto3
    from bench import apus
    import tempfile
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True, help="the binary")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--directory", default="/var/tmp", help="where the store's disk is (default /var/tmp)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        server = apus(arguments.apus, data + "/data")
        try:
            sqs = boto3.client("sqs", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="test",
                               aws_secret_access_key="test")
            requests = messages(server.url, sqs.create_queue(QueueName="overload")["QueueUrl"])
            parts = urllib.parse.urlsplit(server.url)
            address = (parts.hostname, parts.port)
            able = Load().run(address, requests, 32, 1, 3)
            before = server.memory()[0]
            depth = depth_for(able.rate, arguments.connections)
            print(f"32 connections, one request each: {able.rate:.0f}/s, p99 {able.percentile(99):.1f} ms", flush=True)
            load = Load().run(address, requests, arguments.connections, depth, arguments.seconds)
            after = server.memory()[0]
            print(f"{arguments.connections} connections, {depth} each: accepted {load.rate:.0f}/s, throttled "
                  f"{load.throttled / load.seconds:.0f}/s; accepted p50 {load.percentile(50):.0f} ms, p99 "
                  f"{load.percentile(99):.0f} ms; memory {before:.0f} -> {after:.0f} MiB; others {load.others}")
            time.sleep(4)
            calm = Load().run(address, requests, 1, 1, 1)
            print(f"after 4 s, one connection: p99 {calm.percentile(99):.1f} ms")
            good = load.percentile(99) < 250 and load.throttled > 0 and not load.others and calm.percentile(99) < 50
            sys.exit(0 if good else 1)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
