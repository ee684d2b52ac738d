"""Throughput that is enforced, through boto3 without retries, on a server of its own."""

import time

import pytest
from botocore.exceptions import ClientError

from apus import Server

KEY = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
       "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}


@pytest.fixture(scope="module")
def dynamodb():
    server = Server("--set", "dynamodb.enforce_throughput=true")
    yield server.client("dynamodb", retries=0)
    server.stop()


def put(dynamodb, table, number):
    return dynamodb.put_item(TableName=table, Item={"pk": {"S": str(number)}})


def test_a_provisioned_table_throttles_and_says_why(dynamodb):
    dynamodb.create_table(
        TableName="provisioned", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, **KEY)
    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException) as throttled:
        for number in range(1_000):
            put(dynamodb, "provisioned", number)
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/provisioned"
    assert throttled.value.response["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": arn}]
    assert throttled.value.response["Error"]["Message"].startswith(
        "The level of configured provisioned throughput for the table was exceeded.")
    assert throttled.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "provisioned", "Item": {"pk": {"S": "t"}}}}])
    assert [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]] == [
        "ProvisionedThroughputExceeded"]
    # Another table has its own.
    dynamodb.create_table(TableName="other", BillingMode="PAY_PER_REQUEST", **KEY)
    for number in range(20):
        put(dynamodb, "other", number)


def test_a_batch_is_done_in_part_and_the_rest_later(dynamodb):
    dynamodb.create_table(
        TableName="batch", ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}, **KEY)
    requests = {"batch": [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(25)]}
    rounds = 0
    while requests:
        try:
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ProvisionedThroughputExceededException"
        rounds += 1
        time.sleep(0.2)
    assert rounds > 1
    assert dynamodb.describe_table(TableName="batch")["Table"]["ItemCount"] == 25


def test_a_maximum_on_demand_is_another_error(dynamodb):
    dynamodb.create_table(
        TableName="maximum", BillingMode="PAY_PER_REQUEST", OnDemandThroughput={"MaxReadRequestUnits": 1}, **KEY)
    with pytest.raises(ClientError) as throttled:
        for number in range(1_000):
            dynamodb.get_item(TableName="maximum", Key={"pk": {"S": "a"}}, ConsistentRead=True)
    assert throttled.value.response["Error"] == {
        "Code": "ThrottlingException",
        "Message": "Throughput exceeds the maximum OnDemandThroughput configured on table or index"}
    assert throttled.value.response["throttlingReasons"][0]["reason"] == "TableReadMaxOnDemandThroughputExceeded"
