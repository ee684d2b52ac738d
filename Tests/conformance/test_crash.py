"""Point 5: what was acknowledged is there after `kill -9`, and what was under way is delivered again."""

import json
import os
import random
import threading
import time

import botocore.exceptions
import pytest

import functions
from apus import eventually

ROUNDS = int(os.environ.get("APUS_TEST_CRASH_ROUNDS", "20"))


def test_functions_queues_and_messages_outlive_kill_9(own_server):
    server = own_server
    role = functions.create_role(server, "r")
    functions.create(server, "stays", role, functions.python("def handler(e, c):\n    return 'here'\n"))
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="stays", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="waiting")
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    server.restart()
    sqs = server.client("sqs")
    url = sqs.get_queue_url(QueueName="stays")["QueueUrl"]
    bodies = set()

    def both():
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            bodies.add(message["Body"])
        return len(bodies) == 2

    eventually(both)
    answer = server.client("lambda").invoke(FunctionName="stays")
    assert json.loads(answer["Payload"].read()) == "here"


def test_an_unfinished_asynchronous_invocation_runs_again(own_server):
    server = own_server
    role = functions.create_role(server, "r")
    source = (
        "import time\n"
        "def handler(event, context):\n"
        "    print('began')\n"
        "    time.sleep(60)\n")
    client = functions.create(server, "slow", role, functions.python(source), Timeout=120)

    def begun():
        logs = server.client("logs")
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/slow")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return 0
        return sum("began" in event["message"] for event in events)

    client.invoke(FunctionName="slow", InvocationType="Event", Payload=b"{}")
    eventually(lambda: begun() == 1)
    server.restart()
    eventually(lambda: begun() == 2, seconds=40)


class Load:
    """Sends messages and makes queues until stopped; remembers what was acknowledged and what was in doubt."""

    def __init__(self, server, seed):
        self.server, self.random = server, random.Random(seed)
        self.sent, self.doubtful, self.deleted, self.maybe_deleted = set(), set(), set(), set()
        self.queues, self.lock, self.stopping = set(), threading.Lock(), False

    def run(self, worker):
        sqs = self.server.client("sqs", retries=0, connect_timeout=2, read_timeout=5)
        count = 0
        while not self.stopping:
            count += 1
            body = f"{worker}-{count}-{self.random.random()}"
            try:
                if count % 40 == 0:
                    name = f"made-{worker}-{count}"
                    sqs.create_queue(QueueName=name)
                    self.queues.add(name)
                elif count % 5 == 0:
                    for message in sqs.receive_message(QueueUrl=self.url).get("Messages", []):
                        self.maybe_deleted.add(message["Body"])
                        sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                        self.deleted.add(message["Body"])
                else:
                    with self.lock:
                        self.doubtful.add(body)
                    sqs.send_message(QueueUrl=self.url, MessageBody=body)
                    with self.lock:
                        self.doubtful.discard(body)
                        self.sent.add(body)
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                if self.stopping:
                    return
                time.sleep(0.01)


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_nothing_acknowledged_is_lost_in_random_kills(own_server, seed):
    server = own_server
    chance = random.Random(seed)
    load = Load(server, seed)
    load.url = server.client("sqs").create_queue(
        QueueName="crash", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    for round in range(ROUNDS):
        load.stopping = False
        threads = [threading.Thread(target=load.run, args=(f"{round}.{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.05, 0.6))
        server.kill()
        load.stopping = True
        for thread in threads:
            thread.join()
        server.start()
        names = {url.rsplit("/", 1)[1] for url in all_queues(server)}
        assert load.queues <= names, f"seed {seed}, round {round}: queues lost"
    time.sleep(1.1)
    there = drain(server, load.url)
    lost = load.sent - load.maybe_deleted - there
    assert not lost, f"seed {seed}: {len(lost)} acknowledged messages lost"
    risen = there & load.deleted
    assert not risen, f"seed {seed}: {len(risen)} deleted messages came back"
    invented = there - load.sent - load.doubtful
    assert not invented, f"seed {seed}: {len(invented)} messages that nobody sent"


def all_queues(server):
    sqs = server.client("sqs")
    return [url for page in sqs.get_paginator("list_queues").paginate(MaxResults=1000) for url in page.get("QueueUrls", [])]


def drain(server, url):
    sqs = server.client("sqs")
    there = set()
    while True:
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600, WaitTimeSeconds=1).get("Messages", [])
        if not messages:
            return there
        for message in messages:
            there.add(message["Body"])
