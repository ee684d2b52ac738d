"""Data directories of earlier releases open in this one, and those of newer releases are refused with a sentence.

What expires is checked by Tests/ApusServerTests/DataDirectory/FixtureTests.swift, by the clock of the day.
"""

import json
import os
import pathlib
import subprocess
import tarfile
import time

import pytest

import functions
from apus import ACCOUNT, BINARY, REGION, ROOT, Server, eventually

FIXTURES = sorted((ROOT / "Tests" / "Fixtures" / "data").glob("*.tar.gz"))


@pytest.fixture(params=FIXTURES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def opened(request, tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with tarfile.open(request.param) as archive:
        archive.extractall(data)
    server = Server(data=str(data))
    server.release = request.param.name.removesuffix(".tar.gz")
    server.opened = time.time()
    server.made = int((data / "made").read_text()) / 1000
    yield server
    server.stop()


def test_everything_that_an_earlier_release_wrote_is_there(opened):
    # The root key test/test opens: it was sealed with the directory's master key.
    sqs = opened.client("sqs")
    names = {url.rsplit("/", 1)[1] for url in sqs.list_queues()["QueueUrls"]}
    # The fair one is in directories since 2026-11-25, the other since 2026-11-27.
    assert names - {"fixture-fair", "fixture-given-up"} == {"fixture-standard", "fixture-dead", "fixture.fifo", "fixture-source"}
    url = sqs.get_queue_url(QueueName="fixture-standard")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "43200"
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 5
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"colour": "green"}
    check_identities(opened)
    check_functions(opened)
    check_logs(opened)
    if opened.release >= "2026-11-26":
        check_tables(opened)
        check_durable(opened)
    if opened.release >= "2026-11-27":
        check_what_belongs_to_functions(opened)
        check_image_snapshot_and_events(opened)
        check_what_belongs_to_tables(opened)
        check_the_rest(opened)
    if opened.release >= "2026-11-27b":
        check_tenants_and_runtimes(opened)
    # And it goes on.
    sqs.send_message(QueueUrl=url, MessageBody="new")
    opened.restart()
    bodies = [message["Body"] for message in opened.client("sqs").receive_message(
        QueueUrl=url.replace(url.split("/")[2], opened.endpoint.split("/")[2]), MaxNumberOfMessages=10)["Messages"]]
    assert "new" in bodies


def check_identities(server):
    iam = server.client("iam")
    assert [user["Path"] for user in iam.list_users()["Users"]] == ["/staff/"]
    policy = iam.get_user_policy(UserName="fixture-user", PolicyName="inline")["PolicyDocument"]
    assert policy["Statement"][0]["Action"] == "sqs:SendMessage"
    assert iam.get_role(RoleName="fixture-role")["Role"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/fixture-role"


def check_functions(server):
    lambdas = server.client("lambda")
    answer = lambdas.invoke(FunctionName="fixture-function", Payload=json.dumps(7))
    assert json.loads(answer["Payload"].read()) == {"fixture": 7}
    configuration = lambdas.get_function_configuration(FunctionName="fixture-function")
    assert configuration["Environment"]["Variables"] == {"SECRET": "fixture"}
    mapping, = lambdas.list_event_source_mappings(FunctionName="fixture-function")["EventSourceMappings"]
    assert mapping["EventSourceArn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:fixture-source"
    assert (mapping["State"], mapping["BatchSize"]) == ("Disabled", 7)


def check_logs(server):
    logs = server.client("logs")
    events = logs.get_log_events(logGroupName="/fixture", logStreamName="stream", startFromHead=True)["events"]
    assert [event["message"] for event in events] == ["line 0", "line 1", "line 2"]


def check_tables(server):
    client = server.client("dynamodb")
    assert client.list_tables()["TableNames"] == ["fixture-provisioned", "fixture-table"]
    table = client.describe_table(TableName="fixture-table")["Table"]
    assert (table["TableStatus"], table["ItemCount"]) == ("ACTIVE", 4)
    assert table["LatestStreamArn"] == f"{table['TableArn']}/stream/{table['LatestStreamLabel']}"
    assert client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == [{"Key": "colour", "Value": "green"}]
    expiry = client.describe_time_to_live(TableName="fixture-table")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    item = client.get_item(TableName="fixture-table", Key={"pk": {"S": "a"}, "sk": {"N": "3"}})["Item"]
    assert item["data"]["M"]["list"]["L"] == [{"B": b"\x00\xff"}, {"NULL": True}, {"NS": ["1", "2.5"]}]

    def numbers(index, key, value):
        found = client.query(
            TableName="fixture-table", IndexName=index,
            KeyConditions={key: {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]}})
        return [item["sk"]["N"] for item in found["Items"]]

    assert sorted(numbers("by-state", "state", "odd")) == ["1", "3"]
    assert numbers("by-weight", "pk", "a") == ["3", "2", "1", "0"]
    # What this release adds to a table's record is added to an old one.
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}]})
    client.put_resource_policy(ResourceArn=table["TableArn"], Policy=policy)
    assert client.get_resource_policy(ResourceArn=table["TableArn"])["Policy"] == policy
    provisioned = client.describe_table(TableName="fixture-provisioned")["Table"]
    assert provisioned["DeletionProtectionEnabled"] and provisioned["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def check_durable(server):
    """A durable execution goes on when its callback comes, unless that took longer than a year."""
    if not os.environ.get("APUS_FUNCTIONS_PYTHON_LIBRARIES") or time.time() - server.made > 300 * 86400:
        return
    client = server.client("lambda")
    execution, = client.list_durable_executions_by_function(FunctionName="fixture-durable")["DurableExecutions"]
    assert (execution["DurableExecutionName"], execution["Status"]) == ("fixture", "RUNNING")
    arn = execution["DurableExecutionArn"]
    events = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
    callback = next(event for event in events if event["EventType"] == "CallbackStarted")
    client.send_durable_execution_callback_success(
        CallbackId=callback["CallbackStartedDetails"]["CallbackId"], Result=b'"called"')
    found = eventually(lambda: (lambda now: now if now["Status"] != "RUNNING" else None)(
        client.get_durable_execution(DurableExecutionArn=arn)))
    assert (found["Status"], found["Result"]) == ("SUCCEEDED", '"called"')


def check_what_belongs_to_functions(server):
    client = server.client("lambda")
    name = {"FunctionName": "fixture-versions"}
    versions = client.list_versions_by_function(**name)["Versions"]
    assert [(one["Version"], one["Description"]) for one in versions] == [("$LATEST", ""), ("1", "first"), ("2", "second")]
    assert ["Layers" in one for one in versions] == [True, False, True]
    assert versions[0]["VpcConfig"]["SubnetIds"] == ["subnet-1"]
    alias = client.get_alias(**name, Name="live")
    assert (alias["FunctionVersion"], alias["RoutingConfig"]) == ("2", {"AdditionalVersionWeights": {"1": 0.25}})
    assert json.loads(client.invoke(**name, Qualifier="live", Payload=b"1")["Payload"].read()) == {"fixture": 1}
    found = client.get_function(**name)
    assert (found["Tags"], found["Concurrency"]) == ({"colour": "green"}, {"ReservedConcurrentExecutions": 5})
    assert eventually(lambda: client.get_provisioned_concurrency_config(**name, Qualifier="2")["Status"] == "READY")
    assert client.get_function_url_config(**name, Qualifier="live")["AuthType"] == "NONE"
    statement, = json.loads(client.get_policy(**name, Qualifier="live")["Policy"])["Statement"]
    assert statement["Sid"] == "url"
    assert client.get_function_event_invoke_config(**name, Qualifier="live")["MaximumEventAgeInSeconds"] == 600
    signing = client.get_function_code_signing_config(**name)["CodeSigningConfigArn"]
    assert client.list_functions_by_code_signing_config(CodeSigningConfigArn=signing)["FunctionArns"]
    assert client.get_layer_version(LayerName="fixture-layer", VersionNumber=1)["Content"]["CodeSize"] > 0
    assert "GetLayerVersion" in client.get_layer_version_policy(LayerName="fixture-layer", VersionNumber=1)["Policy"]


def check_image_snapshot_and_events(server):
    client = server.client("lambda")
    image = client.get_function(FunctionName="fixture-image")
    assert image["Configuration"]["PackageType"] == "Image"
    assert image["Configuration"]["ImageConfigResponse"]["ImageConfig"] == {
        "Command": ["app.handler"], "WorkingDirectory": "/tmp"}
    assert image["Code"]["ResolvedImageUri"].endswith("@sha256:" + image["Configuration"]["CodeSha256"])
    # It is initialised anew, where there is the runtime.
    assert eventually(lambda: client.get_function_configuration(
        FunctionName="fixture-snapped", Qualifier="1")["State"] in ("Active", "Failed"))
    # It was to be tried again, and is too old by now: its queue is told.
    sqs = server.client("sqs")
    url = sqs.get_queue_url(QueueName="fixture-given-up")["QueueUrl"]
    message = eventually(lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages"))[0]
    assert message["Body"] == '"too old"'


def check_what_belongs_to_tables(server):
    client = server.client("dynamodb")
    backup, = client.list_backups(TableName="fixture-table")["BackupSummaries"]
    assert (backup["BackupName"], backup["BackupStatus"]) == ("fixture", "AVAILABLE")
    client.restore_table_from_backup(TargetTableName="fixture-restored", BackupArn=backup["BackupArn"])
    client.get_waiter("table_exists").wait(TableName="fixture-restored", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert client.scan(TableName="fixture-restored")["Count"] == 4
    points = client.describe_continuous_backups(TableName="fixture-table")["ContinuousBackupsDescription"]
    assert points["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    table = client.describe_table(TableName="fixture-provisioned")["Table"]["TableArn"]
    assert json.loads(client.get_resource_policy(ResourceArn=table)["Policy"])["Statement"][0]["Sid"] == "fixture"
    insights = client.describe_contributor_insights(TableName="fixture-table")
    assert insights["ContributorInsightsStatus"] == "ENABLED"
    scaling = server.client("application-autoscaling")
    target, = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == ("table/fixture-provisioned", 3, 50)
    policy, = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    assert policy["PolicyName"] == "fixture"
    # The mapping of the stream goes on.
    lambdas = server.client("lambda")
    mapping, = lambdas.list_event_source_mappings(FunctionName="fixture-streamed")["EventSourceMappings"]
    assert (mapping["State"], mapping["StartingPosition"]) == ("Disabled", "TRIM_HORIZON")
    lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    client.put_item(TableName="fixture-table", Item={"pk": {"S": "new"}, "sk": {"N": "1"}})
    client.delete_item(TableName="fixture-table", Key={"pk": {"S": "new"}, "sk": {"N": "1"}})
    logs = server.client("logs")
    assert eventually(lambda: any("REMOVE" in event["message"] for event in logs.filter_log_events(
        logGroupName="/aws/lambda/fixture-streamed", startTime=int(server.opened * 1000))["events"]))


def check_tenants_and_runtimes(server):
    client = server.client("lambda")
    assert client.get_function_configuration(FunctionName="fixture-tenants")["TenancyConfig"] == {
        "TenantIsolationMode": "PER_TENANT"}
    # The tenant's event was to be tried again, and is too old by now: its destination is told, for the same tenant.
    assert eventually(lambda: functions.logged(server, "fixture-next", "next") == ["next for blue"])
    managed = client.get_runtime_management_config(FunctionName="fixture-managed")
    assert managed["UpdateRuntimeOn"] == "Manual"
    assert managed["RuntimeVersionArn"].startswith(f"arn:aws:lambda:{REGION}::runtime:")


def check_the_rest(server):
    iam = server.client("iam")
    attached, = iam.list_attached_user_policies(UserName="fixture-user")["AttachedPolicies"]
    assert attached["PolicyName"] == "fixture-policy"
    assert len(iam.list_access_keys(UserName="fixture-user")["AccessKeyMetadata"]) == 1
    logs = server.client("logs")
    group, = logs.describe_log_groups(logGroupNamePrefix="/fixture-settings")["logGroups"]
    assert (group["retentionInDays"], group["metricFilterCount"]) == (3653, 1)
    metric, = logs.describe_metric_filters(logGroupName="/fixture-settings")["metricFilters"]
    assert (metric["filterName"], metric["filterPattern"]) == ("fixture", "ERROR")


def refusal(data):
    done = subprocess.run([str(BINARY), "dev", "--port", "0", "--data", str(data)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 65
    return done.stderr


@pytest.fixture
def stopped(own_server):
    own_server.kill()
    yield pathlib.Path(own_server.data)


def test_a_newer_layout_is_refused_with_both_numbers(stopped):
    (stopped / "format").write_text("apus store 2\n")
    assert "store format 2; this release reads up to 1" in refusal(stopped)


def test_a_newer_releases_keys_are_refused_with_both_versions(stopped):
    (stopped / "schema").write_text("apus 9.8.7\n2010 1\n7fff 1\n")
    sentence = refusal(stopped)
    assert "apus 9.8.7 may hold keys with the tag 7fff" in sentence and "This is apus 0." in sentence


def test_a_newer_releases_records_are_refused_with_both_versions(stopped):
    (stopped / "schema").write_text("apus 9.8.7\n2010 99\n")
    sentence = refusal(stopped)
    assert "apus 9.8.7 may hold records of version 99 under the key tag 2010" in sentence
    assert "This is apus 0." in sentence


def test_a_backup_of_a_newer_release_is_refused_with_both_versions(stopped, tmp_path):
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "manifest").write_text("apus backup 2\n")
    done = subprocess.run([str(BINARY), "restore", str(folder), "--data", str(tmp_path / "data")],
                          capture_output=True, text=True)
    assert done.returncode == 65 and "backup format 2; this release reads up to 1" in done.stderr
    assert not (tmp_path / "data").exists()
