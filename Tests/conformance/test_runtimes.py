"""What runs a runtime: the interpreter of its version, one that is named, or one that stands in where that is permitted."""

import json
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from functions import TRUST, archive, java_classes
from test_serve import Serve, command

NEW = "python3.14"
MISSING = not any(os.path.exists(f"{folder}/{NEW}") for folder in ("/usr/bin", "/usr/local/bin", "/opt/bin"))
HANDLER = "import sys\ndef handler(event, context): return sys.version_info[1]\n"


@pytest.fixture
def started(tmp_path):
    servers = []

    def start(*arguments):
        servers.append(Serve(tmp_path / f"data{len(servers)}", *arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def create(server, runtime, files, handler="app.handler"):
    role = server.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    functions = server.client("lambda")
    functions.create_function(
        FunctionName="sample", Runtime=runtime, Handler=handler, Role=role, Code={"ZipFile": archive(files)}, MemorySize=256)
    return functions


def answer(functions, payload=b"{}"):
    result = functions.invoke(FunctionName="sample", Payload=payload)
    body = json.loads(result["Payload"].read())
    assert "FunctionError" not in result, body
    return body


@pytest.mark.skipif(not MISSING, reason=f"{NEW} is installed")
def test_serve_refuses_a_version_that_is_missing_and_says_what_to_install(started):
    with pytest.raises(ClientError) as refused:
        create(started(), NEW, {"app.py": HANDLER})
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert f"Install the package {NEW}" in refused.value.response["Error"]["Message"]


@pytest.mark.skipif(not MISSING, reason=f"{NEW} is installed")
def test_another_version_stands_in_where_that_is_permitted_and_the_log_says_so(started):
    server = started("--set", "functions.substitution=nearest")
    assert isinstance(answer(create(server, NEW, {"app.py": HANDLER})), int)
    with open(server.log.name) as log:
        assert f"{NEW}" in next(line for line in log if "stands in" in line)


def test_a_runtime_is_run_by_the_program_that_is_named(started):
    server = started("--set", f"functions.runtimes={NEW}=/usr/bin/python3")
    expected = int(subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(sys.version_info[1])"], capture_output=True, check=True).stdout)
    assert answer(create(server, NEW, {"app.py": HANDLER})) == expected


def test_a_program_that_is_not_there_stops_the_server_with_a_reason(tmp_path):
    ended = command(
        "serve", "--port", "0", "--data", str(tmp_path / "data"), "--set", "functions.isolation=process", "--set",
        "functions.runtimes=ruby3.3=/nonexistent")
    assert ended.returncode != 0
    assert "/nonexistent" in ended.stderr


def test_python_environments_are_forked_from_a_template(started):
    server = started("--set", "functions.substitution=nearest")
    functions = create(server, "python3.11", {"app.py": "def handler(e, c): return open('/proc/self/comm').read().strip()\n"})
    # The template starts with the function.
    for _ in range(100):
        functions.update_function_configuration(FunctionName="sample", Environment={"Variables": {"MARK": str(time.time())}})
        if answer(functions) == "apus-template":
            return
        time.sleep(0.05)
    raise AssertionError("no environment was forked")


def test_a_java_function(started, tmp_path):
    classes = java_classes(tmp_path, {"App.java": (
        "public class App { public java.util.Map<String, Object> run(java.util.Map<String, Object> event) {"
        ' event.put("java", true); return event; } }')})
    server = started("--set", "functions.substitution=nearest")
    functions = create(server, "java17", classes, handler="App::run")
    assert answer(functions, b'{"a": [1, "x"]}') == {"a": [1, "x"], "java": True}
