"""LoggingConfig: logs in JSON, their levels and their group, through boto3."""

import json
import time

import botocore.exceptions
import functions
import pytest

LOGGER = """
import logging, os
log = logging.getLogger()
def handler(event, context):
    log.info("an info")
    log.warning("a warning", extra={"order": 7})
    return os.environ.get("AWS_LAMBDA_LOG_LEVEL")
"""


def events(server, group, wanted, count=1):
    """The group's events, once `count` of them fit."""
    logs = server.client("logs")
    found = []
    for _ in range(100):
        try:
            found = [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
        except logs.exceptions.ResourceNotFoundException:
            pass
        if sum(wanted in message for message in found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_log_in_json_in_a_group_of_its_own(server, role):
    server.client("logs").create_log_group(logGroupName="/own/json")
    client = functions.create(
        server, "json-log", role, functions.python(LOGGER),
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "LogGroup": "/own/json"})
    assert client.get_function_configuration(FunctionName="json-log")["LoggingConfig"] == {
        "LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO", "LogGroup": "/own/json"}
    answer = client.invoke(FunctionName="json-log")
    assert json.load(answer["Payload"]) == "WARN"
    found = [json.loads(message) for message in events(server, "/own/json", "platform.report")]
    assert [e["type"] for e in found if "type" in e] == ["platform.initStart", "platform.start", "platform.report"]
    (warning,) = [e for e in found if "level" in e]
    assert warning["level"] == "WARNING" and warning["message"] == "a warning" and warning["order"] == 7
    assert warning["requestId"] == answer["ResponseMetadata"]["RequestId"]
    report = found[-1]["record"]
    assert report["status"] == "success" and report["metrics"]["memorySizeMB"] == 128

    client.update_function_configuration(
        FunctionName="json-log", LoggingConfig={"SystemLogLevel": "DEBUG", "ApplicationLogLevel": "INFO"})
    assert json.load(client.invoke(FunctionName="json-log")["Payload"]) == "INFO"
    found = [json.loads(message) for message in events(server, "/own/json", "platform.report", count=2)]
    assert [e["message"] for e in found if e.get("level") == "INFO"] == ["an info"]
    assert "platform.runtimeDone" in [e.get("type") for e in found]

    client.update_function_configuration(FunctionName="json-log", LoggingConfig={"LogFormat": "Text"})
    assert json.load(client.invoke(FunctionName="json-log")["Payload"]) is None
    assert any(message.startswith("REPORT RequestId") for message in events(server, "/own/json", "REPORT RequestId"))


def test_levels_are_for_json_only(server, role):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        functions.create(
            server, "text-level", role, functions.python(LOGGER),
            LoggingConfig={"LogFormat": "Text", "ApplicationLogLevel": "WARN"})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
