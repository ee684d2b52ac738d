"""Durable functions, through AWS's own SDK for them in the function and boto3 outside."""

import json
import os
import time
import urllib.request
import uuid
from pathlib import Path

import pytest

import functions
from apus import eventually

durable_sdk = pytest.importorskip("aws_durable_execution_sdk_python")
pytestmark = pytest.mark.skipif(
    not os.environ.get("APUS_FUNCTIONS_PYTHON_LIBRARIES"), reason="boto3 could not be installed for functions")

PERMISSIONS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Resource": "*", "Action": [
        "logs:*", "lambda:InvokeFunction", "lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]}],
}
HEAD = """
import json, os, time
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import *
from aws_durable_execution_sdk_python.retries import RetryDecision
"""


def package(source):
    folder = Path(durable_sdk.__file__).parent
    files = {"app.py": HEAD + source}
    for path in folder.rglob("*.py"):
        files[str(Path(folder.name) / path.relative_to(folder))] = path.read_text()
    return functions.archive(files)


@pytest.fixture(scope="module")
def durable_role(server):
    return functions.create_role(server, "durable", permissions=PERMISSIONS)


def create(server, role, source, timeout=60, **settings):
    name = "durable-" + uuid.uuid4().hex[:8]
    client = functions.create(
        server, name, role, package(source), Timeout=30, DurableConfig={"ExecutionTimeout": timeout}, **settings)
    return client, name


def invoke(client, name, event=None, **settings):
    answer = client.invoke(FunctionName=name, Qualifier="$LATEST", Payload=json.dumps(event), **settings)
    return answer, json.loads(answer["Payload"].read() or b"null")


def ended(client, arn, seconds=30):
    return eventually(
        lambda: (lambda found: found if found["Status"] != "RUNNING" else None)(
            client.get_durable_execution(DurableExecutionArn=arn)), seconds)


def kinds(client, arn):
    pages = client.get_paginator("get_durable_execution_history").paginate(
        DurableExecutionArn=arn, PaginationConfig={"PageSize": 2})
    return [event["EventType"] for page in pages for event in page["Events"]]


STEPS = """
calls = []
@durable_execution
def handler(event, context):
    first = context.step(lambda _: event["n"] + 1, name="first")
    context.wait(Duration.from_seconds(1), name="pause")
    return {"sum": first + context.step(lambda _: 10, name="second")}
"""


def test_steps_and_waits_are_replayed_to_the_end(server, durable_role):
    client, name = create(server, durable_role, STEPS)
    assert client.get_function_configuration(FunctionName=name)["DurableConfig"] == {
        "ExecutionTimeout": 60, "RetentionPeriodInDays": 14}
    answer, body = invoke(client, name, {"n": 1})
    assert (body, answer.get("FunctionError")) == ({"sum": 12}, None)
    arn = answer["DurableExecutionArn"]
    found = client.get_durable_execution(DurableExecutionArn=arn)
    assert (found["Status"], json.loads(found["Result"]), json.loads(found["InputPayload"])) == (
        "SUCCEEDED", {"sum": 12}, {"n": 1})
    assert found["Version"] == "$LATEST" and found["EndTimestamp"] >= found["StartTimestamp"]
    assert kinds(client, arn) == [
        "ExecutionStarted", "StepStarted", "StepSucceeded", "WaitStarted", "InvocationCompleted", "WaitSucceeded",
        "StepStarted", "StepSucceeded", "InvocationCompleted", "ExecutionSucceeded"]
    listed = client.list_durable_executions_by_function(FunctionName=name)["DurableExecutions"]
    assert [one["DurableExecutionArn"] for one in listed] == [arn]
    assert client.list_durable_executions_by_function(FunctionName=name, Statuses=["FAILED"])["DurableExecutions"] == []


def test_a_name_begins_one_execution(server, durable_role):
    client, name = create(server, durable_role, STEPS)
    first, body = invoke(client, name, {"n": 1}, DurableExecutionName="once")
    again, same = invoke(client, name, {"n": 1}, DurableExecutionName="once")
    assert (first["DurableExecutionArn"], body) == (again["DurableExecutionArn"], same)
    with pytest.raises(client.exceptions.DurableExecutionAlreadyStartedException):
        invoke(client, name, {"n": 2}, DurableExecutionName="once")


def test_a_step_is_tried_again_and_a_failure_ends_the_execution(server, durable_role):
    client, name = create(server, durable_role, """
@durable_execution
def handler(event, context):
    def work(step):
        raise ValueError("no luck")
    config = StepConfig(retry_strategy=lambda error, attempt: RetryDecision(
        should_retry=attempt < 2, delay=Duration.from_seconds(1)))
    context.step(work, name="work", config=config)
""")
    answer, body = invoke(client, name, {})
    assert answer["FunctionError"] == "Unhandled" and "no luck" in body["errorMessage"]
    arn = answer["DurableExecutionArn"]
    found = client.get_durable_execution(DurableExecutionArn=arn)
    assert found["Status"] == "FAILED" and "no luck" in found["Error"]["ErrorMessage"]
    history = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
    failures = [event["StepFailedDetails"]["RetryDetails"] for event in history if event["EventType"] == "StepFailed"]
    assert [one["CurrentAttempt"] for one in failures] == [1, 2]


CALLBACK = """
@durable_execution
def handler(event, context):
    callback = context.create_callback(name="approval", config=CallbackConfig(
        timeout=Duration.from_seconds(event["timeout"]), heartbeat_timeout=Duration.from_seconds(event["heartbeat"])))
    return {"said": callback.result()}
"""


def callback_id(client, arn):
    return eventually(lambda: next(
        (event["CallbackStartedDetails"]["CallbackId"]
         for event in client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
         if event["EventType"] == "CallbackStarted"), None))


def test_a_callback_is_answered_refused_or_late(server, durable_role):
    client, name = create(server, durable_role, CALLBACK)

    def start(timeout=30, heartbeat=0):
        answer, _ = invoke(client, name, {"timeout": timeout, "heartbeat": heartbeat}, InvocationType="Event")
        assert answer["StatusCode"] == 202
        return answer["DurableExecutionArn"]

    arn = start()
    callback = callback_id(client, arn)
    client.send_durable_execution_callback_heartbeat(CallbackId=callback)
    client.send_durable_execution_callback_success(CallbackId=callback, Result=b'"yes"')
    found = ended(client, arn)
    assert (found["Status"], "yes" in found["Result"]) == ("SUCCEEDED", True)
    with pytest.raises(client.exceptions.CallbackTimeoutException):
        client.send_durable_execution_callback_success(CallbackId=callback, Result=b'"yes"')
    arn = start()
    client.send_durable_execution_callback_failure(
        CallbackId=callback_id(client, arn), Error={"ErrorType": "Refused", "ErrorMessage": "by the boss"})
    assert "by the boss" in ended(client, arn)["Error"]["ErrorMessage"]
    arn = start(timeout=1)
    assert ended(client, arn)["Status"] == "FAILED"
    assert "CallbackTimedOut" in kinds(client, arn)
    arn = start(heartbeat=1)
    assert ended(client, arn)["Status"] == "FAILED"


def test_functions_are_invoked_durable_and_plain(server, durable_role):
    plain = "plain-" + uuid.uuid4().hex[:8]
    functions.create(server, plain, durable_role, functions.python(
        "def handler(e, c):\n    if e == 'bad': raise KeyError('bad')\n    return {'plain': e}\n"))
    client, inner = create(server, durable_role, STEPS)
    client, outer = create(server, durable_role, """
@durable_execution
def handler(event, context):
    try:
        context.invoke(event["plain"], "bad", name="fails")
    except Exception as error:
        failure = str(error)
    return [failure, context.invoke(event["plain"], 1, name="plain"),
            context.invoke(event["inner"], {"n": 5}, name="durable")]
""")
    answer, body = invoke(client, outer, {"plain": plain, "inner": inner + ":$LATEST"})
    assert "bad" in body[0] and body[1:] == [{"plain": 1}, {"sum": 16}], body
    assert [kind for kind in kinds(client, answer["DurableExecutionArn"]) if kind.startswith("Chained")] == [
        "ChainedInvokeStarted", "ChainedInvokeFailed", "ChainedInvokeStarted", "ChainedInvokeSucceeded",
        "ChainedInvokeStarted", "ChainedInvokeSucceeded"]


def test_requests_to_a_url_and_messages_of_a_queue_begin_executions(server):
    role = functions.create_role(server, "durable-sources", permissions={
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    client, name = create(server, role, """
@durable_execution
def handler(event, context):
    bodies = [record["body"] for record in event.get("Records", [])] or [event["rawPath"]]
    context.wait(Duration.from_seconds(1))
    if bodies == ["bad"]:
        raise ValueError("bad")
    return {"statusCode": 201, "body": ",".join(bodies)}
""")
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    # A queue is asked to hide its messages for six times as long as the function has (AWS's advice); here they must come back.
    sqs = server.client("sqs")
    queue = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client.create_event_source_mapping(FunctionName=f"{name}:live", EventSourceArn=arn, BatchSize=1)
    for body in ("good", "bad"):
        sqs.send_message(QueueUrl=queue, MessageBody=body)

    url = client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")["FunctionUrl"]
    client.add_permission(
        FunctionName=name, Qualifier="live", StatementId="public", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE")
    path = f"{server.endpoint}/_apus/function-url/{url.split('//')[1].split('.')[0]}/here"
    with urllib.request.urlopen(path) as answer:
        assert (answer.status, answer.read()) == (201, b"/here")

    def left():
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return [int(value) for _, value in sorted(
            sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"].items())]

    def statuses():
        found = client.list_durable_executions_by_function(FunctionName=name, Qualifier="1")["DurableExecutions"]
        return sorted(execution["Status"] for execution in found)

    assert eventually(lambda: statuses() == ["FAILED", "SUCCEEDED", "SUCCEEDED"]), statuses()
    assert eventually(lambda: left() == [0, 1]), "what succeeded is gone, what failed comes back"


def test_who_asks_for_a_stream_gets_what_the_execution_comes_to(server, durable_role):
    client, name = create(server, durable_role, """
@durable_execution
def handler(event, context):
    context.wait(Duration.from_seconds(1))
    if event == "bad":
        raise ValueError("bad")
    return {"waited": True}
""")

    def stream(event):
        answer = client.invoke_with_response_stream(FunctionName=name, Qualifier="$LATEST", Payload=json.dumps(event))
        return list(answer["EventStream"])

    whole, end = stream("good")
    assert json.loads(whole["PayloadChunk"]["Payload"]) == {"waited": True} and end == {"InvokeComplete": {}}
    failed = stream("bad")[-1]["InvokeComplete"]
    assert failed["ErrorCode"] and "bad" in failed["ErrorDetails"]
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.invoke_with_response_stream(FunctionName=name)

    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    url = client.create_function_url_config(
        FunctionName=name, Qualifier="live", AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
    client.add_permission(
        FunctionName=name, Qualifier="live", StatementId="public", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE")
    path = f"{server.endpoint}/_apus/function-url/{url.split('//')[1].split('.')[0]}/"
    with urllib.request.urlopen(path) as answer:
        assert (answer.status, json.load(answer)) == (200, {"waited": True})


def test_branches_and_items_run_beside_each_other(server, durable_role):
    client, name = create(server, durable_role, """
@durable_execution
def handler(event, context):
    def item(context, value, index, items):
        context.wait(Duration.from_seconds(1))
        return context.step(lambda _: value * 2)
    return context.map(event["items"], item, name="double").get_results()
""")
    answer, body = invoke(client, name, {"items": [1, 2, 3]})
    assert body == [2, 4, 6], body


def test_an_execution_is_stopped_and_one_times_out(server, durable_role):
    client, name = create(server, durable_role, """
@durable_execution
def handler(event, context):
    context.wait(Duration.from_seconds(3600))
""", timeout=2)
    answer, _ = invoke(client, name, {}, InvocationType="Event")
    stopped = client.stop_durable_execution(
        DurableExecutionArn=answer["DurableExecutionArn"], Error={"ErrorType": "Why", "ErrorMessage": "enough"})
    found = client.get_durable_execution(DurableExecutionArn=answer["DurableExecutionArn"])
    assert (found["Status"], found["Error"], found["EndTimestamp"]) == (
        "STOPPED", {"ErrorType": "Why", "ErrorMessage": "enough"}, stopped["StopTimestamp"])
    answer, body = invoke(client, name, {})
    assert answer["FunctionError"] == "Unhandled"
    assert client.get_durable_execution(DurableExecutionArn=answer["DurableExecutionArn"])["Status"] == "TIMED_OUT"


def test_what_durable_functions_refuse(server, durable_role):
    client, name = create(server, durable_role, STEPS, timeout=1000)
    invalid = client.exceptions.InvalidParameterValueException
    with pytest.raises(invalid, match="unqualified"):
        client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    with pytest.raises(invalid, match="15 minutes"):
        invoke(client, name, {"n": 1})
    arn = f"{client.get_function_configuration(FunctionName=name)['FunctionArn']}:$LATEST/durable-execution/a/{uuid.uuid4()}"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_durable_execution(DurableExecutionArn=arn)
    with pytest.raises(invalid):
        client.checkpoint_durable_execution(DurableExecutionArn=arn, CheckpointToken="AAAA")


def test_an_execution_goes_on_after_kill_9(own_server, tmp_path):
    server = own_server
    role = functions.create_role(server, "durable", permissions=PERMISSIONS)
    client, name = create(server, role, """
@durable_execution
def handler(event, context):
    before = context.step(lambda _: time.time_ns(), name="before")
    context.wait(Duration.from_seconds(2), name="pause")
    def slow(step):
        time.sleep(2)
        return "after"
    return [before, context.step(slow, name="after")]
""")
    answer, _ = invoke(client, name, {}, InvocationType="Event")
    arn = answer["DurableExecutionArn"]
    eventually(lambda: "WaitStarted" in kinds(client, arn))
    server.restart()
    client = server.client("lambda")
    eventually(lambda: kinds(client, arn).count("StepStarted") == 2, 20)
    server.restart()
    client = server.client("lambda")
    found = ended(client, arn, 30)
    assert found["Status"] == "SUCCEEDED" and json.loads(found["Result"])[1] == "after"
    history = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
    first = next(event for event in history if event["EventType"] == "StepSucceeded")
    assert json.loads(first["StepSucceededDetails"]["Result"]["Payload"]) == json.loads(found["Result"])[0]
