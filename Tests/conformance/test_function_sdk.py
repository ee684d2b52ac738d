"""What functions do through the AWS SDK: it is there as in AWS's runtimes, reaches Apus with no set-up, and passes on the trace
header by which loops are found."""

import json
import os
import time
import zlib

import pytest

import functions
from apus import ACCOUNT, REGION, eventually
from test_event_destinations import next_record, queue
from test_function_versions import invoke, refusal

needs_sdk = pytest.mark.skipif(
    not os.environ.get("APUS_FUNCTIONS_PYTHON_LIBRARIES"), reason="boto3 could not be installed for functions")

SENDER = """
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    url = sqs.get_queue_url(QueueName=event["queue"])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="from " + context.function_name)
    return {"file": boto3.__file__, "version": boto3.__version__}
"""


@needs_sdk
def test_an_unmodified_handler_reaches_apus_with_boto3(server, role):
    sqs = server.client("sqs")
    url, _ = queue(sqs, "sdk-sent")
    client = functions.create(server, "sdk-sender", role, functions.python(SENDER), Timeout=30)
    _, body = invoke_with(client, "sdk-sender", {"queue": "sdk-sent"})
    assert "/libraries/boto3/" in body["file"]
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert [message["Body"] for message in messages] == ["from sdk-sender"]


@needs_sdk
def test_a_function_has_the_boto3_that_it_or_its_layer_brings(server, role):
    source = "import boto3\ndef handler(event, context):\n    return boto3.WHOSE\n"
    own = functions.archive({"app.py": source, "boto3/__init__.py": "import botocore\nWHOSE = 'own, ' + botocore.WHOSE\n",
                             "botocore.py": "WHOSE = 'own'\n"})
    client = functions.create(server, "sdk-own", role, own)
    layer = client.publish_layer_version(
        LayerName="sdk-layer", Content={"ZipFile": functions.archive({"python/boto3.py": "WHOSE = 'layer'\n"})})
    functions.create(server, "sdk-layered", role, functions.python(source), Layers=[layer["LayerVersionArn"]])
    # Before the SDK is loaded ahead, and after.
    for _ in range(4):
        assert invoke(client, "sdk-own")[1] == "own, own"
        assert invoke(client, "sdk-layered")[1] == "layer"
        time.sleep(1)
        for name in ("sdk-own", "sdk-layered"):
            client.update_function_configuration(FunctionName=name, Description=os.urandom(4).hex())


def invoke_with(client, name, event, **settings):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event), **settings)
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return answer, body


LOOP = """
import boto3, os
sqs = boto3.client("sqs")
def handler(event, context):
    for record in event["Records"]:
        sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=str(int(record["body"]) + 1))
"""


@needs_sdk
def test_a_loop_through_a_queue_ends_in_its_dead_letter_queue(server, role):
    sqs = server.client("sqs")
    dead, dead_arn = queue(sqs, "loop-dead")
    url = sqs.create_queue(QueueName="loop", Attributes={
        "VisibilityTimeout": "30", "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    })["QueueUrl"]
    client = functions.create(
        server, "looper", role, functions.python(LOOP), Timeout=30, Environment={"Variables": {"QUEUE": url}})
    client.create_event_source_mapping(
        FunctionName="looper", EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:loop")
    # What is not delivered becomes visible again; do not wait as long for that as the function may run.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    sqs.send_message(QueueUrl=url, MessageBody="1")

    def buried():
        return sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=1, MessageSystemAttributeNames=["All"]).get("Messages")

    # "If your function is invoked more than 16 times in the same chain of requests, then Lambda automatically stops the next":
    # the message of the sixteenth is the seventeenth.
    message = eventually(buried, seconds=60)[0]
    assert message["Body"] == "17"
    assert "Lineage=" in message["Attributes"]["AWSTraceHeader"]


def with_trace(client, header):
    def add(request, **_):
        request.headers["X-Amzn-Trace-Id"] = header

    client.meta.events.register("before-sign.*.*", add)
    return client


def lineage(name, count):
    """As a chain of requests has it that has been to the function so often."""
    digest = zlib.crc32(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}".encode())
    return f"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage={digest:08x}:{count}"


def test_a_chain_of_requests_is_stopped_where_loops_are_not_allowed(server, role):
    sqs = server.client("sqs")
    told, told_arn = queue(sqs, "chain-told")
    source = "import os\ndef handler(event, context):\n    return os.environ['_X_AMZN_TRACE_ID']\n"
    client = functions.create(server, "chained", role, functions.python(source))
    client.put_function_event_invoke_config(
        FunctionName="chained", DestinationConfig={"OnFailure": {"Destination": told_arn}})
    header = invoke(with_trace(server.client("lambda"), lineage("chained", 15)), "chained")[1]
    assert header.startswith("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=")
    assert header.endswith(lineage("chained", 16).partition("Lineage")[2])

    looping = with_trace(server.client("lambda"), lineage("chained", 16))
    code, _, status = refusal(looping.invoke, FunctionName="chained")
    assert (code, status) == ("RecursiveInvocationException", 400)
    looping.invoke(FunctionName="chained", InvocationType="Event", Payload=b'{"n": 1}')
    assert next_record(sqs, told)["requestPayload"] == {"n": 1}

    client.put_function_recursion_config(FunctionName="chained", RecursiveLoop="Allow")
    assert "Lineage=" in invoke(looping, "chained")[1]
