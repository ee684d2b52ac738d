"""AWS's own runtime client for Python (PyPI: awslambdaric), unmodified, in the package of a custom runtime."""

import base64
import json
import os
import pathlib

import functions
import pytest
from apus import eventually

PACKAGES = os.environ.get("APUS_TEST_AWSLAMBDARIC")

pytestmark = pytest.mark.skipif(
    not PACKAGES, reason="APUS_TEST_AWSLAMBDARIC names no folder with awslambdaric; script/test does")

BOOTSTRAP = '#!/bin/sh\nexec /usr/bin/python3 -m awslambdaric "$_HANDLER"\n'
APP = """
import logging
def handler(event, context):
    logging.getLogger().warning("warned")
    if "raise" in event: raise ValueError("boom")
    return {
        "id": context.aws_request_id, "arn": context.invoked_function_arn, "tenant": context.tenant_id,
        "left": context.get_remaining_time_in_millis() > 1000}
"""


def create(server, role, name, handler="app.handler", **settings):
    folder = pathlib.Path(PACKAGES)
    wanted = [
        path for pattern in ("awslambdaric/**/*", "simplejson/**/*", "*.py", "runtime_client*.so") for path in folder.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in wanted}
    package = functions.archive({**files, "bootstrap": BOOTSTRAP, "app.py": APP}, executable=["bootstrap"])
    return functions.create(
        server, name, role, package, runtime="provided.al2023", handler=handler, Timeout=20, MemorySize=256, **settings)


def invoke(client, name, event="{}", **settings):
    answer = client.invoke(FunctionName=name, Payload=event, LogType="Tail", **settings)
    return answer, json.load(answer["Payload"]), base64.b64decode(answer["LogResult"]).decode()


def test_it_runs_functions_unmodified(server, role):
    client = create(server, role, "ric")
    for _ in range(20):
        answer, body, tail = invoke(client, "ric")
        request = answer["ResponseMetadata"]["RequestId"]
        assert body == {
            "id": request, "arn": "arn:aws:lambda:us-east-1:000000000000:function:ric", "tenant": None, "left": True}
        assert f"\t{request}\twarned" in tail
    answer, body, _ = invoke(client, "ric", '{"raise": 1}')
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "ValueError" and body["errorMessage"] == "boom"
    # One environment has run them all. The log is written after the answers.
    lines = eventually(lambda: len(functions.logged(server, "ric", "REPORT")) == 21 and functions.logged(server, "ric"))
    assert sum(line.startswith("INIT_START") for line in lines) == 1


def test_a_handler_that_is_missing_is_told_by_name(server, role):
    client = create(server, role, "ric-missing", handler="nope.handler")
    _, body, _ = invoke(client, "ric-missing")
    assert body["errorType"] == "Runtime.ImportModuleError"


def test_it_tells_tenants_apart_and_logs_in_json(server, role):
    client = create(
        server, role, "ric-tenants", LoggingConfig={"LogFormat": "JSON"},
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
    for tenant in ("blue", "green"):
        assert invoke(client, "ric-tenants", TenantId=tenant)[1]["tenant"] == tenant

    def warned():
        events = [json.loads(line) for line in functions.logged(server, "ric-tenants")]
        return {event["tenantId"] for event in events if event.get("message") == "warned"}

    assert eventually(lambda: warned() == {"blue", "green"})
