"""Backups of tables, and recovery to a point in time, through boto3; and after `kill -9`."""

import random
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from apus import eventually

ACTIVE = {"Delay": 1, "MaxAttempts": 30}


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


def create(dynamodb, name):
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "state")],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-state", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}])


def put(dynamodb, name, number, state):
    dynamodb.put_item(TableName=name, Item={"pk": {"S": str(number)}, "state": {"S": state}})


def items(dynamodb, name):
    pages = dynamodb.get_paginator("scan").paginate(TableName=name)
    return {item["pk"]["S"]: item["state"]["S"] for page in pages for item in page["Items"]}


def test_a_backup_is_restored_as_it_was(dynamodb):
    create(dynamodb, "backed-up")
    for number in range(30):
        put(dynamodb, "backed-up", number, "old")
    backup = dynamodb.create_backup(TableName="backed-up", BackupName="first")["BackupDetails"]
    put(dynamodb, "backed-up", 0, "new")
    put(dynamodb, "backed-up", 99, "new")
    dynamodb.delete_item(TableName="backed-up", Key={"pk": {"S": "1"}})
    arn = backup["BackupArn"]
    described = eventually(lambda: (
        lambda found: found if found["BackupDetails"]["BackupStatus"] == "AVAILABLE" else None)(
            dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]))
    assert described["SourceTableDetails"]["ItemCount"] == 30
    assert [one["IndexName"] for one in described["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"]] == ["by-state"]
    assert [one["BackupName"] for one in dynamodb.list_backups(TableName="backed-up")["BackupSummaries"]] == ["first"]
    dynamodb.delete_table(TableName="backed-up")

    made = dynamodb.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)["TableDescription"]
    assert (made["TableStatus"], made["RestoreSummary"]["SourceBackupArn"]) == ("CREATING", arn)
    dynamodb.get_waiter("table_exists").wait(TableName="restored", WaiterConfig=ACTIVE)
    assert items(dynamodb, "restored") == {str(number): "old" for number in range(30)}
    found = dynamodb.query(
        TableName="restored", IndexName="by-state",
        KeyConditions={"state": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "old"}]}})
    assert found["Count"] == 30
    dynamodb.delete_backup(BackupArn=arn)
    with pytest.raises(ClientError) as error:
        dynamodb.describe_backup(BackupArn=arn)
    assert error.value.response["Error"]["Code"] == "BackupNotFoundException"


def test_a_table_is_had_as_it_was_at_a_second(dynamodb):
    create(dynamodb, "recovered")
    before = dynamodb.describe_continuous_backups(TableName="recovered")["ContinuousBackupsDescription"]
    assert before["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    put(dynamodb, "recovered", 0, "first")
    dynamodb.update_continuous_backups(
        TableName="recovered",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7})
    put(dynamodb, "recovered", 1, "first")
    time.sleep(1.1)
    moment = int(time.time())
    time.sleep(1.1)
    put(dynamodb, "recovered", 0, "second")
    dynamodb.delete_item(TableName="recovered", Key={"pk": {"S": "1"}})
    now = dynamodb.describe_continuous_backups(TableName="recovered")["ContinuousBackupsDescription"]
    assert now["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="recovered", TargetTableName="recovered-then", RestoreDateTime=moment)
    dynamodb.get_waiter("table_exists").wait(TableName="recovered-then", WaiterConfig=ACTIVE)
    assert items(dynamodb, "recovered-then") == {"0": "first", "1": "first"}
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="recovered", TargetTableName="recovered-now", UseLatestRestorableTime=True)
    dynamodb.get_waiter("table_exists").wait(TableName="recovered-now", WaiterConfig=ACTIVE)
    assert items(dynamodb, "recovered-now") == {"0": "second"}


def fill(dynamodb, name, numbers, state):
    numbers = list(numbers)
    for start in range(0, len(numbers), 25):
        dynamodb.batch_write_item(RequestItems={name: [
            {"PutRequest": {"Item": {"pk": {"S": str(number)}, "state": {"S": state}}}}
            for number in numbers[start:start + 25]]})


def kill_a_few_times(server, chance, times):
    for _ in range(times):
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
        server.start()


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_backups_and_restores_outlive_kills(own_server, seed):
    """Nothing that is written after the backup was asked for is in it."""
    server, chance, count = own_server, random.Random(seed), 2_000
    create(server.client("dynamodb"), "killed")
    fill(server.client("dynamodb"), "killed", range(count), "old")
    stopping = threading.Event()

    def write():
        client = server.client("dynamodb", retries=0, connect_timeout=2, read_timeout=5)
        while not stopping.is_set():
            try:
                fill(client, "killed", chance.sample(range(count + 200), 25), "new")
            except (BotoCoreError, ClientError):
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    made = server.client("dynamodb").create_backup(TableName="killed", BackupName="killed")
    arn = made["BackupDetails"]["BackupArn"]
    writer.start()
    try:
        kill_a_few_times(server, chance, 3)
        eventually(lambda: server.client("dynamodb").describe_backup(
            BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "AVAILABLE")
        server.client("dynamodb").restore_table_from_backup(TargetTableName="killed-again", BackupArn=arn)
        kill_a_few_times(server, chance, 2)
    finally:
        stopping.set()
        writer.join()
    dynamodb = server.client("dynamodb")
    dynamodb.get_waiter("table_exists").wait(TableName="killed-again", WaiterConfig=ACTIVE)
    assert items(dynamodb, "killed-again") == {str(number): "old" for number in range(count)}, f"seed {seed}"
    assert "new" in items(dynamodb, "killed").values()
