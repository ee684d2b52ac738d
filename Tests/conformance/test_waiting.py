"""Functions that are given a process of Node.js that was started before them, with the server as root and as an ordinary user."""

import json
import os
import time

import pytest

import functions
from apus import Server

ORDINARY_USER = 65534

NODE_WAITED = """
const fs = require("fs");
const attempt = (file) => { try { fs.writeFileSync(file, ""); return "ok"; } catch (error) { return error.code; } };
exports.handler = async () => ({
  root: fs.readdirSync("/"), task: fs.readdirSync("/var/task"), layer: fs.readdirSync("/opt"),
  writes: ["/var/task/x", "/opt/x", "/x", "/tmp/x"].map(attempt), key: process.env.AWS_ACCESS_KEY_ID.slice(0, 4),
  status: fs.readFileSync("/proc/self/status", "utf8").match(/^(CapEff|NoNewPrivs|Seccomp):.*$/gm)
    .map((line) => line.split("\\t")[1]),
  begun: fs.readFileSync("/proc/self/environ", "utf8").includes("AWS_"),
  sockets: fs.readdirSync("/proc/self/fd").filter((name) => {
    try { return fs.readlinkSync(`/proc/self/fd/${name}`).startsWith("socket:"); } catch { return false; }
  }).length,
});
"""


@pytest.fixture(params=[
    pytest.param(None, id="root", marks=pytest.mark.skipif(os.geteuid() != 0, reason="not root")),
    pytest.param(
        ORDINARY_USER, id="ordinary user", marks=pytest.mark.skipif(os.geteuid() != 0, reason="cannot become another")),
])
def server(request):
    server = Server("--set", "functions.isolation=namespaces", user=request.param)
    yield server
    server.stop()


def test_a_process_that_waited_is_as_confined_as_one_that_was_started(server):
    role = functions.create_role(server, "tests")
    layer = server.client("lambda").publish_layer_version(
        LayerName="waited", Content={"ZipFile": functions.archive({"nodejs/own.js": ""})})["LayerVersionArn"]
    package = functions.archive({"index.js": NODE_WAITED})
    for number in range(8):
        name = f"waited-{number}"
        client = functions.create(
            server, name, role, package, runtime="nodejs20.x", handler="index.handler", MemorySize=128,
            Layers=[layer])
        time.sleep(0.5)  # One waits for functions of this size by then.
        answer = json.loads(client.invoke(FunctionName=name)["Payload"].read())
        assert answer["task"] == ["index.js"] and answer["layer"] == ["nodejs"]
        assert answer["writes"] == ["EROFS", "EROFS", "EROFS", "ok"]
        assert {"opt", "tmp", "usr", "var"} <= set(answer["root"]) and not {"root", "work", "boot"} & set(answer["root"])
        assert answer["status"] == ["0000000000000000", "1", "2"] and answer["key"] == "ASIA" and answer["sockets"] == 1
        if not answer["begun"]:
            return
    raise AssertionError("no function was given a process that waited")
