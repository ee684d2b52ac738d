"""Functions that are given a process that was started before them, with the server as root and as an ordinary user."""

import json
import os
import pathlib
import re
import subprocess
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


JAVA_WAITED = r"""
import java.nio.file.*;
import java.util.*;
public class Waited {
    static String attempt(String file) {
        try { Files.createFile(Paths.get(file)); return "ok"; } catch (Exception error) { return "refused"; }
    }
    static Object list(String folder) { return new java.io.File(folder).list(); }
    public Map<String, Object> run(Map<String, Object> event) throws Exception {
        Map<String, Object> answer = new HashMap<>();
        for (String folder : new String[] {"/", "/var/task", "/opt"}) answer.put(folder, list(folder));
        List<String> writes = new ArrayList<>();
        for (String file : new String[] {"/var/task/x", "/opt/x", "/x", "/tmp/x"}) writes.add(attempt(file));
        answer.put("writes", writes);
        answer.put("key", System.getenv("AWS_ACCESS_KEY_ID").substring(0, 4));
        answer.put("begun", new String(Files.readAllBytes(Paths.get("/proc/self/environ"))).contains("AWS_"));
        List<String> status = new ArrayList<>();
        for (String line : Files.readAllLines(Paths.get("/proc/self/status")))
            if (line.matches("(CapEff|NoNewPrivs|Seccomp):.*")) status.add(line.split("\\t")[1]);
        answer.put("status", status);
        return answer;
    }
}
"""


def test_a_java_machine_that_waited_is_as_confined(server, tmp_path):
    package = functions.archive(functions.java_classes(tmp_path, {"Waited.java": JAVA_WAITED}))
    role = functions.create_role(server, "tests")
    for number in range(12):
        name = f"waited-{number}"
        client = functions.create(
            server, name, role, package, runtime="java17", handler="Waited::run", MemorySize=128)
        answer = json.loads(client.invoke(FunctionName=name)["Payload"].read())
        assert answer["/var/task"] == ["Waited.class"] and answer["/opt"] == [] and answer["key"] == "ASIA"
        assert answer["writes"] == ["refused", "refused", "refused", "ok"]
        assert answer["status"] == ["0000000000000000", "1", "2"]
        assert {"opt", "tmp", "usr", "var"} <= set(answer["/"]) and not {"root", "work", "boot"} & set(answer["/"])
        if not answer["begun"]:
            return
        time.sleep(0.7)  # One waits for functions of this size by then.
    raise AssertionError("no function was given a machine that waited")


NODE_ASKING = """
const giveBack = require(process.argv[1]);
const net = require('net');
let sent;
const tell = (received) => { console.log(sent, String(received)); process.exit(0); };
const peer = net.createServer((socket) => socket.on('data', tell)).listen(0, '127.0.0.1', () => {
  const socket = net.connect(peer.address().port, '127.0.0.1', () => {
    sent = giveBack(socket._handle.fd, 'question');
    setTimeout(tell, 2000, 'nothing');
  });
});
"""


def test_what_gives_memory_back_sends_the_next_question_from_native_code(server):
    memory = next(pathlib.Path(server.functions_directory).rglob("node/memory.js"))
    done = subprocess.run(["node", "-e", NODE_ASKING, str(memory)], capture_output=True, text=True)
    assert done.stdout == "8 question\n", done.stderr


def node_processes(server):
    """MiB of PSS of the server's processes of Node.js that are a function's: those that wait read their standard input."""
    parents, found = {}, []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if b"node/bootstrap.js" in (folder / "cmdline").read_bytes() and os.readlink(folder / "fd/0") == "/dev/null":
                found.append(int(folder.name))
        except OSError:
            continue
    sizes = {}
    for pid in found:
        parent = pid
        while parent in parents and parent != server.process.pid:
            parent = parents[parent]
        if parent == server.process.pid:
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            sizes[pid] = int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.M)[1]) / 1024
    return sizes


def test_a_node_environment_that_has_run_events_and_is_idle_gives_memory_back(server):
    role = functions.create_role(server, "tests")
    package = functions.archive({"index.js": "let count = 0; exports.handler = async () => ++count;"})
    client = functions.create(
        server, "idle", role, package, runtime="nodejs20.x", handler="index.handler", MemorySize=128)
    for _ in range(300):
        client.invoke(FunctionName="idle")
    time.sleep(1)  # It is frozen by then.
    (pid, before), = node_processes(server).items()
    deadline = time.monotonic() + 15
    while (after := node_processes(server)[pid]) > 15 or after > before - 2:
        assert time.monotonic() < deadline, f"{before:.1f} MiB with the last event, {after:.1f} now"
        time.sleep(0.5)
    answer = client.invoke(FunctionName="idle")
    assert answer["Payload"].read() == b"301", "it is the same process, and goes on"
    assert "\napus_function_memory_given_back_total 1\n" in server.metrics()
