"""Versions and aliases wherever functions are named, and provisioned concurrency."""

import json

import pytest

import functions
from apus import ACCOUNT, REGION, eventually
from test_event_destinations import next_record, queue
from test_function_url import curl, host_form
from test_function_versions import invoke, refusal

HANDLER = """
import os
def handler(event, context):
    if isinstance(event, dict) and event.get("bad"):
        raise ValueError("bad event")
    return {"version": context.function_version, "arn": context.invoked_function_arn,
            "start": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]}
"""


def published(server, role, name, **settings):
    """A function with version 1, 2 and the alias `prod` of 1."""
    client = functions.create(server, name, role, functions.python(HANDLER), Publish=True, **settings)
    client.update_function_code(FunctionName=name, ZipFile=functions.python(HANDLER + "# second\n"), Publish=True)
    client.create_alias(FunctionName=name, Name="prod", FunctionVersion="1")
    return client


def arn(name):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def test_an_alias_is_invoked_asynchronously_with_its_own_settings(server, role):
    sqs = server.client("sqs")
    (good, good_arn), (bad, bad_arn) = queue(sqs, "alias-good"), queue(sqs, "alias-bad")
    client = published(server, role, "async-alias")
    client.put_function_event_invoke_config(
        FunctionName="async-alias", Qualifier="prod", MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": good_arn}, "OnFailure": {"Destination": bad_arn}})
    client.invoke(FunctionName="async-alias:prod", InvocationType="Event", Payload=b"{}")
    record = next_record(sqs, good)
    assert record["requestContext"]["functionArn"] == arn("async-alias:prod")
    assert record["responseContext"]["executedVersion"] == "1"
    assert record["responsePayload"]["arn"] == arn("async-alias:prod")
    sqs.purge_queue(QueueUrl=good)
    client.update_alias(
        FunctionName="async-alias", Name="prod", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    for _ in range(30):
        client.invoke(FunctionName=arn("async-alias"), Qualifier="prod", InvocationType="Event", Payload=b"{}")
    seen = set()

    def both():
        for message in sqs.receive_message(QueueUrl=good, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            seen.add(json.loads(message["Body"])["responseContext"]["executedVersion"])
        return seen == {"1", "2"}

    eventually(both)
    client.invoke(FunctionName="async-alias", Qualifier="prod", InvocationType="Event", Payload=b'{"bad": true}')
    assert next_record(sqs, bad)["requestContext"]["approximateInvokeCount"] == 1
    code, message, status = refusal(
        client.invoke, FunctionName="async-alias", Qualifier="none", InvocationType="Event")
    assert (code, message, status) == (
        "ResourceNotFoundException", f"Function not found: {arn('async-alias:none')}", 404)


def test_a_queue_feeds_an_alias(server, role):
    sqs = server.client("sqs")
    url, queue_arn = queue(sqs, "alias-feed")
    client = published(server, role, "fed-alias")
    mapping = client.create_event_source_mapping(
        FunctionName="fed-alias:prod", EventSourceArn=queue_arn, Tags={"team": "a"})
    assert mapping["FunctionArn"] == arn("fed-alias:prod")
    code, message, _ = refusal(
        client.create_event_source_mapping, FunctionName=arn("fed-alias:prod"), EventSourceArn=queue_arn)
    assert code == "ResourceConflictException" and mapping["UUID"] in message
    listed = client.list_event_source_mappings(FunctionName="fed-alias:prod")["EventSourceMappings"]
    assert [item["UUID"] for item in listed] == [mapping["UUID"]]
    assert client.list_event_source_mappings(FunctionName="fed-alias")["EventSourceMappings"] == []
    sqs.send_message(QueueUrl=url, MessageBody="one")
    logs = server.client("logs")

    def ran(version):
        streams = logs.describe_log_streams(logGroupName="/aws/lambda/fed-alias").get("logStreams", [])
        return any(f"[{version}]" in stream["logStreamName"] for stream in streams)

    def ran_safely(version):
        try:
            return ran(version)
        except logs.exceptions.ResourceNotFoundException:
            return False

    eventually(lambda: ran_safely("1"))
    client.update_event_source_mapping(UUID=mapping["UUID"], FunctionName="fed-alias:2")
    sqs.send_message(QueueUrl=url, MessageBody="two")
    eventually(lambda: ran_safely("2"))
    client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_an_alias_has_a_url_and_a_policy_of_its_own(server, role):
    client = published(server, role, "url-alias")
    own = client.create_function_url_config(FunctionName="url-alias", AuthType="NONE")
    made = client.create_function_url_config(FunctionName="url-alias", Qualifier="prod", AuthType="NONE")
    assert made["FunctionArn"] == arn("url-alias:prod") and made["FunctionUrl"] != own["FunctionUrl"]
    listed = client.list_function_url_configs(FunctionName="url-alias")["FunctionUrlConfigs"]
    assert [item["FunctionArn"] for item in listed] == [arn("url-alias"), arn("url-alias:prod")]
    base, resolve = host_form(server, made["FunctionUrl"])
    allowed = {
        "StatementId": "public", "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}
    client.add_permission(FunctionName="url-alias", **allowed)
    assert curl(*resolve, base)[0] == 403
    client.add_permission(FunctionName="url-alias", Qualifier="prod", **allowed)
    status, _, body = curl(*resolve, base)
    assert status == 200 and json.loads(body)["version"] == "1"
    client.update_alias(FunctionName="url-alias", Name="prod", FunctionVersion="2")
    assert json.loads(curl(*resolve, base)[2])["version"] == "2"
    client.delete_alias(FunctionName="url-alias", Name="prod")
    assert curl(*resolve, base)[0] == 403
    code, _, status = refusal(client.create_function_url_config, FunctionName="url-alias", Qualifier="1", AuthType="NONE")
    assert (code, status) == ("ValidationException", 400)


@pytest.mark.parametrize("form", [
    "named:prod", "function:named:prod", f"{ACCOUNT}:function:named:prod", f"{REGION}:{ACCOUNT}:function:named:prod",
    arn("named:prod")])
def test_every_form_of_a_name(server, role, form):
    client = server.client("lambda")
    try:
        client.get_function(FunctionName="named")
    except client.exceptions.ResourceNotFoundException:
        published(server, role, "named")
    answer, body = invoke(client, form)
    assert answer["ExecutedVersion"] == "1" and body["arn"] == arn("named:prod")
    assert client.get_function_configuration(FunctionName=form)["FunctionArn"] == arn("named:prod")
    code, message, status = refusal(client.invoke, FunctionName=form, Qualifier="2")
    assert (code, status) == ("InvalidParameterValueException", 400)
    assert message == "The derived qualifier from the function name does not match the specified qualifier."
    code, message, status = refusal(client.list_aliases, FunctionName=form)
    assert (code, status) == ("InvalidParameterValueException", 400)


def ready(client, name, qualifier, count):
    def check():
        found = client.get_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)
        return found["Status"] == "READY" and found["AllocatedProvisionedConcurrentExecutions"] == count and found

    return eventually(check)


def test_provisioned_environments_are_ready_before_the_first_event(own_server):
    server = own_server
    role = functions.create_role(server, "r")
    client = published(server, role, "kept")
    put = client.put_provisioned_concurrency_config(
        FunctionName="kept", Qualifier="prod", ProvisionedConcurrentExecutions=2)
    assert put["Status"] == "IN_PROGRESS" and put["RequestedProvisionedConcurrentExecutions"] == 2
    found = ready(client, "kept", "prod", 2)
    assert found["AvailableProvisionedConcurrentExecutions"] == 2 and "StatusReason" not in found
    answer = client.invoke(FunctionName="kept", Qualifier="prod", LogType="Tail")
    assert json.loads(answer["Payload"].read())["start"] == "provisioned-concurrency"
    assert invoke(client, "kept")[1]["start"] == "on-demand"
    unreserved = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    assert unreserved == 998

    # A version that the alias is pointed at gets its environments instead.
    client.update_alias(FunctionName="kept", Name="prod", FunctionVersion="2")
    ready(client, "kept", "prod", 2)
    answer, body = invoke(client, "kept", Qualifier="prod")
    assert answer["ExecutedVersion"] == "2" and body["start"] == "provisioned-concurrency"

    server.restart()
    client = server.client("lambda")
    ready(client, "kept", "prod", 2)
    assert invoke(client, "kept", Qualifier="prod")[1]["start"] == "provisioned-concurrency"
    listed = client.list_provisioned_concurrency_configs(FunctionName="kept")["ProvisionedConcurrencyConfigs"]
    assert [(item["FunctionArn"], item["Status"]) for item in listed] == [(arn("kept:prod"), "READY")]

    client.delete_provisioned_concurrency_config(FunctionName="kept", Qualifier="prod")
    code, message, status = refusal(client.get_provisioned_concurrency_config, FunctionName="kept", Qualifier="prod")
    assert (code, status) == ("ProvisionedConcurrencyConfigNotFoundException", 404)
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000


def test_provisioning_code_that_does_not_initialise_fails_by_name(server, role):
    client = functions.create(
        server, "kept-broken", role, functions.python("raise RuntimeError('no')\n"), Publish=True)
    client.put_provisioned_concurrency_config(
        FunctionName="kept-broken", Qualifier="1", ProvisionedConcurrentExecutions=1)

    def failed():
        found = client.get_provisioned_concurrency_config(FunctionName="kept-broken", Qualifier="1")
        return found["Status"] == "FAILED" and found

    assert eventually(failed)["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE"
    client.delete_provisioned_concurrency_config(FunctionName="kept-broken", Qualifier="1")


def test_provisioned_concurrency_of_what_cannot_have_it_is_refused(server, role):
    client = published(server, role, "unkept-qualifiers")
    put = client.put_provisioned_concurrency_config
    settings = {"FunctionName": "unkept-qualifiers", "ProvisionedConcurrentExecutions": 1}
    code, message, status = refusal(put, Qualifier="$LATEST", **settings)
    assert (code, message, status) == (
        "InvalidParameterValueException",
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.", 400)
    assert refusal(put, Qualifier="none", **settings)[0] == "ResourceNotFoundException"
    put(Qualifier="prod", **settings)
    assert refusal(put, Qualifier="1", **settings)[::2] == ("ResourceConflictException", 409)
    client.delete_function(FunctionName="unkept-qualifiers")
