"""Point 2: queues feed functions; partial batches; what keeps failing ends in the dead-letter queue."""

import json

import functions
import pytest
from apus import ACCOUNT, REGION, eventually

RECEIVER = """
import json
def handler(event, context):
    failures = []
    for record in event["Records"]:
        print("got", record["messageId"], record["body"])
        if record["body"].startswith("bad"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
"""


def queue(sqs, name, **attributes):
    url = sqs.create_queue(QueueName=name, Attributes={k: str(v) for k, v in attributes.items()})["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def wait_enabled(client, uuid):
    eventually(lambda: client.get_event_source_mapping(UUID=uuid)["State"] == "Enabled")


def test_batches_partial_failures_and_dead_letters(server, role):
    sqs = server.client("sqs")
    dead_url, dead_arn = queue(sqs, "map-dead")
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = queue(sqs, "map-work", VisibilityTimeout=3, RedrivePolicy=policy)
    client = functions.create(server, "map-receiver", role, functions.python(RECEIVER), Timeout=3)
    mapping = client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="map-receiver", BatchSize=5,
        FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_enabled(client, mapping["UUID"])
    for batch in range(4):
        sqs.send_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(i), "MessageBody": f"good {batch * 5 + i}"} for i in range(5)])
    sqs.send_message(QueueUrl=url, MessageBody="bad apple")
    eventually(lambda: len(functions.logged(server, "map-receiver", "good")) >= 20)

    def dead():
        return sqs.receive_message(QueueUrl=dead_url, WaitTimeSeconds=2).get("Messages")

    message = eventually(dead, seconds=40)[0]
    assert message["Body"] == "bad apple"

    def empty():
        attributes = sqs.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"])["Attributes"]
        return set(attributes.values()) == {"0"}

    assert eventually(empty)
    client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_event_has_the_documented_form(server, role):
    sqs = server.client("sqs")
    url, arn = queue(sqs, "form-work")
    source = "import json\ndef handler(event, context):\n    print('EVENT', json.dumps(event))\n"
    client = functions.create(server, "form-receiver", role, functions.python(source))
    mapping = client.create_event_source_mapping(EventSourceArn=arn, FunctionName="form-receiver")
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="hello",
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "red"}})
    line = eventually(lambda: functions.logged(server, "form-receiver", "EVENT"))[0]
    record = json.loads(line.split("EVENT ", 1)[1])["Records"][0]
    assert record["messageId"] == sent["MessageId"]
    assert record["body"] == "hello"
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == arn
    assert record["awsRegion"] == REGION
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"
    assert record["messageAttributes"]["colour"]["dataType"] == "String"
    client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_fifo_groups_arrive_in_order(server, role):
    sqs = server.client("sqs")
    url, arn = queue(sqs, "order.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    client = functions.create(server, "order-receiver", role, functions.python(RECEIVER))
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=f"good {number:02}", MessageGroupId=str(number % 2))
    mapping = client.create_event_source_mapping(EventSourceArn=arn, FunctionName="order-receiver", BatchSize=3)

    lines = eventually(lambda: len(found := functions.logged(server, "order-receiver", "good")) >= 12 and found)
    numbers = [int(line.rsplit(" ", 1)[1]) for line in lines]
    for group in range(2):
        seen = [n for n in numbers if n % 2 == group]
        assert seen == sorted(seen)
    client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_filters_and_scaling(server, role):
    """Messages that no filter lets pass never reach the function and are gone from the queue."""
    sqs = server.client("sqs")
    url, arn = queue(sqs, "filter-work")
    client = functions.create(server, "filter-receiver", role, functions.python(RECEIVER))
    patterns = [json.dumps({"body": {"kind": [{"prefix": "order"}], "total": [{"numeric": [">", 10]}]}})]
    mapping = client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="filter-receiver",
        FilterCriteria={"Filters": [{"Pattern": pattern} for pattern in patterns]},
        ScalingConfig={"MaximumConcurrency": 2})
    wait_enabled(client, mapping["UUID"])
    found = client.get_event_source_mapping(UUID=mapping["UUID"])
    assert found["FilterCriteria"]["Filters"] == [{"Pattern": patterns[0]}]
    assert found["ScalingConfig"] == {"MaximumConcurrency": 2}
    for body in ['{"kind": "order.new", "total": 5}', "plain", '{"kind": "order.new", "total": 11}']:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    lines = eventually(lambda: functions.logged(server, "filter-receiver", "got"))
    assert ["total" in line and "11" in line for line in lines] == [True]

    def empty():
        attributes = sqs.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"])["Attributes"]
        return set(attributes.values()) == {"0"}

    assert eventually(empty)
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="Invalid filter pattern definition"):
        client.update_event_source_mapping(
            UUID=mapping["UUID"], FilterCriteria={"Filters": [{"Pattern": '{"body": "x"}'}]})
    updated = client.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria={}, ScalingConfig={})
    assert "FilterCriteria" not in updated and "ScalingConfig" not in updated
    client.delete_event_source_mapping(UUID=mapping["UUID"])
