"""Fills a data directory through a release's binary and packs it: script/make-fixture.

What is in it is checked by Tests/ApusServerTests/DataDirectory/FixtureTests.swift and test_data_directories.py. Part of it is
left in tables of the store (a clean stop), part in its log (a kill), as both are found in the wild.
"""

import json
import os
import pathlib
import sys
import tarfile
import tempfile
import time

binary, target = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
os.environ["APUS_TEST_BINARY"] = str(binary)

import functions  # noqa: E402
from apus import Server  # noqa: E402

# Of the run, not of the data; or made again.
LEFT_OUT = {"lock", "runtime", "ballast", "functions", "environments", "runtimes", "admin"}
CODE = "def handler(event, context):\n    return {'fixture': event}\n"


def queues(server):
    """A standard queue with a message of each kind, a FIFO queue with an open group, and a dead-letter queue."""
    sqs = server.client("sqs")
    dead = sqs.create_queue(QueueName="fixture-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    standard = sqs.create_queue(
        QueueName="fixture-standard", tags={"colour": "green"},
        Attributes={"VisibilityTimeout": "43200", "MessageRetentionPeriod": "1209600", "RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": arn, "maxReceiveCount": 5})})["QueueUrl"]
    sqs.send_message(QueueUrl=standard, MessageBody="in flight")
    assert sqs.receive_message(QueueUrl=standard)["Messages"][0]["Body"] == "in flight"
    sqs.send_message(QueueUrl=standard, MessageBody="delayed", DelaySeconds=900)
    sqs.send_message(
        QueueUrl=standard, MessageBody="waiting",
        MessageAttributes={"shape": {"DataType": "String", "StringValue": "round"}})
    fifo = sqs.create_queue(
        QueueName="fixture.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true", "MessageRetentionPeriod": "1209600",
                    "VisibilityTimeout": "43200"})["QueueUrl"]
    for body, group in [("a1", "a"), ("a2", "a"), ("b1", "b")]:
        sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId=group)
    assert sqs.receive_message(QueueUrl=fifo)["Messages"][0]["Body"] == "a1"
    # Since 2026-11-25.
    fair = sqs.create_queue(
        QueueName="fixture-fair", Attributes={"MessageRetentionPeriod": "1209600", "VisibilityTimeout": "43200"})["QueueUrl"]
    for body, group in [("fair a1", "a"), ("fair a2", "a"), ("fair b1", "b")]:
        sqs.send_message(QueueUrl=fair, MessageBody=body, MessageGroupId=group)
    assert sqs.receive_message(QueueUrl=fair)["Messages"][0]["Body"] == "fair a1"


def identities(server):
    iam = server.client("iam")
    iam.create_user(UserName="fixture-user", Path="/staff/")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="fixture-user", PolicyName="inline", PolicyDocument=document)
    return functions.create_role(server, "fixture-role")


def functions_and_logs(server, role):
    lambdas = functions.create(
        server, "fixture-function", role, functions.python(CODE), Environment={"Variables": {"SECRET": "fixture"}})
    sqs = server.client("sqs")
    source = sqs.create_queue(QueueName="fixture-source", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lambdas.create_event_source_mapping(FunctionName="fixture-function", EventSourceArn=arn, Enabled=False, BatchSize=7)
    logs = server.client("logs")
    logs.create_log_group(logGroupName="/fixture")
    logs.create_log_stream(logGroupName="/fixture", logStreamName="stream")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName="/fixture", logStreamName="stream", logEvents=[
        {"timestamp": now + number, "message": f"line {number}"} for number in range(3)])


def pack(data):
    target.parent.mkdir(parents=True, exist_ok=True)

    def clean(entry):
        name = os.path.basename(entry.name)
        if entry.name in LEFT_OUT or name.startswith(("LOG", "LOCK")):
            return None
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    # Messages expire and come due: those who look go by this time.
    with open(os.path.join(data, "made"), "w") as file:
        file.write(f"{int(time.time() * 1000)}\n")
    with tarfile.open(target, "w:gz") as archive:
        for name in sorted(os.listdir(data)):
            archive.add(os.path.join(data, name), arcname=name, filter=clean)
    assert target.stat().st_size < 200 << 10, f"{target} has {target.stat().st_size} bytes"


with tempfile.TemporaryDirectory() as folder:
    data = os.path.join(folder, "data")
    server = Server(data=data)
    role = identities(server)
    functions_and_logs(server, role)
    server.stop()
    server = Server(data=data)
    queues(server)
    server.kill()
    pack(data)
print(f"{target}: {target.stat().st_size} bytes")
