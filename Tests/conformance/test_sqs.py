"""Queues through boto3 (JSON) and the aws CLI."""

import json
import subprocess
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from apus import ACCOUNT, REGION


@pytest.fixture
def sqs(server):
    return server.client("sqs")


def fresh(sqs, suffix="", **attributes):
    name = f"q-{uuid.uuid4().hex[:12]}{suffix}"
    return sqs.create_queue(QueueName=name, Attributes={k: str(v) for k, v in attributes.items()})["QueueUrl"]


def test_send_receive_delete(sqs):
    url = fresh(sqs)
    assert url.endswith(f"/{ACCOUNT}/{url.rsplit('/', 1)[1]}")
    sent = sqs.send_message(QueueUrl=url, MessageBody="héllo", MessageAttributes={
        "n": {"DataType": "Number", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}})
    message = sqs.receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"])["Messages"][0]
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == "héllo"
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["MessageAttributes"]["b"]["BinaryValue"] == b"\x00\x01"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_visibility_returns_a_message(sqs):
    url = fresh(sqs, VisibilityTimeout=1)
    sqs.send_message(QueueUrl=url, MessageBody="again")
    first = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    second = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"][0]
    assert second["MessageId"] == first["MessageId"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    assert sqs.receive_message(QueueUrl=url)["Messages"]


def test_long_poll_answers_as_soon_as_a_message_comes(server, sqs):
    import threading

    url = fresh(sqs)
    timer = threading.Timer(0.5, lambda: server.client("sqs").send_message(QueueUrl=url, MessageBody="late"))
    timer.start()
    started = time.monotonic()
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert messages[0]["Body"] == "late"
    assert time.monotonic() - started < 3
    timer.join()


def test_batches_report_each_entry(sqs):
    url = fresh(sqs)
    answer = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2", "DelaySeconds": 901}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert answer["Failed"][0]["Id"] == "b" and answer["Failed"][0]["SenderFault"] is True
    with pytest.raises(ClientError) as error:
        sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": "a", "MessageBody": "1"}, {"Id": "a", "MessageBody": "2"}])
    assert error.value.response["Error"]["Code"] == "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"


def test_fifo_keeps_order_and_drops_duplicates(sqs):
    url = fresh(sqs, ".fifo", FifoQueue="true")
    for number in range(5):
        sqs.send_message(
            QueueUrl=url, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number))
    sqs.send_message(QueueUrl=url, MessageBody="0 again", MessageGroupId="g", MessageDeduplicationId="0")
    first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    assert [m["Body"] for m in first] == ["0", "1"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    for message in first:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    rest = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [m["Body"] for m in rest] == ["2", "3", "4"]


def test_permissions_open_a_queue_to_an_account(sqs):
    url = fresh(sqs)
    sqs.add_permission(
        QueueUrl=url, Label="send", AWSAccountIds=["111122223333"], Actions=["SendMessage", "GetQueueUrl"])
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert policy["Statement"][0]["Sid"] == "send"
    assert policy["Statement"][0]["Action"] == ["SQS:SendMessage", "SQS:GetQueueUrl"]
    with pytest.raises(ClientError) as error:
        sqs.add_permission(QueueUrl=url, Label="many", AWSAccountIds=["111122223333"], Actions=["SendMessage"] * 8)
    assert error.value.response["Error"]["Code"] == "OverLimit"
    sqs.remove_permission(QueueUrl=url, Label="send")
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])


def test_sources_of_a_dead_letter_queue_are_listed_in_pages(sqs):
    dead = fresh(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"})
    urls = sorted(fresh(sqs, RedrivePolicy=policy) for _ in range(5))
    pages = sqs.get_paginator("list_dead_letter_source_queues").paginate(
        QueueUrl=dead, PaginationConfig={"PageSize": 2})
    assert [url for page in pages for url in page["queueUrls"]] == urls


def test_redrive_moves_what_keeps_failing(sqs):
    dead = fresh(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = fresh(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"}))
    sent = sqs.send_message(QueueUrl=url, MessageBody="doomed")
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    message = sqs.receive_message(QueueUrl=dead)["Messages"][0]
    assert message["MessageId"] == sent["MessageId"]


def test_purge_and_delete(sqs):
    url = fresh(sqs)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.purge_queue(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(ClientError) as error:
        sqs.send_message(QueueUrl=url, MessageBody="x")
    assert error.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error.value.response["Error"]["Message"] == "The specified queue does not exist."


def test_the_cli_drives_a_queue(server):
    environment = server.environment()

    def aws(*arguments):
        # Version 1 of the CLI sends SQS to AWS whatever AWS_ENDPOINT_URL says; only the option overrides it.
        done = subprocess.run(
            ["aws", "sqs", *arguments, "--output", "json", "--endpoint-url", server.endpoint], env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    url = aws("create-queue", "--queue-name", "cli-queue", "--attributes", "VisibilityTimeout=5")["QueueUrl"]
    aws("send-message", "--queue-url", url, "--message-body", "from the shell")
    message = aws("receive-message", "--queue-url", url)["Messages"][0]
    assert message["Body"] == "from the shell"
    aws("delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
    attributes = aws("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    assert attributes["VisibilityTimeout"] == "5"
    assert attributes["QueueArn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:cli-queue"
    assert url in aws("list-queues")["QueueUrls"]


def test_old_clients_speak_query(server):
    """The same in the Query protocol, with botocore 1.31.80 in an environment of its own."""
    import os
    import pathlib

    python = os.environ.get("APUS_TEST_QUERY_PYTHON")
    if not python:
        pytest.skip("APUS_TEST_QUERY_PYTHON does not name a Python with botocore 1.31.80")
    script = pathlib.Path(__file__).with_name("query_client.py")
    done = subprocess.run([python, str(script), server.endpoint], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
