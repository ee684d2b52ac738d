"""Fills a data directory through a release's binary and packs it: script/make-fixture.

What is in it is checked by Tests/ApusServerTests/DataDirectory/FixtureTests.swift and test_data_directories.py. Part of it is
left in tables of the store (a clean stop), part in its log (a kill), as both are found in the wild.
"""

import json
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import time

binary, target = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
os.environ["APUS_TEST_BINARY"] = str(binary)

import functions  # noqa: E402
import images  # noqa: E402
from apus import Server, eventually  # noqa: E402

# Of the run, not of the data; or made again.
LEFT_OUT = {"lock", "runtime", "ballast", "functions", "environments", "runtimes", "admin"}
# A path that is recorded: the same on every machine.
LAYOUT = pathlib.Path("/tmp/apus-fixture-layout")
CODE = "def handler(event, context):\n    return {'fixture': event}\n"
STREAMED = """
def handler(event, context):
    print("streamed", [record["eventName"] for record in event["Records"]], flush=True)
"""


def queues(server):
    """A standard queue with a message of each kind, a FIFO queue with an open group, and a dead-letter queue."""
    sqs = server.client("sqs")
    dead = sqs.create_queue(QueueName="fixture-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    standard = sqs.create_queue(
        QueueName="fixture-standard", tags={"colour": "green"},
        Attributes={"VisibilityTimeout": "43200", "MessageRetentionPeriod": "1209600", "RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": arn, "maxReceiveCount": 5})})["QueueUrl"]
    sqs.send_message(QueueUrl=standard, MessageBody="in flight")
    assert sqs.receive_message(QueueUrl=standard)["Messages"][0]["Body"] == "in flight"
    sqs.send_message(QueueUrl=standard, MessageBody="delayed", DelaySeconds=900)
    sqs.send_message(
        QueueUrl=standard, MessageBody="waiting",
        MessageAttributes={"shape": {"DataType": "String", "StringValue": "round"}})
    fifo = sqs.create_queue(
        QueueName="fixture.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true", "MessageRetentionPeriod": "1209600",
                    "VisibilityTimeout": "43200"})["QueueUrl"]
    for body, group in [("a1", "a"), ("a2", "a"), ("b1", "b")]:
        sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId=group)
    assert sqs.receive_message(QueueUrl=fifo)["Messages"][0]["Body"] == "a1"
    # Since 2026-11-25.
    fair = sqs.create_queue(
        QueueName="fixture-fair", Attributes={"MessageRetentionPeriod": "1209600", "VisibilityTimeout": "43200"})["QueueUrl"]
    for body, group in [("fair a1", "a"), ("fair a2", "a"), ("fair b1", "b")]:
        sqs.send_message(QueueUrl=fair, MessageBody=body, MessageGroupId=group)
    assert sqs.receive_message(QueueUrl=fair)["Messages"][0]["Body"] == "fair a1"


def identities(server):
    iam = server.client("iam")
    iam.create_user(UserName="fixture-user", Path="/staff/")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="fixture-user", PolicyName="inline", PolicyDocument=document)
    return functions.create_role(server, "fixture-role")


def functions_and_logs(server, role):
    lambdas = functions.create(
        server, "fixture-function", role, functions.python(CODE), Environment={"Variables": {"SECRET": "fixture"}})
    sqs = server.client("sqs")
    source = sqs.create_queue(QueueName="fixture-source", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lambdas.create_event_source_mapping(FunctionName="fixture-function", EventSourceArn=arn, Enabled=False, BatchSize=7)
    logs = server.client("logs")
    logs.create_log_group(logGroupName="/fixture")
    logs.create_log_stream(logGroupName="/fixture", logStreamName="stream")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName="/fixture", logStreamName="stream", logEvents=[
        {"timestamp": now + number, "message": f"line {number}"} for number in range(3)])


def tables(server):
    """Since 2026-11-26: a table with indexes, a stream, expiry and tags, and a provisioned one."""
    client = server.client("dynamodb")
    arn = client.create_table(
        TableName="fixture-table", BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "colour", "Value": "green"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in
                              [("pk", "S"), ("sk", "N"), ("state", "S"), ("weight", "N")]],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-state", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}],
        LocalSecondaryIndexes=[{
            "IndexName": "by-weight", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "weight", "KeyType": "RANGE"}]}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["TableArn"]
    client.update_time_to_live(
        TableName="fixture-table", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    for number in range(5):
        client.put_item(TableName="fixture-table", Item={
            "pk": {"S": "a"}, "sk": {"N": str(number)}, "state": {"S": "even" if number % 2 == 0 else "odd"},
            "weight": {"N": str(-number)}, "data": {"M": {"list": {"L": [{"B": b"\x00\xff"}, {"NULL": True}, {"NS": ["1", "2.5"]}]}}},
            "expires": {"N": "4102444800"}})
    client.delete_item(TableName="fixture-table", Key={"pk": {"S": "a"}, "sk": {"N": "4"}})
    client.create_table(
        TableName="fixture-provisioned", ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        DeletionProtectionEnabled=True, KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "B"}])
    return arn


DURABLE = """
import boto3, os

def handler(event, context):
    state = event["InitialExecutionState"]["Operations"]
    callback = next((one for one in state if one["Type"] == "CALLBACK"), None)
    if callback and callback["Status"] == "SUCCEEDED":
        return {"Status": "SUCCEEDED", "Result": callback["CallbackDetails"]["Result"]}
    if not callback:
        boto3.client("lambda", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).checkpoint_durable_execution(
            DurableExecutionArn=event["DurableExecutionArn"], CheckpointToken=event["CheckpointToken"],
            Updates=[{"Id": "callback", "Name": "callback", "Type": "CALLBACK", "Action": "START"}])
    return {"Status": "PENDING"}
"""


def durable(server):
    """Since 2026-11-26: a durable execution that waits for a callback, for a year."""
    role = functions.create_role(server, "fixture-durable", permissions={
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    client = functions.create(
        server, "fixture-durable", role, functions.python(DURABLE), Timeout=30,
        DurableConfig={"ExecutionTimeout": 31_622_400, "RetentionPeriodInDays": 90})
    client.invoke(FunctionName="fixture-durable", Qualifier="$LATEST", InvocationType="Event", Payload=b'{"n": 1}',
                  DurableExecutionName="fixture")

    def waits():
        found = client.list_durable_executions_by_function(FunctionName="fixture-durable")["DurableExecutions"]
        if not found:
            return False
        events = client.get_durable_execution_history(DurableExecutionArn=found[0]["DurableExecutionArn"])["Events"]
        return {"CallbackStarted", "InvocationCompleted"} <= {event["EventType"] for event in events}

    assert eventually(waits)


def more_of_functions(server, role):
    """Since 2026-11-27: what belongs to functions, an image, SnapStart, a stream's checkpoint, an event that is tried again."""
    client = functions.create(
        server, "fixture-versions", role, functions.python(CODE), Tags={"colour": "green"},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})
    layer = client.publish_layer_version(
        LayerName="fixture-layer", Content={"ZipFile": functions.archive({"python/words.py": "WORD = 'layered'\n"})})
    client.add_layer_version_permission(
        LayerName="fixture-layer", VersionNumber=1, StatementId="all", Action="lambda:GetLayerVersion", Principal="*")
    client.publish_version(FunctionName="fixture-versions", Description="first")
    client.update_function_configuration(FunctionName="fixture-versions", Layers=[layer["LayerVersionArn"]])
    client.publish_version(FunctionName="fixture-versions", Description="second")
    client.create_alias(
        FunctionName="fixture-versions", Name="live", FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.25}})
    client.put_provisioned_concurrency_config(
        FunctionName="fixture-versions", Qualifier="2", ProvisionedConcurrentExecutions=1)
    client.put_function_concurrency(FunctionName="fixture-versions", ReservedConcurrentExecutions=5)
    client.create_function_url_config(FunctionName="fixture-versions", Qualifier="live", AuthType="NONE")
    client.add_permission(
        FunctionName="fixture-versions", Qualifier="live", StatementId="url", Action="lambda:InvokeFunctionUrl",
        Principal="*", FunctionUrlAuthType="NONE")
    client.put_function_event_invoke_config(
        FunctionName="fixture-versions", Qualifier="live", MaximumRetryAttempts=1, MaximumEventAgeInSeconds=600)
    signing = client.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [
        "arn:aws:signer:us-east-1:000000000000:/signing-profiles/fixture/v"]})["CodeSigningConfig"]
    client.put_function_code_signing_config(
        FunctionName="fixture-versions", CodeSigningConfigArn=signing["CodeSigningConfigArn"])
    functions.create(
        server, "fixture-snapped", role, functions.python(CODE), runtime="python3.12",
        SnapStart={"ApplyOn": "PublishedVersions"})
    client.publish_version(FunctionName="fixture-snapped")
    image(client, role)
    given_up(server, client, role)


def image(client, role):
    """Its layout is gone when the directory is opened: what it runs from is known by its digest."""
    layout = images.Layout(LAYOUT)
    layout.image("one", [images.layer([images.entry("file", b"x", 0o644)])], Entrypoint=["/file"])
    client.create_function(
        FunctionName="fixture-image", Role=role, PackageType="Image", Code={"ImageUri": f"oci:{LAYOUT}:one"},
        ImageConfig={"Command": ["app.handler"], "WorkingDirectory": "/tmp"})


def given_up(server, client, role):
    """An event that waits to be tried again, and is too old by the time that the directory is opened."""
    dead = server.client("sqs").create_queue(
        QueueName="fixture-given-up", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    functions.create(
        server, "fixture-failing", role, functions.python("def handler(event, context): raise KeyError(event)"),
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:fixture-given-up"})
    client.put_function_event_invoke_config(FunctionName="fixture-failing", MaximumEventAgeInSeconds=120)
    client.invoke(FunctionName="fixture-failing", InvocationType="Event", Payload=b'"too old"')
    assert eventually(lambda: functions.logged(server, "fixture-failing", "REPORT"))
    assert "Messages" not in server.client("sqs").receive_message(QueueUrl=dead)


def tenants_and_runtimes(server, role):
    """Since 2026-11-27b: an event of a tenant that waits to be tried again, as above, and a function that keeps its runtime."""
    client = functions.create(
        server, "fixture-next", role, functions.python("def handler(event, context): print('next for', context.tenant_id)"),
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
    functions.create(
        server, "fixture-tenants", role, functions.python("def handler(event, context): raise KeyError(event)"),
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
    client.put_function_event_invoke_config(
        FunctionName="fixture-tenants", MaximumEventAgeInSeconds=120, DestinationConfig={
            "OnFailure": {"Destination": "arn:aws:lambda:us-east-1:000000000000:function:fixture-next"}})
    client.invoke(FunctionName="fixture-tenants", InvocationType="Event", TenantId="blue", Payload=b'"too old"')
    assert eventually(lambda: functions.logged(server, "fixture-tenants", "REPORT"))
    functions.create(server, "fixture-managed", role, functions.python(CODE))
    version = client.get_function_configuration(FunctionName="fixture-managed")["RuntimeVersionConfig"]["RuntimeVersionArn"]
    client.put_runtime_management_config(
        FunctionName="fixture-managed", UpdateRuntimeOn="Manual", RuntimeVersionArn=version)


def more_of_tables(server):
    """Since 2026-11-27: backups, points in time, policies, insights, targets that scale, a stream that was read."""
    client = server.client("dynamodb")
    client.update_continuous_backups(
        TableName="fixture-table", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    arn = client.create_backup(TableName="fixture-table", BackupName="fixture")["BackupDetails"]["BackupArn"]
    assert eventually(lambda: client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"][
        "BackupStatus"] == "AVAILABLE")
    table = client.describe_table(TableName="fixture-provisioned")["Table"]["TableArn"]
    client.put_resource_policy(ResourceArn=table, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "fixture", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}]}))
    client.update_contributor_insights(TableName="fixture-table", ContributorInsightsAction="ENABLE")
    scaling = server.client("application-autoscaling")
    names = {"ServiceNamespace": "dynamodb", "ResourceId": "table/fixture-provisioned",
             "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
    scaling.register_scalable_target(MinCapacity=3, MaxCapacity=50, Tags={"colour": "green"}, **names)
    scaling.put_scaling_policy(
        PolicyName="fixture", PolicyType="TargetTrackingScaling", **names, TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}})
    lambdas = functions.create(
        server, "fixture-streamed", "arn:aws:iam::000000000000:role/fixture-durable", functions.python(STREAMED))
    mapping = lambdas.create_event_source_mapping(
        FunctionName="fixture-streamed", StartingPosition="TRIM_HORIZON",
        EventSourceArn=client.describe_table(TableName="fixture-table")["Table"]["LatestStreamArn"])["UUID"]
    assert eventually(lambda: functions.logged(server, "fixture-streamed", "streamed ['INSERT'"))
    lambdas.update_event_source_mapping(UUID=mapping, Enabled=False)
    assert eventually(lambda: lambdas.get_event_source_mapping(UUID=mapping)["State"] == "Disabled")


def more_of_the_rest(server):
    """Since 2026-11-27: a managed policy with an access key's user, settings of logs, a moved dead letter."""
    iam = server.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="fixture-policy", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="fixture-user", PolicyArn=policy)
    iam.create_access_key(UserName="fixture-user")
    logs = server.client("logs")
    logs.create_log_group(logGroupName="/fixture-settings")
    logs.put_retention_policy(logGroupName="/fixture-settings", retentionInDays=3653)
    logs.put_metric_filter(
        logGroupName="/fixture-settings", filterName="fixture", filterPattern="ERROR", metricTransformations=[
            {"metricName": "errors", "metricNamespace": "fixture", "metricValue": "1"}])
    sqs = server.client("sqs")
    dead = "arn:aws:sqs:us-east-1:000000000000:fixture-dead"
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="fixture-dead")["QueueUrl"], MessageBody="moved")
    sqs.start_message_move_task(
        SourceArn=dead, DestinationArn="arn:aws:sqs:us-east-1:000000000000:fixture-source")
    assert eventually(lambda: sqs.list_message_move_tasks(SourceArn=dead)["Results"][0]["Status"] == "COMPLETED")


def pack(data):
    target.parent.mkdir(parents=True, exist_ok=True)

    def clean(entry):
        name = os.path.basename(entry.name)
        if entry.name in LEFT_OUT or name.startswith(("LOG", "LOCK")):
            return None
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    # Messages expire and come due: those who look go by this time.
    with open(os.path.join(data, "made"), "w") as file:
        file.write(f"{int(time.time() * 1000)}\n")
    with tarfile.open(target, "w:gz") as archive:
        for name in sorted(os.listdir(data)):
            archive.add(os.path.join(data, name), arcname=name, filter=clean)
    assert target.stat().st_size < 200 << 10, f"{target} has {target.stat().st_size} bytes"


with tempfile.TemporaryDirectory() as folder:
    data = os.path.join(folder, "data")
    settings = ["--set", "functions.isolation=namespaces", "--set", f"functions.images={LAYOUT}"]
    server = Server(*settings, data=data)
    role = identities(server)
    functions_and_logs(server, role)
    tables(server)
    durable(server)
    try:
        more_of_functions(server, role)
    finally:
        shutil.rmtree(LAYOUT, ignore_errors=True)
    more_of_tables(server)
    tenants_and_runtimes(server, role)
    server.stop()
    server = Server(*settings, data=data)
    queues(server)
    more_of_the_rest(server)
    server.kill()
    pack(data)
print(f"{target}: {target.stat().st_size} bytes")
