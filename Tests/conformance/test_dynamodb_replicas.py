"""Global tables of version 2019.11.21, through boto3: one server is all of their regions."""

import pytest
from botocore.exceptions import ClientError

from apus import REGION, eventually
from test_dynamodb import create

OTHER = "eu-central-1"


def replicate(dynamodb, name, action="Create"):
    return dynamodb.update_table(
        TableName=name, ReplicaUpdates=[{action: {"RegionName": OTHER}}])["TableDescription"]


def replicas(dynamodb, name):
    table = dynamodb.describe_table(TableName=name)["Table"]
    return {replica["RegionName"]: replica["ReplicaStatus"] for replica in table.get("Replicas", [])}


def test_a_table_is_replicated_to_another_region_and_back(server):
    here, there = server.client("dynamodb"), server.client("dynamodb", region=OTHER)
    create(here, "replicated")
    for number in range(30):
        here.put_item(TableName="replicated", Item={"pk": {"S": f"k{number}"}, "n": {"N": str(number)}})
    made = replicate(here, "replicated")
    assert (made["TableStatus"], made["GlobalTableVersion"]) == ("UPDATING", "2019.11.21")
    assert made["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    there.get_waiter("table_exists").wait(TableName="replicated", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert eventually(lambda: replicas(here, "replicated") == {OTHER: "ACTIVE"})
    assert replicas(there, "replicated") == {REGION: "ACTIVE"}
    assert there.scan(TableName="replicated")["Count"] == 30

    there.update_item(
        TableName="replicated", Key={"pk": {"S": "k1"}}, UpdateExpression="ADD n :more",
        ExpressionAttributeValues={":more": {"N": "5"}})
    assert here.get_item(TableName="replicated", Key={"pk": {"S": "k1"}})["Item"]["n"] == {"N": "6"}
    here.transact_write_items(TransactItems=[
        {"Delete": {"TableName": "replicated", "Key": {"pk": {"S": "k1"}}}},
        {"Put": {"TableName": "replicated", "Item": {"pk": {"S": "new"}}}}])
    assert "Item" not in there.get_item(TableName="replicated", Key={"pk": {"S": "k1"}})
    assert "Item" in there.get_item(TableName="replicated", Key={"pk": {"S": "new"}})

    with pytest.raises(ClientError, match="acted as a source region for new replica"):
        here.delete_table(TableName="replicated")
    gone = replicate(here, "replicated", "Delete")
    assert [replica["ReplicaStatus"] for replica in gone["Replicas"]] == ["DELETING"]
    there.get_waiter("table_not_exists").wait(TableName="replicated", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert replicas(here, "replicated") == {}
    here.delete_table(TableName="replicated")
