#!/usr/bin/env python3
"""What it costs that many consumers wait for a message in long polls: CPU and memory of the server, and how soon each gets one.

usage: script/bench waiting [--consumers 5000] [--seconds 15].
"""

import argparse
import json
import resource
import selectors
import socket
import tempfile
import time
import urllib.parse

from servers import apus
from signed import client
from workloads import sqs


def connect(url, request, count):
    """So many connections, each with the request under way."""
    parts = urllib.parse.urlsplit(url)
    sockets = []
    for _ in range(count):
        sockets.append(socket.create_connection((parts.hostname, parts.port)))
        sockets[-1].sendall(request)
    return sockets


def answers(sockets, count, seconds):
    """Waits until so many of the connections have an answer; the messages that came, and the seconds it took."""
    selector = selectors.DefaultSelector()
    for connection in sockets:
        selector.register(connection, selectors.EVENT_READ)
    started, messages = time.perf_counter(), 0
    while messages < count and time.perf_counter() < started + seconds:
        for key, _ in selector.select(1):
            head, _, body = key.fileobj.recv(65_536).partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not an answer: {head[:200]}")
            messages += len(json.loads(body).get("Messages", []))
            selector.unregister(key.fileobj)
    return messages, time.perf_counter() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True)
    parser.add_argument("--consumers", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--directory", default="/var/tmp")
    arguments = parser.parse_args()
    need = arguments.consumers + 1_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(need, hard) if hard > 0 else need, hard))
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        server = apus(arguments.apus, data + "/data")
        try:
            service = client("sqs", server.url)
            queue = service.create_queue(QueueName="waiting")["QueueUrl"]
            idle = server.memory()[0]
            receive = sqs(server.url, "ReceiveMessage", {"QueueUrl": queue, "WaitTimeSeconds": 20})
            sockets = connect(server.url, receive, arguments.consumers)
            time.sleep(2)
            before, started = server.cpu(), time.monotonic()
            time.sleep(arguments.seconds)
            cpu = (server.cpu() - before) / (time.monotonic() - started)
            memory = server.memory()[0]
            sent = min(arguments.consumers, 500)
            for start in range(0, sent, 10):
                entries = [{"Id": str(i), "MessageBody": f"{start + i}"} for i in range(10)]
                service.send_message_batch(QueueUrl=queue, Entries=entries)
            came, seconds = answers(sockets, sent, 10)
            print(f"{arguments.consumers} consumers wait: {cpu * 100:.2f} % of a core, {memory:.0f} MiB resident "
                  f"({idle:.0f} before they came); {came} of {sent} messages sent then came, the last after "
                  f"{seconds * 1000:.0f} ms.")
        finally:
            server.stop()


main()
