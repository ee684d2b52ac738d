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


def scale_writes(scaling, name):
    capacity = {
        "ServiceNamespace": "dynamodb", "ResourceId": f"table/{name}", "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
    scaling.register_scalable_target(**capacity, MinCapacity=1, MaxCapacity=10)
    scaling.put_scaling_policy(
        **capacity, PolicyName="writes", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}})


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


def test_a_provisioned_table_has_replicas_once_its_writes_scale(server):
    here, there = server.client("dynamodb"), server.client("dynamodb", region=OTHER)
    create(here, "scaled", BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    with pytest.raises(ClientError, match="Table write capacity should either be Pay-Per-Request or AutoScaled"):
        replicate(here, "scaled")
    scale_writes(server.client("application-autoscaling"), "scaled")
    here.update_table(TableName="scaled", ReplicaUpdates=[
        {"Create": {"RegionName": OTHER, "ProvisionedThroughputOverride": {"ReadCapacityUnits": 7}}}])
    assert eventually(lambda: replicas(here, "scaled") == {OTHER: "ACTIVE"})
    described = there.describe_table(TableName="scaled")["Table"]["ProvisionedThroughput"]
    assert (described["ReadCapacityUnits"], described["WriteCapacityUnits"]) == (7, 5)
    replica = here.describe_table(TableName="scaled")["Table"]["Replicas"][0]
    assert replica["ProvisionedThroughputOverride"] == {"ReadCapacityUnits": 7}
    found = server.client("application-autoscaling", region=OTHER).describe_scalable_targets(ServiceNamespace="dynamodb")
    assert [target["ResourceId"] for target in found["ScalableTargets"]] == ["table/scaled"]


def test_a_group_with_strong_consistency_comes_and_goes_with_its_witness(server):
    here, there = server.client("dynamodb"), server.client("dynamodb", region=OTHER)
    create(here, "strong")
    made = here.update_table(
        TableName="strong", MultiRegionConsistency="STRONG", ReplicaUpdates=[{"Create": {"RegionName": OTHER}}],
        GlobalTableWitnessUpdates=[{"Create": {"RegionName": "eu-north-1"}}])["TableDescription"]
    assert made["MultiRegionConsistency"] == "STRONG"
    assert eventually(lambda: replicas(here, "strong") == {OTHER: "ACTIVE"})
    assert here.describe_table(TableName="strong")["Table"]["GlobalTableWitnesses"] == [
        {"RegionName": "eu-north-1", "WitnessStatus": "ACTIVE"}]
    there.put_item(TableName="strong", Item={"pk": {"S": "a"}})
    assert "Item" in here.get_item(TableName="strong", Key={"pk": {"S": "a"}}, ConsistentRead=True)
    with pytest.raises(ClientError, match="ValidationException"):
        here.transact_write_items(TransactItems=[{"Put": {"TableName": "strong", "Item": {"pk": {"S": "b"}}}}])
    with pytest.raises(ClientError, match="Deletion of only one table replica is not supported"):
        there.delete_table(TableName="strong")
    here.update_table(
        TableName="strong", ReplicaUpdates=[{"Delete": {"RegionName": OTHER}}],
        GlobalTableWitnessUpdates=[{"Delete": {"RegionName": "eu-north-1"}}])
    assert replicas(here, "strong") == {}
    here.delete_table(TableName="strong")
