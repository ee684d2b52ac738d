"""Message move tasks through kills of the server."""

import json
import random
import time

import pytest
from botocore.exceptions import ClientError

from apus import ACCOUNT, REGION, eventually

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


def arn_of(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def statement(*actions, resource="*"):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


AT_SOURCE = ["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask", "sqs:ReceiveMessage",
             "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def dead_letter(server, prefix):
    """A queue and its dead-letter queue with one message of it."""
    sqs = server.client("sqs")
    sqs.create_queue(QueueName=f"{prefix}-dead")
    url = sqs.create_queue(QueueName=f"{prefix}-source", Attributes={
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn_of(f"{prefix}-dead"), "maxReceiveCount": 1})})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    for _ in range(2):
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    return arn_of(f"{prefix}-dead")


def outcome(sqs, arn):
    task = eventually(lambda: next(
        (t for t in sqs.list_message_move_tasks(SourceArn=arn)["Results"] if t["Status"] != "RUNNING"), None))
    return task["Status"], task.get("FailureReason")


def test_a_task_moves_what_its_user_may_send(server):
    arn = dead_letter(server, "user")
    iam = server.client("iam")
    iam.create_user(UserName="mover")
    key = iam.create_access_key(UserName="mover")["AccessKey"]
    sqs = server.client("sqs", key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    def permit(*statements):
        iam.put_user_policy(UserName="mover", PolicyName="p", PolicyDocument=document(*statements))

    permit(statement("sqs:StartMessageMoveTask", resource=arn))
    with pytest.raises(ClientError) as error:
        sqs.start_message_move_task(SourceArn=arn)
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    permit(statement(*AT_SOURCE, resource=arn))
    sqs.start_message_move_task(SourceArn=arn)
    assert outcome(sqs, arn) == ("FAILED", "AccessDenied")
    with pytest.raises(ClientError) as error:
        sqs.start_message_move_task(SourceArn=arn, DestinationArn=arn_of("user-source"))
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    permit(statement(*AT_SOURCE, resource=arn), statement("sqs:SendMessage", resource=arn_of("user-source")))
    sqs.start_message_move_task(SourceArn=arn)
    assert outcome(sqs, arn) == ("COMPLETED", None)


def test_a_task_of_a_session_may_what_the_session_may(server):
    arn = dead_letter(server, "session")
    iam = server.client("iam")
    iam.create_user(UserName="move-assumer")
    iam.put_user_policy(UserName="move-assumer", PolicyName="p", PolicyDocument=document(statement("sts:AssumeRole")))
    key = iam.create_access_key(UserName="move-assumer")["AccessKey"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName="moves", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="moves", PolicyName="p", PolicyDocument=document(statement("sqs:*")))
    sts = server.client("sts", key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    def session(**settings):
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="session", **settings)["Credentials"]
        return server.client("sqs", key=credentials["AccessKeyId"], secret=credentials["SecretAccessKey"],
                             token=credentials["SessionToken"])

    narrow = session(Policy=document(statement(*AT_SOURCE)))
    narrow.start_message_move_task(SourceArn=arn)
    assert outcome(narrow, arn) == ("FAILED", "AccessDenied")
    wide = session()
    wide.start_message_move_task(SourceArn=arn)
    assert outcome(wide, arn) == ("COMPLETED", None)
