"""Message move tasks through kills of the server."""

import json
import random
import time

import pytest

from apus import eventually

COUNT = 400


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_a_move_task_goes_on_after_kill_9_and_loses_nothing(own_server, seed):
    server = own_server
    chance = random.Random(seed)
    sqs = server.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.create_queue(QueueName="source", Attributes={
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})})
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    target = arn[:arn.rindex(":") + 1] + "other"
    bodies = {str(number) for number in range(COUNT)}
    for start in range(0, COUNT, 10):
        sqs.send_message_batch(QueueUrl=dead, Entries=[
            {"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)])
    sqs.start_message_move_task(SourceArn=arn, DestinationArn=target, MaxNumberOfMessagesPerSecond=100)
    started = time.monotonic()
    for _ in range(4):
        time.sleep(chance.uniform(0.05, 0.6))
        server.restart()
        task = server.client("sqs").list_message_move_tasks(SourceArn=arn)["Results"][0]
        assert task["ApproximateNumberOfMessagesMoved"] <= 100 * (time.monotonic() - started) + 10, task
    sqs = server.client("sqs")
    task = eventually(lambda: next(
        (t for t in sqs.list_message_move_tasks(SourceArn=arn)["Results"] if t["Status"] == "COMPLETED"), None))
    assert task["ApproximateNumberOfMessagesMoved"] == COUNT, (seed, task)
    received = []
    while True:
        other = sqs.get_queue_url(QueueName="other")["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=other, MaxNumberOfMessages=10, VisibilityTimeout=600).get("Messages")
        if not messages:
            break
        received += [message["Body"] for message in messages]
    assert len(received) == COUNT and set(received) == bodies, seed
    assert received == sorted(received, key=int), seed
