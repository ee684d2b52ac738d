"""What a function in namespaces can and cannot reach: each escape is tried, with the server as root and as an ordinary user."""

import base64
import hashlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import uuid

import pytest

import functions
from apus import BINARY, Server, eventually

ORDINARY_USER = 65534

# Runs Python that the event brings, and answers what it leaves in `answer`.
RUNNER = """
import ctypes, errno, json, os, signal, socket, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    "0, or the name of the error."
    done = getattr(libc, name)(*arguments)
    return 0 if done >= 0 else errno.errorcode[ctypes.get_errno()]

def system_call(number, *arguments):
    done = libc.syscall(ctypes.c_long(number), *arguments)
    return 0 if done >= 0 else errno.errorcode[ctypes.get_errno()]

def attempt(function, *arguments):
    "Ok, or the name of the error."
    try:
        function(*arguments)
        return "ok"
    except OSError as error:
        return errno.errorcode[error.errno]

def handler(event, context):
    names = dict(globals())
    exec(event["code"], names)
    return names.get("answer")
"""

NODE_LIST = """
const fs = require("fs");
exports.handler = async () => ({ root: fs.readdirSync("/"), pid: process.pid, user: process.getuid(), task: __dirname });
"""

SHELL_LIST = """#!/bin/sh
set -eu
api="http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation"
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "$api/next")
  id=$(grep -i '^lambda-runtime-aws-request-id:' "$headers" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS -X POST "$api/$id/response" -d "{\\"task\\": \\"$PWD\\", \\"root\\": \\"$(ls / | tr '\\n' ' ')\\"}" > /dev/null
done
"""

SEEN = ["bin", "dev", "etc", "home", "lib", "opt", "proc", "run", "sbin", "tmp", "usr", "var"]


class Place:
    def __init__(self, user):
        self.server = Server("--set", "functions.isolation=namespaces", user=user)
        self.server.isolated_user = user
        self.role = functions.create_role(self.server, "tests")
        self.client = functions.create(
            self.server, "runner", self.role, functions.python(RUNNER), MemorySize=256, Timeout=20)

    def invoke(self, name="runner", **event):
        return self.client.invoke(FunctionName=name, LogType="Tail", Payload=json.dumps(event))

    def run(self, code, name="runner"):
        answer = self.invoke(name, code=code)
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload


@pytest.fixture(scope="module", params=[
    pytest.param(None, id="root", marks=pytest.mark.skipif(os.geteuid() != 0, reason="not root")),
    pytest.param(
        ORDINARY_USER, id="ordinary user", marks=pytest.mark.skipif(os.geteuid() != 0, reason="cannot become another")),
])
def place(request):
    place = Place(request.param)
    yield place
    place.server.stop()


def test_the_root_has_nothing_of_the_hosts_but_the_system(place):
    answer = place.run("""
answer = {"root": sorted(n for n in os.listdir("/") if n not in ("lib32", "libx32", "lib64")), "cwd": os.getcwd(),
    "task": os.environ["LAMBDA_TASK_ROOT"], "home": os.listdir("/home"), "opt": os.listdir("/opt"),
    "dev": sorted(os.listdir("/dev")), "host": socket.gethostname(), "runtime": os.listdir("/var/runtime/python") != []}
""")
    assert answer == {
        "root": SEEN, "cwd": "/var/task", "task": "/var/task", "home": [], "opt": [],
        "dev": ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"], "host": "lambda",
        "runtime": True}


def test_every_runtime_runs_there(place):
    node = functions.archive({"index.js": NODE_LIST})
    client = functions.create(
        place.server, "node", place.role, node, runtime="nodejs20.x", handler="index.handler", MemorySize=256)
    answer = json.loads(client.invoke(FunctionName="node")["Payload"].read())
    assert answer["task"] == "/var/task"
    assert set(SEEN) <= set(answer["root"]) and "root" not in answer["root"] and "work" not in answer["root"]
    shell = functions.archive({"bootstrap": SHELL_LIST}, executable=["bootstrap"])
    client = functions.create(place.server, "shell", place.role, shell, runtime="provided.al2023", handler="none")
    answer = json.loads(client.invoke(FunctionName="shell")["Payload"].read())
    assert answer["task"] == "/var/task"
    assert set(SEEN) <= set(answer["root"].split())


def test_a_function_has_its_own_processes_and_no_others(place):
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        answer = place.run(f"""
answer = {{"processes": len([n for n in os.listdir("/proc") if n.isdigit()]), "own": os.getpid(), "parent": os.getppid(),
    "kill": attempt(os.kill, {sleeper.pid}, 9), "server": attempt(os.kill, {place.server.process.pid}, 9),
    "all": attempt(os.kill, -1, 0)}}
""")
        assert answer["processes"] <= 3
        assert answer["own"] < 100 and answer["parent"] == 0
        assert answer["kill"] == answer["server"] == "ESRCH"
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_the_servers_files_and_the_hosts_tmp_are_not_there(place):
    with tempfile.TemporaryDirectory() as folder:
        secret = pathlib.Path(folder) / "secret"
        secret.write_text("secret")
        os.chmod(folder, 0o755)
        data = place.server.data
        answer = place.run(f"""
answer = {{"secret": os.path.exists({str(secret)!r}), "store": attempt(os.listdir, {data + "/store"!r}),
    "data": attempt(os.listdir, {data!r}) == "ok" and os.listdir({data!r}),
    "environments": os.path.exists({data + "/functions/environments"!r}),
    "init": [attempt(os.listdir, "/proc/1/" + n) for n in ("root/root", "cwd/root")],
    "etc": [attempt(open, "/etc/" + n) for n in ("shadow", "gshadow", "ssh", "sudoers")], "sys": os.path.exists("/sys")}}
""")
        assert answer["secret"] is False
        assert answer["store"] == "ENOENT"
        # No more of the path than leads to the runtimes' files.
        assert answer["data"] is False or set(answer["data"]) == {"functions"} or set(answer["data"]) == {"runtimes"}
        assert answer["environments"] is False and answer["sys"] is False
        assert set(answer["init"]) <= {"ENOENT", "EACCES", "EPERM"}
        assert answer["etc"] == ["ENOENT"] * 4


def test_other_functions_files_and_processes_are_not_there(place):
    functions.create(place.server, "other", place.role, functions.python(RUNNER), MemorySize=256, Timeout=20)
    place.run("open('/tmp/mine', 'w').write('secret'); answer = 1", name="other")
    answer = place.run("""
answer = {"tmp": os.path.exists("/tmp/mine"), "environ": [
    n for n in os.listdir("/proc") if n.isdigit() and attempt(open, f"/proc/{n}/environ") == "ok"
    and b"FUNCTION_NAME=other" in open(f"/proc/{n}/environ", "rb").read()]}
""")
    assert answer == {"tmp": False, "environ": []}
    assert place.run("answer = open('/tmp/mine').read()", name="other") == "secret"


def test_nothing_of_other_accounts_is_left_in_memory(place):
    """The launcher and the template have handed on the credentials of every environment: none of them may be found in another."""
    secret = "q7Zk" + uuid.uuid4().hex
    digest = hashlib.sha256(secret.encode()).hexdigest()
    functions.create(place.server, "keeper", place.role, functions.python(RUNNER), MemorySize=512, Timeout=60,
        Environment={"Variables": {"SECRET": secret}})
    place.run("answer = 1", name="keeper")
    functions.create(place.server, "thief", place.role, functions.python(RUNNER), MemorySize=512, Timeout=60)
    code = """
import hashlib
found, read = [], 0
for process in ("self", "1"):
    try:
        maps = open(f"/proc/{process}/maps").read().splitlines()
        memory = open(f"/proc/{process}/mem", "rb", 0)
    except OSError:
        continue
    for line in maps:
        span, mode = line.split()[:2]
        if not mode.startswith("rw") or "[v" in line: continue
        start, end = (int(n, 16) for n in span.split("-"))
        try:
            memory.seek(start)
            data = memory.read(min(end - start, 64 << 20)) or b""
        except (OSError, ValueError, OverflowError):
            continue
        read += len(data)
        at = data.find(b"q7Zk")
        while at >= 0:
            if hashlib.sha256(data[at:at + 36]).hexdigest() == DIGEST: found.append(line)
            at = data.find(b"q7Zk", at + 1)
answer = {"found": found, "read": read > 100_000}
"""
    own = place.run(code.replace("DIGEST", repr(digest)), name="keeper")
    assert own["found"] and own["read"]  # The search finds what is there.
    answer = place.run(code.replace("DIGEST", repr(digest)), name="thief")
    assert answer == {"found": [], "read": True}


def test_what_would_change_the_sandbox_is_refused(place):
    answer = place.run("""
answer = {
    "mount": call("mount", b"x", b"/tmp", b"tmpfs", 0, None), "umount": call("umount2", b"/proc", 2),
    "unshare": [call("unshare", flag) for flag in (0x20000, 0x10000000, 0x40000000)],
    "setns": call("setns", os.open("/proc/self/ns/mnt", os.O_RDONLY), 0), "chroot": attempt(os.chroot, "/tmp"),
    "ptrace": call("ptrace", 16, 1, None, None), "clone": system_call(56 if os.uname().machine == "x86_64" else 220, 0x10000011, 0, 0, 0, 0),
    "clone3": system_call(435, 0, 0), "io_uring": system_call(425, 1, 0), "bpf": system_call(321 if os.uname().machine == "x86_64" else 280, 0, 0, 0),
    "memory": system_call(310 if os.uname().machine == "x86_64" else 270, 1, 0, 0, 0, 0, 0),
    "keys": system_call(250 if os.uname().machine == "x86_64" else 219, 0, 0, 0),
    "hostname": attempt(socket.sethostname, "x"), "device": attempt(os.mknod, "/tmp/d", 0o60666, 0x800),
    "setuid": attempt(os.setuid, 0) if os.getuid() else "EPERM",
    "raw": attempt(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1), "packet": attempt(socket.socket, 17, socket.SOCK_RAW, 0),
    "vsock": attempt(socket.socket, 40, socket.SOCK_STREAM, 0), "sysctl": attempt(open, "/proc/sys/kernel/core_pattern", "w"),
    "nice": attempt(os.setpriority, 0, 0, -5),
}
""")
    assert answer == {
        "mount": "EPERM", "umount": "EPERM", "unshare": ["EPERM"] * 3, "setns": "EPERM", "chroot": "EPERM", "ptrace": "EPERM",
        "clone": "EPERM", "clone3": "ENOSYS", "io_uring": "ENOSYS", "bpf": "EPERM", "memory": "EPERM", "keys": "EPERM",
        "hostname": "EPERM", "device": answer["device"], "setuid": answer["setuid"], "raw": "EPERM", "packet": "EAFNOSUPPORT",
        "vsock": "EAFNOSUPPORT", "sysctl": answer["sysctl"], "nice": answer["nice"]}
    assert answer["device"] in ("EPERM", "EACCES")  # For want of rights, or by Landlock.
    assert answer["setuid"] in ("EPERM", "EINVAL")  # There is no such user in the user namespace.
    assert answer["sysctl"] in ("EACCES", "EROFS") and answer["nice"] in ("EACCES", "EPERM")


def test_it_has_no_capabilities_and_a_filter(place):
    status = place.run("answer = dict(l.split(':', 1) for l in open('/proc/self/status').read().splitlines())")
    status = {name: value.strip() for name, value in status.items()}
    assert status["CapEff"] == status["CapPrm"] == status["CapInh"] == status["CapAmb"] == "0" * 16
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"


def test_only_tmp_and_shared_memory_can_be_written(place):
    answer = place.run("""
places = ["/", "/var/task", "/var/runtime/python", "/opt", "/usr", "/usr/bin", "/etc", "/dev", "/home", "/run", "/var/tmp", "/proc", "/tmp", "/dev/shm"]
answer = [p for p in places if attempt(open, p + "/file", "w") == "ok"]
for p in answer: os.unlink(p + "/file")
""")
    assert answer == ["/tmp", "/dev/shm"]


def test_landlock_is_a_second_lock_behind_the_mounts(place):
    answer = place.run("""
import stat
os.makedirs("/tmp/a"); os.makedirs("/tmp/b")
open("/tmp/a/file", "w").write("text")
os.rename("/tmp/a/file", "/tmp/b/file"); os.link("/tmp/b/file", "/tmp/a/again"); os.truncate("/tmp/b/file", 2)
os.symlink("b/file", "/tmp/link"); os.mkfifo("/tmp/pipe"); socket.socket(socket.AF_UNIX).bind("/tmp/socket")
for name in ("null", "shm/x", "stdout"): open("/dev/" + name, "w").close()
answer = {"text": open("/tmp/link").read(), "names": sorted(os.listdir("/tmp")),
    # A whiteout, the one device that needs no rights.
    "device": attempt(os.mknod, "/tmp/device", stat.S_IFCHR | 0o600, 0)}
for name in ("a/again", "b/file", "link", "pipe", "socket"): os.unlink("/tmp/" + name)
os.rmdir("/tmp/a"); os.rmdir("/tmp/b")
""")
    assert answer["text"] == "te" and {"a", "b", "link", "pipe", "socket"} <= set(answer["names"])
    if kernel() < (5, 19):
        pytest.skip("Landlock of this kernel does not know how files are moved")
    assert answer["device"] == "EACCES"


def kernel():
    return tuple(int(part) for part in os.uname().release.split(".")[:2])


def test_abstract_sockets_of_the_host_are_out_of_reach(place):
    status = place.run("answer = open('/proc/self/status').read()")
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0apus-test-isolation")
    server.listen()
    answer = place.run("answer = attempt(socket.socket(socket.AF_UNIX).connect, '\\0apus-test-isolation')")
    server.close()
    if kernel() < (6, 12):
        pytest.skip("Landlock of this kernel does not know abstract sockets")
    assert status and answer == "EPERM"


# Mounts version 2 where nobody else sees it, and starts a process that says where it was born.
BORN = """
import os, socket, struct, subprocess, sys
binary, folder = sys.argv[1:]
subprocess.run(["mount", "-t", "cgroup2", "cgroup2", folder], check=True)
group = folder + "/apus-test-born"
os.makedirs(group, exist_ok=True)
own, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
events, reports = os.pipe()
output, printed = os.pipe()
launcher = os.fork()
if launcher == 0:
    for number, descriptor in ((3, theirs.fileno()), (4, reports)): os.dup2(os.dup(descriptor), number + 20)
    os.dup2(23, 3); os.dup2(24, 4)
    os.execve(binary, [binary], {"APUS_LAUNCHER": "3,4,0"})
arguments, unchanged = ["/bin/cat", "/proc/self/cgroup"], (1 << 64) - 1
head = struct.pack("<IiQIIQQQQiIIIIIIIIIQ", 1, 0, 7, 0xffffffff, 0xffffffff, *[unchanged] * 4, 0, len(arguments), *[0] * 9)
socket.send_fds(own, [head + b"".join(text.encode() + b"\\0" for text in ["/", group] + arguments)], [printed])
os.close(printed)
text = b""
while part := os.read(output, 4096): text += part
own.close()
os.waitpid(launcher, 0)
os.rmdir(group)
print(text.decode())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
def test_a_process_is_born_in_its_group_of_version_2(tmp_path):
    command = ["unshare", "-m", sys.executable, "-c", BORN, str(BINARY), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    if "mount" in done.stderr:
        pytest.skip(done.stderr)
    assert "0::/apus-test-born\n" in done.stdout, done.stderr


def test_a_full_tmp_is_the_functions_own_matter(place):
    functions.create(
        place.server, "writer", place.role, functions.python(RUNNER), MemorySize=1024, Timeout=60,
        EphemeralStorage={"Size": 512})
    answer = place.run("""
def fill():
    with open("/tmp/big", "wb") as file:
        for _ in range(600): file.write(b"x" * (1 << 20))
space = os.statvfs("/tmp")
answer = {"size": space.f_blocks * space.f_frsize >> 20, "fill": attempt(fill)}
os.unlink("/tmp/big")
answer["again"] = attempt(open, "/tmp/small", "w")
""", name="writer")
    assert answer == {"size": 512, "fill": "ENOSPC", "again": "ok"}


def test_orphans_end_with_the_environment_and_zombies_are_reaped(place):
    functions.create(place.server, "parent", place.role, functions.python(RUNNER), MemorySize=256, Timeout=3)
    mark = f"8{os.getpid() % 100000:05d}"
    answer = place.run(f"""
child = os.fork()
if child == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{mark}"])
    os._exit(0)
os.waitpid(child, 0)
for _ in range(20):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.wait()
time.sleep(0.3)
answer = [open(f"/proc/{{n}}/stat").read().split()[2] for n in os.listdir("/proc") if n.isdigit()]
""", name="parent")
    assert "Z" not in answer and len(answer) <= 4
    assert subprocess.run(["pgrep", "-f", f"sleep {mark}"], stdout=subprocess.DEVNULL).returncode == 0
    place.invoke("parent", code="time.sleep(30)")  # Times out, and is killed.
    eventually(lambda: subprocess.run(["pgrep", "-f", f"sleep {mark}"], stdout=subprocess.DEVNULL).returncode == 1)


def test_out_of_memory_kills_the_environment_and_nothing_else(place):
    if place.server.isolated_user is not None:
        pytest.skip("no cgroup was delegated to the ordinary user")
    functions.create(place.server, "glutton", place.role, functions.python(RUNNER), MemorySize=128, Timeout=30)
    answer = place.invoke("glutton", code="x = bytearray(400 << 20); answer = len(x)")
    payload = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert "Status: error\tError Type: Runtime.OutOfMemory" in tail
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in tail
    assert place.run("answer = 1", name="glutton") == 1


def test_a_fork_bomb_is_bounded(place):
    functions.create(place.server, "bomb", place.role, functions.python(RUNNER), MemorySize=1536, Timeout=120)
    answer = place.run("""
children = []
def spawn():
    for _ in range(6000): children.append(subprocess.Popen(["sleep", "120"]))
answer = {"error": attempt(spawn), "count": len(children)}
for child in children: child.kill()
""", name="bomb")
    assert answer["error"] == "EAGAIN" and 500 < answer["count"] <= 4096
    assert place.run("answer = 1") == 1


def test_kill_minus_nine_of_the_server_leaves_no_environment(place):
    server = Server("--set", "functions.isolation=namespaces", user=place.server.isolated_user)
    try:
        role = functions.create_role(server, "tests")
        client = functions.create(server, "stays", role, functions.python(RUNNER), Timeout=60)
        mark = f"9{os.getpid() % 100000:05d}"
        code = f"os.setsid() if os.fork() == 0 else 0; subprocess.Popen(['sleep', '{mark}'], start_new_session=True); answer = 1"
        client.invoke(FunctionName="stays", Payload=json.dumps({"code": code}))
        assert subprocess.run(["pgrep", "-f", f"sleep {mark}"], stdout=subprocess.DEVNULL).returncode == 0
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        eventually(lambda: subprocess.run(["pgrep", "-f", f"sleep {mark}"], stdout=subprocess.DEVNULL).returncode == 1)
    finally:
        server.stop()


def test_layers_are_laid_over_each_other_at_opt(place):
    client = place.server.client("lambda")
    arns = []
    for number in (1, 2):
        files = {"shared.txt": f"layer {number}", f"only{number}.txt": str(number)}
        arns.append(client.publish_layer_version(
            LayerName=f"layer{number}", Content={"ZipFile": functions.archive(files)})["LayerVersionArn"])
    functions.create(place.server, "layered", place.role, functions.python(RUNNER), Layers=arns)
    answer = place.run("answer = {n: open('/opt/' + n).read() for n in sorted(os.listdir('/opt'))}", name="layered")
    assert answer == {"only1.txt": "1", "only2.txt": "2", "shared.txt": "layer 2"}


def test_names_certificates_and_users_are_known(place):
    answer = place.run("""
import pwd, ssl
answer = {"certificates": len(ssl.create_default_context().get_ca_certs()) > 0, "name": pwd.getpwuid(os.getuid()).pw_name[:8],
    "localhost": socket.gethostbyname("localhost"), "own": socket.gethostbyname(socket.gethostname())}
""")
    assert answer == {"certificates": os.path.isdir("/etc/ssl/certs"), "name": "sbx_user", "localhost": "127.0.0.1", "own": "127.0.0.1"}


def test_serve_refuses_a_machine_that_permits_no_namespaces(tmp_path):
    command = ["setpriv", "--bounding-set=-sys_admin", str(BINARY), "serve", "--port", "0", "--data", str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 78
    assert "functions.isolation=process" in done.stderr
    assert not (tmp_path / "data").exists()
