"""DynamoDB's workloads: items of 1 KB below 10,000 hash keys; for queries 100 items of 400 B below one."""

import json

from signed import client, raw

KEYS = 10_000
# With the other attributes and the names an item has 1 KB.
TEXT = "x" * 880
BATCH = 25


def key(number):
    return {"pk": {"S": f"customer#{number % KEYS:08}"}}


def item(number):
    return {
        **key(number), "text": {"S": TEXT}, "count": {"N": str(number)}, "price": {"N": "1234.56"},
        "active": {"BOOL": True}, "labels": {"SS": ["blue", "green"]}, "place": {"M": {"row": {"N": "7"}}}}


def table(url, name, *keys, **settings):
    """The table, empty or as an earlier round left it; made with a string key for each name."""
    service = client("dynamodb", url)
    try:
        service.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))], **settings)
    except service.exceptions.ResourceInUseException:
        return service
    service.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return service


def fill(service, name, items):
    for start in range(0, len(items), BATCH):
        left = {name: [{"PutRequest": {"Item": each}} for each in items[start:start + BATCH]]}
        while left:
            left = service.batch_write_item(RequestItems=left)["UnprocessedItems"]


def filled(url, keys=2_000):
    """A table with the keys that the requests name."""
    fill(table(url, "items", "pk"), "items", [item(number) for number in range(keys)])
    return range(0, keys, 4)


def ask(url, operation, members):
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    return raw(url, "/", "dynamodb", headers, json.dumps(members).encode())


def get(url):
    return [ask(url, "GetItem", {"TableName": "items", "Key": key(number), "ConsistentRead": True}) for number in filled(url)]


def puts(url, name, **more):
    """Each item four times, with another content each time: what changes nothing would cost nothing."""
    return [
        ask(url, "PutItem", {"TableName": name, "Item": {**item(number), "version": {"N": str(version)}}, **more})
        for version in range(4) for number in range(0, 2_000, 4)]


def put(url):
    table(url, "items", "pk")
    return puts(url, "items")


def put_told(url):
    """As `put`, into a table with a stream."""
    table(url, "told", "pk", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    return puts(url, "told")


def put_kept(url):
    """As `put`, into a table with recovery to a point in time."""
    table(url, "kept", "pk").update_continuous_backups(
        TableName="kept", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    return puts(url, "kept")


def put_if(url):
    filled(url)
    return puts(
        url, "items", ConditionExpression="attribute_exists(pk) AND #a = :yes", ExpressionAttributeNames={"#a": "active"},
        ExpressionAttributeValues={":yes": {"BOOL": True}})


def update_if(url):
    return [
        ask(url, "UpdateItem", {
            "TableName": "items",
            "Key": key(number), "UpdateExpression": "SET #c = #c + :one", "ConditionExpression": "#a = :yes",
            "ExpressionAttributeNames": {"#c": "count", "#a": "active"},
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":yes": {"BOOL": True}}})
        for number in filled(url)]


def query(url):
    service = table(url, "lists", "pk", "sk")
    text = "x" * 340
    for owner in range(20):
        fill(service, "lists", [
            {"pk": {"S": f"owner#{owner}"}, "sk": {"S": f"entry#{number:05}"}, "text": {"S": text},
             "count": {"N": str(number)}}
            for number in range(100)])
    return [
        ask(url, "Query", {
            "TableName": "lists", "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"owner#{owner}"}}})
        for owner in range(20)]


def batch_write(url):
    table(url, "items", "pk")
    return [
        ask(url, "BatchWriteItem", {
            "RequestItems": {"items": [{"PutRequest": {"Item": item(start + step)}} for step in range(BATCH)]}})
        for start in range(0, KEYS, BATCH)]


def transact_write(url):
    table(url, "items", "pk")
    return [
        ask(url, "TransactWriteItems", {
            "TransactItems": [{"Put": {"TableName": "items", "Item": item(start + step)}} for step in range(10)]})
        for start in range(0, KEYS, 10)]
