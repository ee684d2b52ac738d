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


def dead_letters(sqs, count, **attributes):
    """A queue, its dead-letter queue and the latter's ARN, with messages that went there."""
    dead = fresh(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = fresh(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"}), **attributes)
    for start in range(0, count, 10):
        sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": str(n), "MessageBody": str(n)} for n in range(start, min(start + 10, count))])
    while waiting(sqs, dead) < count:
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MaxNumberOfMessages=10)
    return url, dead, arn


def waiting(sqs, url):
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def ended(sqs, arn):
    """The newest move task, once it has ended."""
    for _ in range(100):
        task = sqs.list_message_move_tasks(SourceArn=arn)["Results"][0]
        if task["Status"] not in ("RUNNING", "CANCELLING"):
            return task
        time.sleep(0.1)
    raise AssertionError(task)


def test_a_move_task_brings_messages_back_to_where_they_came_from(sqs):
    url, dead, arn = dead_letters(sqs, 25)
    before = time.time() * 1000
    handle = sqs.start_message_move_task(SourceArn=arn)["TaskHandle"]
    assert handle
    task = ended(sqs, arn)
    assert task["Status"] == "COMPLETED"
    assert task["ApproximateNumberOfMessagesMoved"] == 25 == task["ApproximateNumberOfMessagesToMove"]
    assert task["SourceArn"] == arn and "TaskHandle" not in task and "DestinationArn" not in task
    assert before - 5_000 < task["StartedTimestamp"] < before + 60_000
    assert waiting(sqs, dead) == 0 and waiting(sqs, url) == 25
    message = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"][0]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in message["Attributes"]


def test_a_move_task_keeps_its_rate_and_can_be_cancelled(server, sqs):
    url, dead, arn = dead_letters(sqs, 30)
    other = fresh(sqs)
    target = sqs.get_queue_attributes(QueueUrl=other, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    handle = sqs.start_message_move_task(
        SourceArn=arn, DestinationArn=target, MaxNumberOfMessagesPerSecond=5)["TaskHandle"]
    time.sleep(1.5)
    task = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"][0]
    assert task["Status"] == "RUNNING" and task["TaskHandle"] == handle
    assert task["MaxNumberOfMessagesPerSecond"] == 5 and task["DestinationArn"] == target
    page = server.metrics()
    lines = [line for line in page.splitlines() if f'queue="{dead.rsplit("/", 1)[1]}",state="to_move"' in line]
    assert lines and lines[0].startswith("apus_move_task_messages{") and lines[0].endswith("} 30"), page
    with pytest.raises(ClientError) as error:
        sqs.start_message_move_task(SourceArn=arn)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValue"
    moved = sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    assert 0 < moved < 20
    task = ended(sqs, arn)
    assert task["Status"] == "CANCELLED"
    assert waiting(sqs, dead) == 30 - moved and waiting(sqs, other) == moved


def test_a_move_task_says_why_it_failed(sqs):
    _, dead, arn = dead_letters(sqs, 0)
    sqs.send_message(QueueUrl=dead, MessageBody="from nowhere")
    sqs.start_message_move_task(SourceArn=arn)
    task = ended(sqs, arn)
    assert task["Status"] == "FAILED" and task["FailureReason"] == "CouldNotDetermineMessageSource"
    assert waiting(sqs, dead) == 1


def test_a_noisy_group_yields_to_others(sqs):
    url = fresh(sqs, VisibilityTimeout=600)
    for start in range(0, 80, 10):
        sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": str(n), "MessageBody": f"a{n}", "MessageGroupId": "a"} for n in range(start, start + 10)])
    for _ in range(4):
        assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 10
    sqs.send_message(QueueUrl=url, MessageBody="b", MessageGroupId="b")
    sqs.send_message(QueueUrl=url, MessageBody="alone")
    messages = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=3, MessageSystemAttributeNames=["MessageGroupId"])["Messages"]
    assert [m["Body"] for m in messages] == ["b", "alone", "a40"]
    assert messages[0]["Attributes"] == {"MessageGroupId": "b"}
    assert not messages[1].get("Attributes")


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

    source = aws("create-queue", "--queue-name", "cli-source", "--attributes", json.dumps({
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": attributes["QueueArn"], "maxReceiveCount": 1})}))["QueueUrl"]
    aws("send-message", "--queue-url", source, "--message-body", "dead", "--message-group-id", "g")
    for _ in range(2):
        aws("receive-message", "--queue-url", source, "--visibility-timeout", "0")
    handle = aws("start-message-move-task", "--source-arn", attributes["QueueArn"])["TaskHandle"]
    assert handle
    for _ in range(100):
        task = aws("list-message-move-tasks", "--source-arn", attributes["QueueArn"])["Results"][0]
        if task["Status"] != "RUNNING":
            break
    assert task["Status"] == "COMPLETED" and task["ApproximateNumberOfMessagesMoved"] == 1
    assert aws("receive-message", "--queue-url", source)["Messages"][0]["Body"] == "dead"
    done = subprocess.run(
        ["aws", "sqs", "cancel-message-move-task", "--task-handle", handle, "--endpoint-url", server.endpoint],
        env=environment, capture_output=True, text=True)
    assert done.returncode != 0 and "UnsupportedOperation" in done.stderr


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
