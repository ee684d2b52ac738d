"""Backups of tables and recovery to a point in time under boto3, and after `kill -9`."""

import random
import threading
import time

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError

from apus import eventually
from test_dynamodb import create


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


def available(dynamodb, arn):
    def look():
        details = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
        return details["BackupStatus"] == "AVAILABLE"
    eventually(look)


def ready(dynamodb, table):
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def items(dynamodb, table):
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return {item["pk"]["S"]: item["n"]["N"] for page in pages for item in page["Items"]}


def fill(dynamodb, table, numbers, n):
    numbers = list(numbers)
    for start in range(0, len(numbers), 25):
        dynamodb.batch_write_item(RequestItems={table: [
            {"PutRequest": {"Item": {"pk": {"S": f"k{number}"}, "n": {"N": str(n)}}}}
            for number in numbers[start:start + 25]]})


def test_a_backup_is_listed_restored_and_deleted(dynamodb):
    create(dynamodb, "backup-source")
    fill(dynamodb, "backup-source", range(100), 1)
    made = dynamodb.create_backup(TableName="backup-source", BackupName="first")["BackupDetails"]
    assert made["BackupType"] == "USER"
    arn = made["BackupArn"]
    fill(dynamodb, "backup-source", range(200), 2)
    available(dynamodb, arn)
    listed = dynamodb.get_paginator("list_backups").paginate(TableName="backup-source").build_full_result()
    assert [backup["BackupArn"] for backup in listed["BackupSummaries"]] == [arn]
    source = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableDetails"]
    assert source["TableName"] == "backup-source" and source["ItemCount"] == 100
    dynamodb.delete_table(TableName="backup-source")
    made = dynamodb.restore_table_from_backup(TargetTableName="backup-target", BackupArn=arn)["TableDescription"]
    assert made["RestoreSummary"]["RestoreInProgress"] and made["RestoreSummary"]["SourceBackupArn"] == arn
    ready(dynamodb, "backup-target")
    assert items(dynamodb, "backup-target") == {f"k{number}": "1" for number in range(100)}
    deleted = dynamodb.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert deleted["BackupStatus"] == "DELETED"
    with pytest.raises(dynamodb.exceptions.BackupNotFoundException):
        dynamodb.describe_backup(BackupArn=arn)
    assert len(items(dynamodb, "backup-target")) == 100


def test_a_table_is_recovered_as_it_was(dynamodb):
    create(dynamodb, "recovery-source")
    with pytest.raises(dynamodb.exceptions.PointInTimeRecoveryUnavailableException):
        dynamodb.restore_table_to_point_in_time(
            SourceTableName="recovery-source", TargetTableName="recovery-none", UseLatestRestorableTime=True)
    dynamodb.update_continuous_backups(
        TableName="recovery-source",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3})
    fill(dynamodb, "recovery-source", range(50), 1)
    # Clients send times to the second or better.
    time.sleep(1.1)
    then = dynamodb.describe_continuous_backups(TableName="recovery-source")["ContinuousBackupsDescription"]
    then = then["PointInTimeRecoveryDescription"]
    assert then["PointInTimeRecoveryStatus"] == "ENABLED" and then["RecoveryPeriodInDays"] == 3
    time.sleep(1.1)
    fill(dynamodb, "recovery-source", range(25, 75), 2)
    dynamodb.delete_item(TableName="recovery-source", Key={"pk": {"S": "k0"}})
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="recovery-source", TargetTableName="recovery-then",
        RestoreDateTime=then["LatestRestorableDateTime"])
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="recovery-source", TargetTableName="recovery-now", UseLatestRestorableTime=True)
    ready(dynamodb, "recovery-then")
    ready(dynamodb, "recovery-now")
    assert items(dynamodb, "recovery-then") == {f"k{number}": "1" for number in range(50)}
    assert items(dynamodb, "recovery-now") == items(dynamodb, "recovery-source")
    with pytest.raises(ClientError) as error:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName="recovery-source", TargetTableName="recovery-never", RestoreDateTime=1_000_000_000)
    assert error.value.response["Error"]["Code"] == "InvalidRestoreTimeException"


def test_backups_and_restores_outlive_kills(own_server):
    """Nothing that is written after the backup was asked for is in it."""
    server, chance = own_server, random.Random(7)
    dynamodb = server.client("dynamodb")
    create(dynamodb, "killed")
    count = 2_000
    fill(dynamodb, "killed", range(count), 0)
    stopping = threading.Event()

    def write():
        client = server.client("dynamodb", retries=0, connect_timeout=2, read_timeout=5)
        while not stopping.is_set():
            try:
                fill(client, "killed", chance.sample(range(count + 200), 25), 1)
            except (botocore.exceptions.BotoCoreError, ClientError):
                time.sleep(0.01)

    arn = dynamodb.create_backup(TableName="killed", BackupName="killed")["BackupDetails"]["BackupArn"]
    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
        server.start()
    dynamodb = server.client("dynamodb")
    available(dynamodb, arn)
    dynamodb.restore_table_from_backup(TargetTableName="killed-again", BackupArn=arn)
    for _ in range(2):
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
        server.start()
    stopping.set()
    writer.join()
    dynamodb = server.client("dynamodb")
    ready(dynamodb, "killed-again")
    assert items(dynamodb, "killed-again") == {f"k{number}": "0" for number in range(count)}
    assert "1" in items(dynamodb, "killed").values()
