"""The requests that are replayed: made and signed before the clock starts, by botocore."""

import dataclasses
import io
import json
import os
import urllib.parse
import uuid
import zipfile
from collections.abc import Callable

import tables
from signed import client, raw

BODY = "x" * 500
# Of each runtime: the file of the function, and its text. Python's may be another, in BENCH_RUNTIME.
PYTHON = os.environ.get("BENCH_RUNTIME", "python3.11")
SOURCES = {
    PYTHON: ("app.py", "def handler(event, context):\n    return {'ok': True, 'n': event.get('n')}\n"),
    "nodejs20.x": ("app.js", "exports.handler = async (event) => ({ ok: true, n: event.n });\n"),
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def sqs(url, operation, members):
    headers = {"X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    return raw(url, "/", "sqs", headers, json.dumps(members).encode())


def echo(url):
    """What any HTTP server pays for a request of SendMessage's size."""
    return [raw(url, "/", "sqs", {"Content-Type": "application/x-amz-json-1.0"}, json.dumps({"b": BODY}).encode())]


def caller(url):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return [raw(url, "/", "sts", form, b"Action=GetCallerIdentity&Version=2011-06-15")]


def send(url):
    queue = client("sqs", url).create_queue(QueueName="send")["QueueUrl"]
    return [sqs(url, "SendMessage", {"QueueUrl": queue, "MessageBody": f"{i}:{BODY}"}) for i in range(500)]


def send_form(url):
    queue = client("sqs", url).create_queue(QueueName="send")["QueueUrl"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    facts = {"Action": "SendMessage", "Version": "2012-11-05", "QueueUrl": queue}
    bodies = [urllib.parse.urlencode({**facts, "MessageBody": f"{i}:{BODY}"}).encode() for i in range(500)]
    return [raw(url, urllib.parse.urlsplit(queue).path, "sqs", form, body) for body in bodies]


def send_batch(url):
    queue = client("sqs", url).create_queue(QueueName="send")["QueueUrl"]
    batches = [[{"Id": str(k), "MessageBody": f"{i}:{k}:{BODY}"} for k in range(10)] for i in range(100)]
    return [sqs(url, "SendMessageBatch", {"QueueUrl": queue, "Entries": entries}) for entries in batches]


def send_fifo(url):
    """Each request once: a repeated deduplication id would be a cheaper request."""
    attributes = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    queue = client("sqs", url).create_queue(QueueName="send.fifo", Attributes=attributes)["QueueUrl"]
    run = uuid.uuid4().hex
    facts = {"QueueUrl": queue, "MessageBody": BODY}
    return [
        sqs(url, "SendMessage", {
            **facts, "MessageGroupId": f"g{i % 100}", "MessageDeduplicationId": f"{run}-{i}"})
        for i in range(60_000)]


def receive(url):
    """Visibility time-out 0, so that there is always something to receive, and each receive writes."""
    service = client("sqs", url)
    queue = service.create_queue(QueueName="receive")["QueueUrl"]
    for _ in range(100):
        service.send_message_batch(QueueUrl=queue, Entries=[{"Id": str(k), "MessageBody": BODY} for k in range(10)])
    return [sqs(url, "ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": 1, "VisibilityTimeout": 0})]


def invoke(url, runtime=PYTHON):
    identities, functions = client("iam", url), client("lambda", url)
    try:
        role = identities.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    except identities.exceptions.EntityAlreadyExistsException:
        role = identities.get_role(RoleName="bench")["Role"]["Arn"]
    package, name = io.BytesIO(), "bench-" + runtime.rstrip("0123456789.x")
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(*SOURCES[runtime])
    try:
        functions.create_function(
            FunctionName=name, Runtime=runtime, Role=role, Handler="app.handler",
            Code={"ZipFile": package.getvalue()}, MemorySize=256)
    except functions.exceptions.ResourceConflictException:
        pass
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    answer = functions.invoke(FunctionName=name, Payload=b'{"n": 1}')
    if answer.get("FunctionError") or json.loads(answer["Payload"].read()) != {"ok": True, "n": 1}:
        raise RuntimeError("the function does not answer as it should")
    path = f"/2015-03-31/functions/{name}/invocations"
    headers = {"Content-Type": "application/json"}
    return [raw(url, path, "lambda", headers, json.dumps({"n": i}).encode()) for i in range(200)]


def invoke_node(url):
    return invoke(url, "nodejs20.x")


@dataclasses.dataclass(frozen=True)
class Workload:
    """What makes the requests, and how they are sent."""

    make: Callable
    # None: as the command line says.
    connections: int | None = None
    # Each request is sent once: made anew for each round, which lasts a second.
    once: bool = False


WORKLOADS = {
    "GetCallerIdentity": Workload(caller),
    "SendMessage": Workload(send),
    "SendMessage, 64 connections": Workload(send, connections=64),
    "SendMessage, Query": Workload(send_form),
    "SendMessage, FIFO": Workload(send_fifo, once=True),
    "SendMessageBatch of 10": Workload(send_batch),
    "ReceiveMessage": Workload(receive),
    "Invoke, 1 connection": Workload(invoke, connections=1),
    "Invoke, 16 connections": Workload(invoke, connections=16),
    "Invoke, 16 connections, Node.js": Workload(invoke_node, connections=16),
    "GetItem": Workload(tables.get),
    "PutItem": Workload(tables.put, connections=64),
    "PutItem with a stream": Workload(tables.put_told, connections=64),
    "PutItem with recovery": Workload(tables.put_kept, connections=64),
    "PutItem with a condition": Workload(tables.put_if, connections=64),
    "UpdateItem with a condition": Workload(tables.update_if, connections=64),
    "Query of 100 items": Workload(tables.query),
    "BatchWriteItem of 25": Workload(tables.batch_write),
    "TransactWriteItems of 10": Workload(tables.transact_write),
}
