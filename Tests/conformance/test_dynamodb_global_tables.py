"""Global tables of version 2017.11.29 and the auto scaling of replicas, through boto3."""

import pytest

from apus import eventually
from test_dynamodb_replicas import replicas, scale_writes

HERE, THERE = "us-east-1", "eu-west-2"
WRITES = {
    "MinimumUnits": 10, "MaximumUnits": 100, "AutoScalingDisabled": False,
    "ScalingPolicyUpdate": {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 80.0}}}


def create(dynamodb, name):
    return dynamodb.create_table(
        TableName=name, KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 5},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})


def test_tables_are_joined_changed_together_and_parted(server):
    here, there = (server.client("dynamodb", region=region) for region in (HERE, THERE))
    create(here, "joined")
    with pytest.raises(here.exceptions.TableNotFoundException):
        here.create_global_table(
            GlobalTableName="joined", ReplicationGroup=[{"RegionName": HERE}, {"RegionName": THERE}])
    create(there, "joined")
    made = here.create_global_table(GlobalTableName="joined", ReplicationGroup=[{"RegionName": HERE}])
    assert made["GlobalTableDescription"]["GlobalTableStatus"] == "CREATING"
    changed = here.update_global_table(
        GlobalTableName="joined", ReplicaUpdates=[{"Create": {"RegionName": THERE}}])["GlobalTableDescription"]
    assert changed["ReplicationGroup"] == [{"RegionName": THERE}, {"RegionName": HERE}]
    item = {"pk": {"S": "a"}}
    here.put_item(TableName="joined", Item=item)
    assert there.get_item(TableName="joined", Key=item)["Item"] == item
    assert there.describe_table(TableName="joined")["Table"]["GlobalTableVersion"] == "2017.11.29"
    assert "joined" in [one["GlobalTableName"] for one in there.list_global_tables(RegionName=THERE)["GlobalTables"]]
    here.update_global_table_settings(
        GlobalTableName="joined", GlobalTableProvisionedWriteCapacityUnits=15,
        ReplicaSettingsUpdate=[{"RegionName": THERE, "ReplicaProvisionedReadCapacityUnits": 20}])
    settings = there.describe_global_table_settings(GlobalTableName="joined")["ReplicaSettings"]
    assert settings == [{
        "RegionName": region, "ReplicaStatus": "ACTIVE", "ReplicaProvisionedReadCapacityUnits": reads,
        "ReplicaProvisionedReadCapacityAutoScalingSettings": {"AutoScalingDisabled": True},
        "ReplicaProvisionedWriteCapacityUnits": 15,
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": {"AutoScalingDisabled": True},
    } for region, reads in ((THERE, 20), (HERE, 10))]
    here.update_global_table(GlobalTableName="joined", ReplicaUpdates=[
        {"Delete": {"RegionName": region}} for region in (HERE, THERE)])
    with pytest.raises(here.exceptions.GlobalTableNotFoundException):
        here.describe_global_table(GlobalTableName="joined")
    here.delete_item(TableName="joined", Key=item)
    assert there.get_item(TableName="joined", Key=item)["Item"] == item


def test_auto_scaling_of_a_table_is_application_auto_scalings(server):
    dynamodb = server.client("dynamodb", region=HERE)
    create(dynamodb, "scaled-replicas")
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException, match="Global table with name"):
        dynamodb.describe_table_replica_auto_scaling(TableName="scaled-replicas")
    scale_writes(server.client("application-autoscaling", region=HERE), "scaled-replicas")
    dynamodb.update_table(TableName="scaled-replicas", ReplicaUpdates=[{"Create": {"RegionName": THERE}}])
    assert eventually(lambda: replicas(dynamodb, "scaled-replicas") == {THERE: "ACTIVE"})
    dynamodb.update_table_replica_auto_scaling(
        TableName="scaled-replicas", ProvisionedWriteCapacityAutoScalingUpdate=WRITES)
    told = dynamodb.describe_table_replica_auto_scaling(TableName="scaled-replicas")["TableAutoScalingDescription"]
    assert told == {"TableName": "scaled-replicas", "TableStatus": "ACTIVE", "Replicas": [{
        "RegionName": region, "GlobalSecondaryIndexes": [], "ReplicaStatus": "ACTIVE",
        "ReplicaProvisionedReadCapacityAutoScalingSettings": {"AutoScalingDisabled": True},
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": {
            "MinimumUnits": 10, "MaximumUnits": 100,
            "AutoScalingRoleArn": "arn:aws:iam::000000000000:role/aws-service-role/"
            "dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
            "ScalingPolicies": [{
                "PolicyName": "DynamoDBWriteCapacityUtilization:table/scaled-replicas",
                "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 80.0}}]}} for region in sorted((HERE, THERE))]}
    targets = server.client("application-autoscaling", region=HERE).describe_scalable_targets(
        ServiceNamespace="dynamodb", ResourceIds=["table/scaled-replicas"])["ScalableTargets"]
    assert [(one["ScalableDimension"], one["MinCapacity"]) for one in targets] == [
        ("dynamodb:table:WriteCapacityUnits", 10)]
