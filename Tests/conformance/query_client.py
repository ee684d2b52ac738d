"""Drives queues with a client that speaks the Query protocol. Run with botocore 1.31.80; the endpoint is the argument."""

import sys

import boto3
import botocore
from botocore.exceptions import ClientError

assert botocore.__version__ == "1.31.80", botocore.__version__
sqs = boto3.client(
    "sqs", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
assert sqs.meta.service_model.metadata["protocol"] == "query"

url = sqs.create_queue(QueueName="query-queue", Attributes={"DelaySeconds": "0"}, tags={"team": "a"})["QueueUrl"]
sent = sqs.send_message(
    QueueUrl=url, MessageBody="<&> é", MessageAttributes={"k": {"DataType": "String", "StringValue": "v"}})
batch = sqs.send_message_batch(
    QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "2"}, {"Id": "b", "MessageBody": "3", "DelaySeconds": 901}])
assert [e["Id"] for e in batch["Successful"]] == ["a"]
assert batch["Failed"][0]["Id"] == "b" and batch["Failed"][0]["SenderFault"] is True
bodies = {}
while len(bodies) < 2:
    for message in sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]:
        bodies[message["Body"]] = message
first = bodies["<&> é"]
assert first["MessageId"] == sent["MessageId"]
assert first["MessageAttributes"] == {"k": {"StringValue": "v", "DataType": "String"}}
assert first["Attributes"]["ApproximateReceiveCount"] == "1"
sqs.delete_message_batch(
    QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(bodies.values())])
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
assert attributes["ApproximateNumberOfMessages"] == "0", attributes
assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0", attributes
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "a"}
try:
    sqs.get_queue_url(QueueName="no-such-queue")
    raise SystemExit("a missing queue was found")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", error.response
    assert error.response["Error"]["Type"] == "Sender", error.response
sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111122223333"], Actions=["SendMessage"])
assert '"Sid":"l"' in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
sqs.remove_permission(QueueUrl=url, Label="l")
arn = attributes["QueueArn"]
source = sqs.create_queue(QueueName="query-source", Attributes={
    "RedrivePolicy": '{"deadLetterTargetArn":"%s","maxReceiveCount":1}' % arn})["QueueUrl"]
assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == [source]
sqs.send_message(QueueUrl=source, MessageBody="dead")
for _ in range(2):
    sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)
handle = sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=500)["TaskHandle"]
while True:
    tasks = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"]
    assert len(tasks) == 1 and tasks[0]["SourceArn"] == arn, tasks
    if tasks[0]["Status"] != "RUNNING":
        break
assert tasks[0]["Status"] == "COMPLETED" and tasks[0]["ApproximateNumberOfMessagesMoved"] == 1, tasks
assert tasks[0]["MaxNumberOfMessagesPerSecond"] == 500 and tasks[0]["StartedTimestamp"] > 1_500_000_000_000, tasks
try:
    sqs.cancel_message_move_task(TaskHandle=handle)
    raise SystemExit("a task that has ended was cancelled")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.UnsupportedOperation", error.response
assert sqs.receive_message(QueueUrl=source)["Messages"][0]["Body"] == "dead"
sqs.delete_queue(QueueUrl=source)
sqs.delete_queue(QueueUrl=url)
print("ok")
