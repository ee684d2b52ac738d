"""Streams of tables under boto3: records, iterators, and functions that event source mappings feed with them."""

import json

import functions
import pytest
from apus import ACCOUNT, REGION, eventually
from botocore.exceptions import ClientError
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


def logged(server, function, term):
    logs = server.client("logs")
    try:
        return logs.filter_log_events(logGroupName=f"/aws/lambda/{function}", filterPattern=f'"{term}"')["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []


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
    assert eventually(lambda: logged(server, "stream-printer", "REMOVE first"))
    told = [event["message"].split()[1] for event in logged(server, "stream-printer", "told")]
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
    assert eventually(lambda: logged(server, "stream-failing", "INSERT good"), seconds=30)
    client.delete_event_source_mapping(UUID=mapping["UUID"])
