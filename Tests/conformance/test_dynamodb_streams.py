"""Streams of tables under boto3: records, iterators, and functions that event source mappings feed with them."""

import json

import time
from collections import defaultdict
from datetime import datetime

import functions
import pytest
from apus import ACCOUNT, REGION, eventually
from botocore.exceptions import ClientError
from gate import PASS, Gate
from test_dynamodb import create

PRINTER = """
import json
def handler(event, context):
    for record in event["Records"]:
        change = record["dynamodb"]
        print("told", record["eventName"], change["Keys"]["pk"]["S"], json.dumps(change.get("NewImage")))
        if change["Keys"]["pk"]["S"].startswith("bad"):
            raise RuntimeError("bad record")
"""

VIEW = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


@pytest.fixture
def streams(server):
    return server.client("dynamodbstreams")


def stream_of(dynamodb, table):
    return dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]


def read(streams, arn, kind="TRIM_HORIZON", **place):
    records = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **place)["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    return records


def test_changes_are_told_in_order(dynamodb, streams):
    table = create(dynamodb, "stream-order", StreamSpecification=VIEW)
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    dynamodb.update_item(
        TableName=table, Key={"pk": {"S": "a"}}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "2"}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    arn = stream_of(dynamodb, table)
    records = read(streams, arn)
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"]["n"] == {"N": "1"}
    assert records[1]["dynamodb"]["NewImage"]["n"] == {"N": "2"}
    assert "NewImage" not in records[2]["dynamodb"]
    assert {r["eventSource"] for r in records} == {"aws:dynamodb"}
    numbers = [r["dynamodb"]["SequenceNumber"] for r in records]
    assert numbers == sorted(numbers)
    after = read(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[0])
    assert [r["eventID"] for r in after] == [r["eventID"] for r in records[1:]]


def test_streams_are_described_and_listed(dynamodb, streams):
    table = create(dynamodb, "stream-described", sort="N", StreamSpecification={**VIEW, "StreamViewType": "KEYS_ONLY"})
    arn = stream_of(dynamodb, table)
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["StreamStatus"] == "ENABLED"
    assert described["StreamViewType"] == "KEYS_ONLY"
    assert described["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    assert [s["StreamArn"] for s in streams.list_streams(TableName=table)["Streams"]] == [arn]
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"


def test_errors_of_streams_have_their_codes(dynamodb, streams):
    table = create(dynamodb, "stream-errors", StreamSpecification=VIEW)
    arn = stream_of(dynamodb, table)
    with pytest.raises(ClientError) as error:
        streams.describe_stream(StreamArn=arn + "9")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(ClientError) as error:
        streams.get_records(ShardIterator="nonsense")
    assert error.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ClientError) as error:
        streams.get_shard_iterator(
            StreamArn=arn, ShardId="shardId-00000000000000000000-00000000", ShardIteratorType="LATEST")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_stream_feeds_a_function(server, dynamodb, role):
    table = create(dynamodb, "stream-fed", StreamSpecification=VIEW)
    arn = stream_of(dynamodb, table)
    client = functions.create(server, "stream-printer", role, functions.python(PRINTER), Timeout=3)
    mapping = client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="stream-printer", StartingPosition="TRIM_HORIZON", BatchSize=10,
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT", "REMOVE"]})}]})
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    eventually(lambda: client.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Enabled")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "first"}, "n": {"N": "1"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "first"}, "n": {"N": "2"}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "first"}})
    assert eventually(lambda: functions.logged(server, "stream-printer", "REMOVE first"))
    told = [line.split()[1] for line in functions.logged(server, "stream-printer", "told")]
    assert told == ["INSERT", "REMOVE"]
    client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_a_record_that_keeps_failing_is_told_to_the_destination(server, dynamodb, role):
    table = create(dynamodb, "stream-failing", StreamSpecification=VIEW)
    arn = stream_of(dynamodb, table)
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="stream-failed")["QueueUrl"]
    client = functions.create(server, "stream-failing", role, functions.python(PRINTER), Timeout=3)
    mapping = client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="stream-failing", StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=1,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:stream-failed"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "bad"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "good"}})
    message = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages"), seconds=30)[0]
    told = json.loads(message["Body"])
    assert told["DDBStreamBatchInfo"]["streamArn"] == arn
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert eventually(lambda: functions.logged(server, "stream-failing", "INSERT good"), seconds=30)
    client.delete_event_source_mapping(UUID=mapping["UUID"])


COUNTER = """
import json
def handler(event, context):
    seen = [[r["dynamodb"]["Keys"]["pk"]["S"], r["dynamodb"]["ApproximateCreationDateTime"]] for r in event["Records"]]
    print("window", json.dumps({**{name: event[name] for name in event if name != "Records"}, "seen": seen}))
    return {"state": {"total": event["state"].get("total", 0) + len(seen)}}
"""
WINDOW_SECONDS = 3


# https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
def test_a_tumbling_window_hands_its_state_on_to_its_last_invocation(server, dynamodb, role):
    table = create(dynamodb, "stream-windows", StreamSpecification=VIEW)
    client = functions.create(server, "stream-counter", role, functions.python(COUNTER), Timeout=3)
    mapping = client.create_event_source_mapping(
        EventSourceArn=stream_of(dynamodb, table), FunctionName="stream-counter", StartingPosition="TRIM_HORIZON",
        TumblingWindowInSeconds=WINDOW_SECONDS)
    assert mapping["TumblingWindowInSeconds"] == WINDOW_SECONDS
    keys = [f"k{number}" for number in range(40)]
    for key in keys:
        dynamodb.put_item(TableName=table, Item={"pk": {"S": key}})
        time.sleep(0.1)  # So that they lie in several batches, and in several windows.

    def events():
        found = [json.loads(line.split(" ", 1)[1]) for line in functions.logged(server, "stream-counter", "window")]
        totals = [event["state"]["total"] for event in found if event["isFinalInvokeForWindow"]]
        return sum(totals) == len(keys) and found

    windows = defaultdict(list)
    for event in eventually(events, seconds=30):
        assert event["eventSourceARN"] == stream_of(dynamodb, table) and event["shardId"].startswith("shardId-")
        assert not event["isWindowTerminatedEarly"]
        windows[event["window"]["start"], event["window"]["end"]].append(event)
    assert len(windows) >= 2 and max(len(window) for window in windows.values()) > 2
    seen = []
    for (start, end), window in windows.items():
        start, end = (datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() for text in (start, end))
        assert end - start == WINDOW_SECONDS and start % WINDOW_SECONDS == 0
        total = 0
        for event in window:
            assert event["state"] == ({"total": total} if event is not window[0] else {})
            # A record's time is told in whole seconds.
            assert all(start - 1 < at < end for _, at in event["seen"])
            total += len(event["seen"])
            seen += [key for key, _ in event["seen"]]
        assert [event["isFinalInvokeForWindow"] for event in window] == [False] * (len(window) - 1) + [True]
        assert window[-1]["seen"] == []
    assert seen == keys
    client.delete_event_source_mapping(UUID=mapping["UUID"])


TELLER = PASS + """
import json, os
def handler(event, context):
    told = [[r["dynamodb"]["Keys"]["pk"]["S"], int(r["dynamodb"]["NewImage"]["n"]["N"])] for r in event["Records"]]
    pass_gate(int(os.environ["GATE"]), json.dumps(told))
"""


# "The number of batches to process from each shard concurrently … Lambda ensures in-order processing at the partition-key level."
def test_batches_of_a_shard_run_side_by_side_and_each_key_in_its_order(server, dynamodb, role):
    table = create(dynamodb, "stream-lanes", StreamSpecification=VIEW)
    for number in range(10):
        for key in range(8):
            dynamodb.put_item(TableName=table, Item={"pk": {"S": f"k{key}"}, "n": {"N": str(number)}})
    with Gate() as gate:
        client = functions.create(
            server, "stream-teller", role, functions.python(TELLER), Timeout=60,
            Environment={"Variables": {"GATE": str(gate.port)}})
        mapping = client.create_event_source_mapping(
            EventSourceArn=stream_of(dynamodb, table), FunctionName="stream-teller", StartingPosition="TRIM_HORIZON",
            BatchSize=5, ParallelizationFactor=4)
        assert mapping["ParallelizationFactor"] == 4
        # None of them can end before another runs.
        eventually(lambda: len(gate.waiting) >= 2, seconds=30)
        gate.open()
        told = eventually(lambda: len(told := sum(map(json.loads, list(gate.told)), [])) >= 80 and told, seconds=30)
        assert gate.most_waiting <= 4 and max(len(json.loads(batch)) for batch in gate.told) <= 5
    assert len(told) == 80
    for key in range(8):
        assert [number for name, number in told if name == f"k{key}"] == list(range(10))
    client.delete_event_source_mapping(UUID=mapping["UUID"])
