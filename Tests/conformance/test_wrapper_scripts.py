"""Scripts by which functions have their runtimes started: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html"""

import json

import pytest

import functions

# "Lambda sends to your script the path to the interpreter and all of the original arguments for the standard runtime startup."
WRAPPER = """#!/bin/sh
interpreter="$1"
shift
export WRAPPED="$#"
exec "$interpreter" %s "$@"
"""

PYTHON = """
import os, sys
def handler(event, context): return [os.environ["WRAPPED"], sys.flags.dev_mode, event]
"""
NODE = """
exports.handler = async (event) => [process.env.WRAPPED, process.execArgv.includes("--no-deprecation"), event];
"""
JAVA = """
import java.util.*;
public class Wrapped {
    public List<Object> run(Map<String, Object> event) {
        return Arrays.asList(System.getenv("WRAPPED"), "yes".equals(System.getProperty("wrapped")), event);
    }
}
"""


def invoke(client, name):
    answer = client.invoke(FunctionName=name, Payload=b'{"a": 1}')
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


@pytest.mark.parametrize("runtime,handler,files,option", [
    ("python3.11", "app.handler", {"app.py": PYTHON}, "-X dev"),
    ("nodejs20.x", "index.handler", {"index.js": NODE}, "--no-deprecation"),
    ("java17", "Wrapped::run", {}, "-Dwrapped=yes"),
], ids=["python", "node", "java"])
@pytest.mark.parametrize("place", ["package", "layer"])
def test_a_script_starts_the_runtime(server, role, runtime, handler, files, option, place, tmp_path):
    if runtime == "java17":
        files = functions.java_classes(tmp_path, {"Wrapped.java": JAVA})
    name, script = f"wrapped-{runtime[:4]}-{place}", WRAPPER % option
    layers, folder = [], "/var/task"
    if place == "layer":
        folder = "/opt"
        content = functions.archive({"wrap": script}, executable=["wrap"])
        layers = [server.client("lambda").publish_layer_version(
            LayerName=name, Content={"ZipFile": content})["LayerVersionArn"]]
    else:
        files = {**files, "wrap": script}
    client = functions.create(
        server, name, role, functions.archive(files, executable=["wrap"]), runtime=runtime, handler=handler, Layers=layers,
        Timeout=20, Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": f"{folder}/wrap"}})
    arguments, is_changed, event = invoke(client, name)
    assert int(arguments) > 0 and is_changed and event == {"a": 1}


def test_a_script_that_is_not_there_fails_the_invocation(server, role):
    client = functions.create(
        server, "unwrapped", role, functions.python(PYTHON),
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/none"}})
    answer = client.invoke(FunctionName="unwrapped")
    assert answer["FunctionError"] == "Unhandled"


def test_runtimes_of_the_operating_system_alone_have_no_scripts(server, role):
    package = functions.archive({"bootstrap": functions.SHELL_BOOTSTRAP}, executable=["bootstrap"])
    client = functions.create(
        server, "bare", role, package, runtime="provided.al2023", handler="none",
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/none"}})
    assert invoke(client, "bare") == {"shell": {"a": 1}}
