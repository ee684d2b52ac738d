"""What a caller of Invoke gets for functions that cannot be loaded, runtimes that misbehave, and payloads that cannot be.

Error types and messages are those of Lambda's developer guide ("Troubleshoot invocation issues", "Using the Lambda runtime
API") and of AWS's runtimes.
"""

import base64
import glob
import json
import os
import random
import threading

import botocore.exceptions
import functions
import pytest

from apus import eventually
from test_bad_input import signed

LIMIT = 6 * 1024 * 1024


def invoke(client, name, payload=b"{}", **options):
    answer = client.invoke(FunctionName=name, Payload=payload, **options)
    return answer, json.loads(answer["Payload"].read())


def failed(client, name, payload=b"{}"):
    answer, body = invoke(client, name, payload, LogType="Tail")
    assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled", body
    return body, base64.b64decode(answer["LogResult"]).decode()


@pytest.mark.parametrize("runtime,handler,files,kind,message", [
    ("python3.11", "app.none", {"app.py": ""}, "Runtime.HandlerNotFound", "Handler 'none' missing on module 'app'"),
    ("python3.11", "none.handler", {"app.py": ""}, "Runtime.ImportModuleError",
     "Unable to import module 'none': No module named 'none'"),
    ("python3.11", "app.handler", {"app.py": "import absent"}, "Runtime.ImportModuleError",
     "Unable to import module 'app': No module named 'absent'"),
    ("python3.11", "app.handler", {"app.py": "def handler(:\n"}, "Runtime.UserCodeSyntaxError",
     "Syntax error in module 'app': invalid syntax (app.py, line 1)"),
    ("nodejs20.x", "index.none", {"index.js": ""}, "Runtime.HandlerNotFound", "index.none is undefined or not exported"),
    ("nodejs20.x", "none.handler", {"index.js": ""}, "Runtime.ImportModuleError", "Error: Cannot find module 'none'"),
    ("nodejs20.x", "index.handler", {"index.js": "exports.handler = ("}, "Runtime.UserCodeSyntaxError",
     "SyntaxError: Unexpected end of input"),
    ("provided.al2023", "any", {"other": "x"}, "Runtime.InvalidEntrypoint", "Couldn't find valid bootstrap(s)"),
], ids=lambda value: value.replace(".", "-") if isinstance(value, str) and value.startswith("Runtime.") else "")
def test_functions_that_cannot_be_loaded(server, role, runtime, handler, files, kind, message):
    name = f"unloadable-{abs(hash((runtime, handler, str(files)))) % 10 ** 8}"
    client = functions.create(server, name, role, functions.archive(files), runtime=runtime, handler=handler)
    body, log = failed(client, name)
    assert body["errorType"] == kind and message in body["errorMessage"]
    assert log.startswith("START RequestId") and "REPORT RequestId" in log
    # The initialisation was tried again, within the invocation, unless there was nothing to start.
    assert ("\tPhase: invoke\tStatus: error\tError Type: " + kind in log) == (runtime != "provided.al2023")
    client.delete_function(FunctionName=name)


CLIENT = """#!/usr/bin/python3
import http.client, os, sys, time
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
def call(method, path, body=None, headers={}):
    c = http.client.HTTPConnection(api)
    c.request(method, "/2018-06-01/runtime/" + path, body, headers)
    r = c.getresponse()
    return r.status, r.read(), r
def next():
    s, b, r = call("GET", "invocation/next")
    return r.getheader("Lambda-Runtime-Aws-Request-Id"), b
"""


def runtime(server, role, name, body, **settings):
    package = functions.archive({"bootstrap": CLIENT + body}, executable=["bootstrap"])
    return functions.create(server, name, role, package, runtime="provided.al2023", handler="any", **settings)


def test_a_runtime_that_never_polls_is_a_timeout(server, role):
    # Ten seconds of initialisation, then the function's own time, in which it is tried again.
    client = runtime(server, role, "never-polls", "time.sleep(1000)\n", Timeout=1)
    body, log = failed(client, "never-polls")
    assert body["errorType"] == "Sandbox.Timedout" and body["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert "Status: timeout" in log


def test_a_runtime_that_answers_twice_is_refused_the_second_time(server, role):
    client = runtime(server, role, "answers-twice", """
while True:
    id, event = next()
    first = call("POST", f"invocation/{id}/response", b'"first"')[0]
    second = call("POST", f"invocation/{id}/response", b'"second"')
    third = call("POST", f"invocation/{id}/error", b'{}')[0]
    print("answers", first, second[0], second[1].decode().strip(), third, flush=True)
""")
    for _ in range(2):
        answer, body = invoke(client, "answers-twice", LogType="Tail")
        assert body == "first" and "FunctionError" not in answer
        log = base64.b64decode(answer["LogResult"]).decode()
        assert "answers 202 403 " in log and '"errorType":"InvalidStateTransition"' in log


def test_a_runtime_that_dies_between_poll_and_answer(server, role):
    client = runtime(server, role, "dies", """
id, event = next()
if b"exit" in event: sys.exit(7)
if b"kill" in event: os.kill(os.getpid(), 9)
call("POST", f"invocation/{id}/response", b'"alive"')
next()
""")
    for event, reason in ((b'"exit"', "exit status 7"), (b'"kill"', "signal: killed")):
        body, _ = failed(client, "dies", event)
        assert body["errorType"] == "Runtime.ExitError"
        assert body["errorMessage"].endswith(f"Error: Runtime exited with error: {reason}")
    assert invoke(client, "dies")[1] == "alive"


def test_payloads_up_to_6_mb_pass_and_larger_ones_are_refused(server, role):
    client = functions.create(
        server, "large", role, functions.python(
            "def handler(event, context):\n    return len(event) if isinstance(event, str) else 'x' * event\n"),
        MemorySize=512, Timeout=30)
    assert invoke(client, "large", b'"' + b"y" * (LIMIT - 2) + b'"')[1] == LIMIT - 2
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.invoke(FunctionName="large", Payload=b'"' + b"y" * (LIMIT - 1) + b'"')
    assert caught.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert len(invoke(client, "large", str(LIMIT - 2).encode())[1]) == LIMIT - 2
    answer, body = invoke(client, "large", str(LIMIT + 200).encode())
    assert answer["FunctionError"] == "Unhandled" and body["errorType"] == "Function.ResponseSizeTooLarge"
    assert f"({LIMIT + 202} bytes) exceeded maximum allowed payload size (6291556 bytes)." in body["errorMessage"]
    # Asynchronous events: "1 MB".
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.invoke(FunctionName="large", InvocationType="Event", Payload=b'"' + b"y" * (1 << 20) + b'"')
    assert caught.value.response["Error"]["Code"] == "RequestTooLargeException"


@pytest.mark.parametrize("payload", [
    b"{", b"nul", b"[1,]", b'"\xff"', b'"\xed\xa0\x80"', b"\xfe\xff", b'"\\ud83"', b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 5000 + b"1" + b"}" * 5000, b"\x00"], ids=lambda payload: repr(payload[:12]))
def test_payloads_that_are_no_json_are_refused(server, role, payload):
    client = server.client("lambda")
    try:
        client.get_function(FunctionName="plain")
    except client.exceptions.ResourceNotFoundException:
        functions.create(server, "plain", role, functions.python("def handler(event, context): return event\n"))
    path = "/2015-03-31/functions/plain/invocations"
    status, headers, content = signed(server, "lambda", payload, {"Content-Type": "application/json"}, path=path)
    assert status == 400 and headers["x-amzn-errortype"] == "InvalidRequestContentException", content
    assert json.loads(content)["Type"] == "User"
    assert invoke(client, "plain", b'{"deep": [[[[]]]]}')[1] == {"deep": [[[[]]]]}


def test_a_deep_event_that_json_may_hold_reaches_the_function(server, role):
    client = functions.create(
        server, "deep", role, functions.python(
            "def handler(event, context):\n"
            "    if event == 'cycle':\n        ring = []\n        ring.append(ring)\n        return ring\n"
            "    depth = 0\n    while event: event = event[0]; depth += 1\n    return depth\n"))
    assert invoke(client, "deep", b"[" * 500 + b"]" * 500)[1] == 499
    body, _ = failed(client, "deep", b'"cycle"')
    assert body["errorType"] == "Runtime.MarshalError"
    assert invoke(client, "deep", b"[[]]")[1] == 1


# Nothing leaks

CRASHING = """
import os, random, subprocess, sys, time
def handler(event, context):
    how = event["how"]
    if how == "orphan": subprocess.Popen(["/bin/sleep", "1000"])
    if how == "detached": subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True)
    if how in ("kill", "orphan", "detached"): os.kill(os.getpid(), 9)
    if how == "exit": os._exit(3)
    if how == "raise": raise ValueError("x")
    if how == "files": open(os.environ.get("TMPDIR", "/tmp") + "/left", "w").write("x" * 1000)
    return "ok"
"""


def descendants(pid):
    found = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(path) as file:
                for child in map(int, file.read().split()):
                    found += [child, *descendants(child)]
        except FileNotFoundError:
            pass
    return found


def held(server):
    """What the server holds of the machine: processes, control groups, mounts, descriptors, environments' files."""
    pid = server.process.pid
    processes = descendants(pid)
    descriptors = 0
    for process in [pid, *processes]:
        try:
            descriptors += len(os.listdir(f"/proc/{process}/fd"))
        except FileNotFoundError:
            pass
    groups = sum(
        len(folders) for base in glob.glob(f"/sys/fs/cgroup/**/apus-{pid}-*", recursive=True)
        for _, folders, _ in os.walk(base))
    with open(f"/proc/{pid}/mounts") as file:
        mounts = len(file.readlines())
    files = sum(
        len(names) for base in glob.glob(f"{server.functions_directory}/**/environments", recursive=True)
        for _, _, names in os.walk(base))
    return {
        "processes": len(processes), "descriptors": descriptors, "groups": groups, "mounts": mounts, "files": files}


def test_nothing_leaks_over_a_thousand_invocations_with_random_kills(own_server):
    server = own_server
    role = functions.create_role(server, "r")
    client = functions.create(server, "crashing", role, functions.python(CRASHING))

    def round_of(number, seed):
        chance = random.Random(seed)
        own = server.client("lambda")
        for _ in range(number):
            how = chance.choice(["kill", "exit", "orphan", "detached"]) if chance.random() < 0.12 else chance.choice(
                ["fine", "fine", "fine", "raise", "files"])
            answer, body = invoke(own, "crashing", json.dumps({"how": how}).encode())
            outcomes.append(how)
            if how in ("fine", "files"):
                assert body == "ok", body
            elif how == "raise":
                assert body["errorType"] == "ValueError", body
            else:
                assert body["errorType"] == "Runtime.ExitError", body

    def rounds(number):
        failures = []

        def run(seed):
            try:
                round_of(number, seed)
            except BaseException as failure:  # noqa: B902: told below
                failures.append(failure)

        threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures
        # New code ends all environments that are left.
        client.update_function_code(FunctionName="crashing", ZipFile=functions.python(CRASHING + f"\n# {len(outcomes)}"))

    outcomes = []
    rounds(5)
    eventually(lambda: len(descendants(server.process.pid)) <= 2)
    before = held(server)
    rounds(250)
    crashes = sum(how in ("kill", "exit", "orphan", "detached") for how in outcomes)
    assert len(outcomes) == 1020 and crashes > 80

    def gone():
        now = held(server)
        # Connections and files of the store come and go by a few.
        within = now["descriptors"] <= before["descriptors"] + 8
        same = all(now[name] <= before[name] for name in ("processes", "mounts", "files"))
        # Groups stay with their slots, which are used again: at most as many as environments were there at once.
        last[:] = [before, now]
        return within and same and now["groups"] < crashes / 2

    last = []
    try:
        eventually(gone, seconds=20)
    except AssertionError:
        raise AssertionError(f"before and now: {last}")
