"""Settings of asynchronous invocation: retries, age, destinations; InvokeAsync."""

import json

import functions
import pytest
from apus import ACCOUNT, REGION, eventually

HANDLER = """
def handler(event, context):
    print("ran", event)
    if event.get("bad"):
        raise ValueError("bad event")
    return {"seen": event}
"""


def queue(sqs, name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def next_record(sqs, url):
    def receive():
        return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages")

    return json.loads(eventually(receive)[0]["Body"])


def test_settings_are_put_updated_listed_and_deleted(server, role):
    client = functions.create(server, "event-settings", role, functions.python(HANDLER))
    put = client.put_function_event_invoke_config(FunctionName="event-settings", MaximumRetryAttempts=1)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:event-settings:$LATEST"
    assert put["FunctionArn"] == arn and put["MaximumRetryAttempts"] == 1
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}
    client.update_function_event_invoke_config(FunctionName="event-settings", MaximumEventAgeInSeconds=60)
    found = client.get_function_event_invoke_config(FunctionName="event-settings")
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (1, 60)
    listed = client.list_function_event_invoke_configs(FunctionName="event-settings")["FunctionEventInvokeConfigs"]
    assert [config["FunctionArn"] for config in listed] == [arn]
    client.delete_function_event_invoke_config(FunctionName="event-settings")
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="doesn't have an EventInvokeConfig"):
        client.get_function_event_invoke_config(FunctionName="event-settings")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.put_function_event_invoke_config(FunctionName="event-settings")


def test_destinations_are_told_of_success_and_failure(server, role):
    sqs = server.client("sqs")
    (good, good_arn), (bad, bad_arn) = queue(sqs, "dest-good"), queue(sqs, "dest-bad")
    client = functions.create(server, "told", role, functions.python(HANDLER))
    client.put_function_event_invoke_config(
        FunctionName="told", MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": good_arn}, "OnFailure": {"Destination": bad_arn}})
    sent = client.invoke(FunctionName="told", InvocationType="Event", Payload=b'{"n": 1}')
    record = next_record(sqs, good)
    assert record["requestContext"]["requestId"] == sent["ResponseMetadata"]["RequestId"]
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestPayload"] == {"n": 1}
    assert record["responsePayload"] == {"seen": {"n": 1}}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    client.invoke(FunctionName="told", InvocationType="Event", Payload=b'{"bad": true}')
    record = next_record(sqs, bad)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_function_is_a_destination_and_invoke_async_still_works(server, role):
    sqs = server.client("sqs")
    url, arn = queue(sqs, "dest-end")
    client = functions.create(server, "dest-first", role, functions.python(HANDLER))
    functions.create(server, "dest-second", role, functions.python(HANDLER))
    second = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dest-second"
    client.put_function_event_invoke_config(
        FunctionName="dest-first", DestinationConfig={"OnSuccess": {"Destination": second}})
    client.put_function_event_invoke_config(
        FunctionName="dest-second", DestinationConfig={"OnSuccess": {"Destination": arn}})
    answer = client.invoke_async(FunctionName="dest-first", InvokeArgs=b'{"n": 7}')
    assert answer["Status"] == 202
    record = next_record(sqs, url)
    assert record["requestPayload"]["requestPayload"] == {"n": 7}
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="destination for itself"):
        client.put_function_event_invoke_config(
            FunctionName="dest-second", DestinationConfig={"OnFailure": {"Destination": second}})
