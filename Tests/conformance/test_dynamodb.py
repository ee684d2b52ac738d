"""DynamoDB under boto3's client and resource, and the aws CLI: tables, items, indexes, queries, batches, transactions."""

import decimal
import json
import subprocess
import zlib

import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

import boto3
from apus import REGION, eventually

STRING_KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
BOTH_KEYS = STRING_KEY + [{"AttributeName": "sk", "KeyType": "RANGE"}]


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


@pytest.fixture
def resource(server):
    return boto3.resource(
        "dynamodb", endpoint_url=server.endpoint, aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
    )


def create(client, name, sort=None, **settings):
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    if sort:
        definitions.append({"AttributeName": "sk", "AttributeType": sort})
    for index in settings.get("GlobalSecondaryIndexes", []) + settings.get("LocalSecondaryIndexes", []):
        for key in index["KeySchema"]:
            if all(d["AttributeName"] != key["AttributeName"] for d in definitions):
                definitions.append({"AttributeName": key["AttributeName"], "AttributeType": "S"})
    client.create_table(
        TableName=name,
        KeySchema=BOTH_KEYS if sort else STRING_KEY,
        AttributeDefinitions=definitions,
        **{"BillingMode": "PAY_PER_REQUEST", **settings},
    )
    client.get_waiter("table_exists").wait(TableName=name)
    return name


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_table_lives_and_dies_as_waiters_expect(dynamodb):
    create(dynamodb, "life", Tags=[{"Key": "a", "Value": "1"}])
    table = dynamodb.describe_table(TableName="life")["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert table["TableArn"] == f"arn:aws:dynamodb:{REGION}:000000000000:table/life"
    assert "life" in dynamodb.list_tables()["TableNames"]
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == [{"Key": "a", "Value": "1"}]
    code, message = refusal(dynamodb.create_table, TableName="life", KeySchema=STRING_KEY,
                            AttributeDefinitions=table["AttributeDefinitions"], BillingMode="PAY_PER_REQUEST")
    assert (code, message) == ("ResourceInUseException", "Table already exists: life")
    assert dynamodb.delete_table(TableName="life")["TableDescription"]["TableStatus"] == "DELETING"
    dynamodb.get_waiter("table_not_exists").wait(TableName="life")
    assert refusal(dynamodb.get_item, TableName="life", Key={"pk": {"S": "a"}}) == (
        "ResourceNotFoundException", "Requested resource not found")


def test_every_type_comes_back_as_it_went(resource, dynamodb):
    table = resource.Table(create(dynamodb, "types"))
    item = {
        "pk": "ключ",
        "string": "ü\n\"",
        "empty": "",
        "number": decimal.Decimal("12345678901234567890123456789012345678"),
        "fraction": decimal.Decimal("-1.5E-100"),
        "binary": Binary(b"\x00\xff"),
        "yes": True,
        "nothing": None,
        "list": [1, "a", {"b": [False]}],
        "map": {"a": {"b": {"c": "d"}}},
        "strings": {"x", "y"},
        "numbers": {decimal.Decimal(1), decimal.Decimal("2.5")},
        "binaries": {Binary(b"1"), Binary(b"2")},
    }
    table.put_item(Item=item)
    assert table.get_item(Key={"pk": "ключ"}, ConsistentRead=True)["Item"] == item


def test_answers_carry_the_checksum_that_sdks_verify(dynamodb):
    """botocore checks it where it is there; that it is there and right is seen here."""
    name = create(dynamodb, "checksum")
    seen = []

    dynamodb.meta.events.register("before-parse.dynamodb", lambda response_dict, **_: seen.append(response_dict))
    dynamodb.get_item(TableName=name, Key={"pk": {"S": "a"}})
    with pytest.raises(ClientError):
        dynamodb.get_item(TableName=name, Key={"x": {"S": "a"}})
    assert len(seen) == 2
    for response in seen:
        assert int(response["headers"]["x-amz-crc32"]) == zlib.crc32(response["body"])


def test_conditions_and_return_values(dynamodb):
    name = create(dynamodb, "conditions")
    new = {"TableName": name, "Item": {"pk": {"S": "a"}, "n": {"N": "1"}},
           "ConditionExpression": "attribute_not_exists(pk)"}
    dynamodb.put_item(**new)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb.put_item(**new, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Error"]["Message"] == "The conditional request failed"
    assert caught.value.response["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    updated = dynamodb.update_item(
        TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="SET n = n + :one, #l = list_append(if_not_exists(#l, :e), :x)",
        ExpressionAttributeNames={"#l": "list"},
        ExpressionAttributeValues={":one": {"N": "1"}, ":e": {"L": []}, ":x": {"L": [{"S": "x"}]}},
        ReturnValues="UPDATED_NEW", ReturnConsumedCapacity="TOTAL")
    assert updated["Attributes"] == {"n": {"N": "2"}, "list": {"L": [{"S": "x"}]}}
    assert updated["ConsumedCapacity"] == {"TableName": name, "CapacityUnits": 1.0}
    deleted = dynamodb.delete_item(TableName=name, Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")
    assert deleted["Attributes"]["n"] == {"N": "2"}


@pytest.mark.parametrize("parameters, message", [
    ({"Key": {"x": {"S": "a"}}}, "The provided key element does not match the schema"),
    ({"Key": {"pk": {"N": "1"}}}, "The provided key element does not match the schema"),
    ({"Key": {"pk": {"S": ""}}}, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                                 "contain an empty string value. Key: pk"),
    ({"Key": {"pk": {"S": "a"}}, "ProjectionExpression": "name"},
     "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name"),
    ({"Key": {"pk": {"S": "a"}}, "ExpressionAttributeNames": {"#a": "a"}},
     "ExpressionAttributeNames can only be specified when using expressions"),
    ({"Key": {"pk": {"S": "a"}}, "AttributesToGet": ["a"], "ProjectionExpression": "a"},
     "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
     "{AttributesToGet} Expression parameters: {ProjectionExpression}"),
])
def test_mistakes_in_reads_are_told_in_awss_words(dynamodb, parameters, message):
    if "mistakes" not in dynamodb.list_tables()["TableNames"]:
        create(dynamodb, "mistakes")
    assert refusal(dynamodb.get_item, TableName="mistakes", **parameters) == ("ValidationException", message)


def test_queries_of_the_table_by_sort_key(resource, dynamodb):
    table = resource.Table(create(dynamodb, "queries", sort="N"))
    with table.batch_writer() as batch:
        for number in range(-5, 30):
            batch.put_item(Item={"pk": "a", "sk": number, "even": number % 2 == 0})
        batch.put_item(Item={"pk": "b", "sk": 0})
    found = table.query(KeyConditionExpression=Key("pk").eq("a") & Key("sk").between(-2, 3))
    assert [item["sk"] for item in found["Items"]] == [-2, -1, 0, 1, 2, 3]
    backwards = table.query(KeyConditionExpression=Key("pk").eq("a") & Key("sk").gt(26), ScanIndexForward=False)
    assert [item["sk"] for item in backwards["Items"]] == [29, 28, 27]
    filtered = table.query(KeyConditionExpression=Key("pk").eq("a"), FilterExpression=Attr("even").eq(True), Limit=10)
    assert (filtered["Count"], filtered["ScannedCount"]) == (5, 10)
    assert filtered["LastEvaluatedKey"] == {"pk": "a", "sk": 4}
    pages = dynamodb.get_paginator("query").paginate(
        TableName="queries", KeyConditionExpression="pk = :a", ExpressionAttributeValues={":a": {"S": "a"}},
        PaginationConfig={"PageSize": 4})
    assert [int(item["sk"]["N"]) for page in pages for item in page["Items"]] == list(range(-5, 30))


def test_a_parallel_scan_sees_everything_once(dynamodb, resource):
    table = resource.Table(create(dynamodb, "scans"))
    with table.batch_writer() as batch:
        for number in range(200):
            batch.put_item(Item={"pk": str(number), "text": "x" * 1000})
    found = []
    for segment in range(4):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName="scans", TotalSegments=4, Segment=segment, PaginationConfig={"PageSize": 13})
        segment_found = [item["pk"]["S"] for page in pages for item in page["Items"]]
        assert segment_found
        found += segment_found
    assert sorted(found, key=int) == [str(number) for number in range(200)]
    assert table.scan(Select="COUNT", FilterExpression=Attr("pk").begins_with("19"))["Count"] == 11


def test_indexes_follow_the_items(resource, dynamodb):
    name = create(
        dynamodb, "indexes", sort="S",
        GlobalSecondaryIndexes=[{
            "IndexName": "by-owner", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
            "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "date", "KeyType": "RANGE"}]}],
        LocalSecondaryIndexes=[{
            "IndexName": "by-date", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "date", "KeyType": "RANGE"}]}])
    table = resource.Table(name)
    table.put_item(Item={"pk": "p", "sk": "1", "owner": "o", "date": "2026-02", "title": "t", "text": "x"})
    table.put_item(Item={"pk": "p", "sk": "2", "owner": "o", "date": "2026-01", "text": "y"})
    table.put_item(Item={"pk": "p", "sk": "3", "text": "z"})
    by_owner = table.query(IndexName="by-owner", KeyConditionExpression=Key("owner").eq("o"))["Items"]
    assert by_owner == [
        {"pk": "p", "sk": "2", "owner": "o", "date": "2026-01"},
        {"pk": "p", "sk": "1", "owner": "o", "date": "2026-02", "title": "t"}]
    by_date = table.query(IndexName="by-date", KeyConditionExpression=Key("pk").eq("p"), Select="ALL_ATTRIBUTES")["Items"]
    assert [item["text"] for item in by_date] == ["y", "x"]
    table.update_item(Key={"pk": "p", "sk": "2"}, UpdateExpression="REMOVE #d", ExpressionAttributeNames={"#d": "date"})
    assert table.query(IndexName="by-owner", KeyConditionExpression=Key("owner").eq("o"))["Count"] == 1
    assert table.scan(IndexName="by-owner")["Count"] == 1


def test_an_index_is_made_for_a_table_with_items(resource, dynamodb):
    table = resource.Table(create(dynamodb, "late-index"))
    with table.batch_writer() as batch:
        for number in range(100):
            batch.put_item(Item={"pk": str(number), "group": f"g{number % 3}"})
    dynamodb.update_table(
        TableName="late-index", AttributeDefinitions=[{"AttributeName": "group", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "by-group", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}]}}])
    def is_active():
        index = dynamodb.describe_table(TableName="late-index")["Table"]["GlobalSecondaryIndexes"][0]
        return index["IndexStatus"] == "ACTIVE"

    eventually(is_active)
    assert table.query(IndexName="by-group", KeyConditionExpression=Key("group").eq("g1"))["Count"] == 33


def test_batches(dynamodb):
    name = create(dynamodb, "batches")
    puts = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(25)]
    answer = dynamodb.batch_write_item(RequestItems={name: puts}, ReturnConsumedCapacity="TOTAL")
    assert answer["UnprocessedItems"] == {}
    assert answer["ConsumedCapacity"] == [{"TableName": name, "CapacityUnits": 25.0}]
    keys = [{"pk": {"S": str(number)}} for number in range(30)]
    found = dynamodb.batch_get_item(RequestItems={name: {"Keys": keys}})
    assert len(found["Responses"][name]) == 25
    assert found["UnprocessedKeys"] == {}
    code, message = refusal(dynamodb.batch_get_item, RequestItems={name: {"Keys": [keys[0], keys[0]]}})
    assert (code, message) == ("ValidationException", "Provided list of item keys contains duplicates")


def test_transactions_are_all_or_nothing(dynamodb):
    name = create(dynamodb, "transactions")
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "there"}})
    put = {"TableName": name, "Item": {"pk": {"S": "new"}}}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=[
            {"Put": put},
            {"Put": {"TableName": name, "Item": {"pk": {"S": "there"}},
                     "ConditionExpression": "attribute_not_exists(pk)"}}])
    assert caught.value.response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]")
    assert [reason["Code"] for reason in caught.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert "Item" not in dynamodb.get_item(TableName=name, Key={"pk": {"S": "new"}})
    increment = {"Update": {"TableName": name, "Key": {"pk": {"S": "counter"}}, "UpdateExpression": "ADD n :one",
                            "ExpressionAttributeValues": {":one": {"N": "1"}}}}
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[{"Put": put}, increment], ClientRequestToken="the-token")
    found = dynamodb.transact_get_items(TransactItems=[
        {"Get": {"TableName": name, "Key": {"pk": {"S": "new"}}}},
        {"Get": {"TableName": name, "Key": {"pk": {"S": "counter"}}}},
        {"Get": {"TableName": name, "Key": {"pk": {"S": "nothing"}}}}])
    assert [response.get("Item", {}).get("n") for response in found["Responses"]] == [None, {"N": "1"}, None]
    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        dynamodb.transact_write_items(TransactItems=[{"Put": put}], ClientRequestToken="the-token")


def test_what_was_answered_outlives_a_kill(own_server):
    dynamodb = own_server.client("dynamodb")
    name = create(dynamodb, "durable")
    for number in range(20):
        dynamodb.put_item(TableName=name, Item={"pk": {"S": str(number)}})
    dynamodb.transact_write_items(TransactItems=[
        {"Put": {"TableName": name, "Item": {"pk": {"S": f"t{number}"}}}} for number in range(10)])
    own_server.restart()
    assert own_server.client("dynamodb").scan(TableName=name, Select="COUNT")["Count"] == 30


def test_policies_bound_the_leading_keys(server, dynamodb):
    name = create(dynamodb, "leading", sort="S")
    iam = server.client("iam")
    iam.create_user(UserName="leading")
    key = iam.create_access_key(UserName="leading")["AccessKey"]
    iam.put_user_policy(UserName="leading", PolicyName="own", PolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            "Resource": f"arn:aws:dynamodb:{REGION}:000000000000:table/{name}",
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}}]}))
    own = server.client("dynamodb", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    own.put_item(TableName=name, Item={"pk": {"S": "leading"}, "sk": {"S": "1"}})
    assert own.query(TableName=name, KeyConditionExpression="pk = :p",
                     ExpressionAttributeValues={":p": {"S": "leading"}})["Count"] == 1
    code, message = refusal(own.put_item, TableName=name, Item={"pk": {"S": "other"}, "sk": {"S": "1"}})
    assert code == "AccessDeniedException"
    assert "is not authorized to perform: dynamodb:PutItem" in message
    assert refusal(own.scan, TableName=name)[0] == "AccessDeniedException"
    assert refusal(own.get_item, TableName="no-such-table", Key={"pk": {"S": "a"}})[0] == "AccessDeniedException"


def test_what_is_not_there_answers_501_by_name(dynamodb):
    code, message = refusal(dynamodb.list_exports)
    assert (code, message) == ("NotImplemented", "Apus does not implement the operation ListExports of DynamoDB.")


def test_the_cli(server, dynamodb):
    name = create(dynamodb, "cli")
    command = ["aws", "dynamodb", "put-item", "--table-name", name, "--item", '{"pk": {"S": "a"}, "b": {"B": "aGVsbG8="}}']
    subprocess.run(command, check=True, env=server.environment())
    answer = subprocess.run(
        ["aws", "dynamodb", "get-item", "--table-name", name, "--key", '{"pk": {"S": "a"}}'],
        check=True, env=server.environment(), capture_output=True, text=True)
    assert json.loads(answer.stdout)["Item"]["pk"] == {"S": "a"}
