"""SnapStart: a version is initialised when it is published, and its environments come from the snapshot, each with a state of its own."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import functions
import pytest
from botocore.exceptions import ClientError

SOURCE = """
import os, random, ssl, time, uuid
from snapshot_restore_py import register_before_snapshot, register_after_restore

events = ["init"]
open("/tmp/kept", "w").write("init")
log = open("/var/task/app.py")
log.read(10)
print("initialising")

@register_before_snapshot
def before():
    events.append("before")

@register_after_restore
def after():
    events.append("after")

def handler(event, context):
    time.sleep(event.get("sleep", 0))
    kept = open("/tmp/kept").read()
    open("/tmp/kept", "w").write("mine " + str(event.get("mark")))
    return {
        "events": events, "random": random.random(), "ssl": ssl.RAND_bytes(8).hex(), "uuid": str(uuid.uuid4()),
        "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], "kept": kept, "at": log.tell(), "pid": os.getpid(),
        "user": os.getuid(), "stream": os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME"), "version": context.function_version,
        "processes": [name for name in os.listdir("/proc") if name.isdigit()], "key": os.environ["AWS_ACCESS_KEY_ID"],
        "nests": os.readlink("/proc/self/ns/mnt"), "status": open("/proc/self/status").read()}
"""
SNAP = {"SnapStart": {"ApplyOn": "PublishedVersions"}}


def publish(client, name):
    version = client.publish_version(FunctionName=name)
    return version, wait(client, name, version["Version"])


def wait(client, name, version):
    deadline = time.time() + 10
    while True:
        found = client.get_function_configuration(FunctionName=name, Qualifier=version)
        if found["State"] != "Pending" or time.time() > deadline:
            return found
        time.sleep(0.02)


def invoke(client, name, version, event=None):
    answer = client.invoke(
        FunctionName=name, Qualifier=version, Payload=json.dumps(event or {}).encode(), LogType="Tail")
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload
    return json.loads(payload), base64.b64decode(answer["LogResult"]).decode()


def test_a_version_is_initialised_once_and_its_environments_are_forked(server, role):
    client = functions.create(
        server, "snapped", role, functions.archive({"app.py": SOURCE}), runtime="python3.12", **SNAP)
    latest = client.get_function_configuration(FunctionName="snapped")
    assert latest["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}
    assert latest["State"] == "Active"
    version, ready = publish(client, "snapped")
    assert (version["State"], version["StateReasonCode"]) == ("Pending", "Creating")
    assert (ready["State"], ready["SnapStart"]["OptimizationStatus"]) == ("Active", "On")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(
            lambda mark: invoke(client, "snapped", "1", {"sleep": 0.5, "mark": mark}), ["a", "b"]))
    (first, log), (second, _) = answers
    for answer in (first, second):
        assert answer["events"] == ["init", "before", "after"] and answer["type"] == "snap-start"
        assert answer["kept"] == "init" and answer["at"] == 10 and answer["stream"] is None and answer["version"] == "1"
        assert "CapEff:\t0000000000000000" in answer["status"] and "Seccomp:\t2" in answer["status"]
        assert len(answer["processes"]) == 2  # Its nest's first, and itself.
    for fact in ("random", "ssl", "uuid", "nests"):
        assert first[fact] != second[fact], fact
    assert "RESTORE_REPORT" not in log and "\tRestore Duration: " in log and "\tBilled Restore Duration: " in log
    assert "Init Duration" not in log


def refused(call, **settings):
    with pytest.raises(ClientError) as caught:
        call(**settings)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_version_that_does_not_initialise_has_failed(server, role):
    client = functions.create(
        server, "unsnapped", role, functions.python("import time\ntime.sleep(0.5)\nraise ValueError('never')"),
        runtime="python3.13", **SNAP)
    client.publish_version(FunctionName="unsnapped")
    code, message, status = refused(client.invoke, FunctionName="unsnapped", Qualifier="1")
    assert (code, status) == ("SnapStartNotReadyException", 409)
    failed = wait(client, "unsnapped", "1")
    assert (failed["State"], failed["StateReasonCode"]) == ("Failed", "FunctionError.RuntimeInitError")
    assert "ValueError: never" in failed["StateReason"]
    assert refused(client.invoke, FunctionName="unsnapped", Qualifier="1")[0] == "ResourceConflictException"


def test_a_hook_that_fails_after_the_restoration(server, role):
    source = ("import snapshot_restore_py, sys\n"
              "snapshot_restore_py.register_after_restore(sys.exit, 1)\ndef handler(event, context): return 1")
    client = functions.create(server, "unhooked", role, functions.python(source), runtime="python3.12", **SNAP)
    assert publish(client, "unhooked")[1]["State"] == "Active"
    code, message, status = refused(client.invoke, FunctionName="unhooked", Qualifier="1")
    assert (code, status) == ("SnapStartException", 400) and "afterRestore" in message


def test_who_may_not_have_it(server, role):
    client = server.client("lambda", retries=0)
    base = {"FunctionName": "snapless", "Role": role, "Handler": "app.handler", "Code": {"ZipFile": functions.python("")}, **SNAP}
    assert refused(client.create_function, Runtime="python3.11", **base)[:2] == (
        "InvalidParameterValueException", "python3.11 is not supported for SnapStart enabled functions.")
    assert refused(client.create_function, Runtime="java17", **base)[2] == 501
    assert refused(client.create_function, Runtime="python3.12", EphemeralStorage={"Size": 1024}, **base)[0] == (
        "InvalidParameterValueException")
    client.create_function(Runtime="python3.12", **{**base, "Code": {"ZipFile": functions.python("def handler(e, c): pass")}})
    publish(client, "snapless")
    assert refused(
        client.put_provisioned_concurrency_config, FunctionName="snapless", Qualifier="1",
        ProvisionedConcurrentExecutions=1)[0] == "InvalidParameterValueException"


def test_a_snapshot_is_made_again_after_a_restart(own_server):
    role = functions.create_role(own_server, "r")
    client = functions.create(
        own_server, "again", role, functions.python("def handler(event, context): return 1"), runtime="python3.12", **SNAP)
    publish(client, "again")
    own_server.restart()
    client = own_server.client("lambda")
    assert "Init Duration" in invoke(client, "again", "1")[1]
    assert client.get_function_configuration(FunctionName="again", Qualifier="1")["State"] == "Active"
