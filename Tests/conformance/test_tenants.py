"""Tenant isolation (TenancyConfig), through boto3 and the aws CLI.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html and the pages below it.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import functions
import pytest
from apus import eventually

ISOLATED = {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}
MISSING = ("The invoked function is enabled with tenancy configuration. "
           "Add a valid tenant ID in your request and try again.")

# Answers what its environment is called, whom it serves now, and everybody whom it has ever served.
SOURCE = """
import os
process, seen = os.urandom(8).hex(), []
def handler(event, context):
    seen.append(context.tenant_id)
    return {"process": process, "tenant": context.tenant_id, "seen": sorted(set(seen))}
"""


def run(client, name, tenant, **settings):
    answer = client.invoke(FunctionName=name, TenantId=tenant, **settings)
    return json.load(answer["Payload"])


def refusal(operation, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        operation(**arguments)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_an_environment_serves_one_tenant(server, role):
    client = functions.create(server, "tenants", role, functions.python(SOURCE), **ISOLATED)
    blue, green, again = (run(client, "tenants", tenant) for tenant in ("blue", "green", "blue"))
    assert blue["seen"] == again["seen"] == ["blue"] and green["seen"] == ["green"]
    assert blue["process"] == again["process"] != green["process"]
    # A version and an alias of it serve the same tenants in environments of their own.
    version = client.publish_version(FunctionName="tenants")["Version"]
    client.create_alias(FunctionName="tenants", Name="live", FunctionVersion=version)
    live = run(client, "tenants:live", "blue")
    assert live["seen"] == ["blue"] and live["process"] != blue["process"]
    assert run(client, "tenants", "blue", Qualifier=version)["process"] == live["process"]


def test_many_tenants_at_once_do_not_meet(server, role):
    client = functions.create(server, "crowd", role, functions.python(SOURCE), **ISOLATED)

    def one(number):
        tenant = f"t{number % 12}"
        answer = run(client, "crowd", tenant)
        assert answer["tenant"] == tenant and answer["seen"] == [tenant]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(240)))


def test_who_a_function_is_invoked_for_is_checked(server, role):
    client = functions.create(server, "asked", role, functions.python(SOURCE), **ISOLATED)
    for kind in ("RequestResponse", "Event", "DryRun"):
        assert refusal(client.invoke, FunctionName="asked", InvocationType=kind) == (
            "InvalidParameterValueException", MISSING)
    assert refusal(client.invoke_with_response_stream, FunctionName="asked") == (
        "InvalidParameterValueException", MISSING)
    assert refusal(client.invoke_async, FunctionName="asked", InvokeArgs=b"{}") == (
        "InvalidParameterValueException", MISSING)
    for tenant in ("a!b", "ü", "x" * 257):
        code, message = refusal(client.invoke, FunctionName="asked", TenantId=tenant)
        assert code == "ValidationException" and "'tenantId' failed to satisfy constraint" in message
    for tenant in ("x" * 256, "a.b_c:d/e=f+g-h@i j"):
        assert run(client, "asked", tenant)["tenant"] == tenant
    plain = functions.create(server, "not-asked", role, functions.python(SOURCE))
    assert refusal(plain.invoke, FunctionName="not-asked", TenantId="blue")[0] == "InvalidParameterValueException"


def test_answers_in_parts_and_node_have_the_tenant(server, role):
    source = "exports.handler = async (event, context) => { console.log('mine'); return [context.tenantId]; };"
    client = functions.create(
        server, "tenants-node", role, functions.archive({"index.js": source}), runtime="nodejs20.x",
        handler="index.handler", LoggingConfig={"LogFormat": "JSON"}, **ISOLATED)
    assert run(client, "tenants-node", "blue") == ["blue"]
    stream = client.invoke_with_response_stream(FunctionName="tenants-node", TenantId="green")["EventStream"]
    parts = [event["PayloadChunk"]["Payload"] for event in stream if "PayloadChunk" in event]
    assert json.loads(b"".join(parts)) == ["green"]

    def told(tenant):
        events = [json.loads(line) for line in functions.logged(server, "tenants-node")]
        records = [event["record"] for event in events if event.get("type") in ("platform.start", "platform.report")]
        return (
            [record.get("tenantId") for record in records].count(tenant) == 2
            and any(event.get("message") == "mine" and event["tenantId"] == tenant for event in events))

    for tenant in ("blue", "green"):
        assert eventually(lambda: told(tenant))


def test_java_has_the_tenant(server, role, tmp_path):
    classes = functions.java_classes(tmp_path, {
        "Told.java": "import com.amazonaws.services.lambda.runtime.Context; public class Told { "
                     "public String run(Object event, Context context) { return context.getTenantId(); } }",
        **functions.java_interfaces({"Context": "String getTenantId();"})})
    client = functions.create(
        server, "tenants-java", role, functions.archive(classes), runtime="java17", handler="Told::run", MemorySize=192, **ISOLATED)
    for tenant in ("blue", "green", "blue"):
        assert run(client, "tenants-java", tenant) == tenant


def test_an_event_keeps_its_tenant_to_its_destination(server, role):
    sqs = server.client("sqs")
    queue = sqs.create_queue(QueueName="tenants-told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    functions.create(server, "tenants-next", role, functions.python(
        "def handler(event, context): print('next for', context.tenant_id, event['requestPayload'])"), **ISOLATED)
    client = functions.create(server, "tenants-events", role, functions.python(SOURCE), **ISOLATED)
    client.put_function_event_invoke_config(FunctionName="tenants-events", DestinationConfig={
        "OnSuccess": {"Destination": "arn:aws:lambda:us-east-1:000000000000:function:tenants-next"},
        "OnFailure": {"Destination": arn}})
    for tenant in ("blue", "green"):
        client.invoke(FunctionName="tenants-events", InvocationType="Event", TenantId=tenant, Payload=b'"p"')
    for tenant in ("blue", "green"):
        assert eventually(lambda: functions.logged(server, "tenants-next", f"next for {tenant} p"))


def test_what_does_not_go_with_tenants_is_refused(server, role):
    package = functions.python(SOURCE)
    client = functions.create(server, "refusing", role, package, **ISOLATED)
    version = client.publish_version(FunctionName="refusing")["Version"]
    sqs = server.client("sqs")
    queue = sqs.create_queue(QueueName="refusing")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for operation, arguments in (
            (client.create_function_url_config, {"AuthType": "NONE"}),
            (client.put_provisioned_concurrency_config, {
                "Qualifier": version, "ProvisionedConcurrentExecutions": 1}),
            (client.create_event_source_mapping, {"EventSourceArn": arn}),
            (client.update_function_configuration, {"SnapStart": {"ApplyOn": "PublishedVersions"}})):
        code, message = refusal(operation, FunctionName="refusing", **arguments)
        assert code == "InvalidParameterValueException" and message.startswith(
            "Tenant isolation mode is not supported with "), message


def test_configurations_show_it(server, role):
    client = functions.create(server, "shown", role, functions.python(SOURCE), **ISOLATED)
    functions.create(server, "not-shown", role, functions.python(SOURCE))
    shown = subprocess.run(
        ["aws", "lambda", "get-function-configuration", "--function-name", "shown"],
        env=server.environment(), capture_output=True, check=True)
    assert json.loads(shown.stdout)["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}
    assert "TenancyConfig" not in client.get_function_configuration(FunctionName="not-shown")
    pages = client.get_paginator("list_functions").paginate()
    listed = {f["FunctionName"]: f.get("TenancyConfig") for page in pages for f in page["Functions"]}
    assert listed["shown"] == {"TenantIsolationMode": "PER_TENANT"} and listed["not-shown"] is None
    # It is for good: a new configuration says nothing of it.
    assert client.update_function_configuration(FunctionName="shown", Timeout=9)["TenancyConfig"] == {
        "TenantIsolationMode": "PER_TENANT"}
