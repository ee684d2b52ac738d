"""What functions reach from a network of their own, with the server as root and as an ordinary user, and what they do not."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import pytest

import functions
from apus import BINARY, Server
from test_isolation import ORDINARY_USER, RUNNER

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="not root")
USERS = [pytest.param(None, id="root"), pytest.param(ORDINARY_USER, id="ordinary user")]

REACH = """
import urllib.request
def reach(host, port, seconds=5):
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            connection.settimeout(seconds)
            return connection.recv(100).decode() or "closed"
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
"""

# The other end of a pair of interfaces: answers connections with their address, and names with 198.18.77.2.
OUTSIDE = """
import socket, socketserver, struct, threading
class Greeter(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"outside")
        while self.request.recv(65536): pass
        self.request.sendall(b", farewell")
class Names(socketserver.BaseRequestHandler):
    def handle(self):
        question, own = self.request
        end = question.index(b"\\0", 12) + 5
        is_address = question[end - 4:end] == b"\\0\\1\\0\\1"
        answer = b"\\xc0\\x0c\\0\\1\\0\\1" + struct.pack(">IH", 60, 4) + bytes([198, 18, 77, 2]) if is_address else b""
        own.sendto(question[:2] + b"\\x81\\x80\\0\\1" + bytes([0, is_address]) + b"\\0\\0\\0\\0" + question[12:end] + answer, self.client_address)
for port in (8088, 8089):
    server = socketserver.ThreadingTCPServer(("198.18.77.2", port), Greeter)
    threading.Thread(target=server.serve_forever).start()
threading.Thread(target=socketserver.ThreadingUDPServer(("198.18.77.2", 53), Names).serve_forever).start()
print("ready", flush=True)
"""


class Place:
    def __init__(self, user, *settings, prefix=()):
        arguments = [part for setting in settings for part in ("--set", setting)]
        self.server = Server("--set", "functions.isolation=namespaces", *arguments, user=user, prefix=prefix)
        self.role = functions.create_role(self.server, "tests")
        self.client = functions.create(
            self.server, "runner", self.role, functions.python(RUNNER), MemorySize=256, Timeout=30)

    def run(self, code, name="runner"):
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps({"code": REACH + code}))
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload


@pytest.fixture(scope="module", params=USERS)
def none(request):
    place = Place(request.param, "functions.network=none")
    yield place
    place.server.stop()


@pytest.fixture(scope="module")
def outside():
    """A network beyond this machine's, at 198.18.77.2; skips where no interfaces can be made."""
    holder = subprocess.Popen(
        ["unshare", "-n", "sh", "-c", "ip link set lo up; read line; ip addr add 198.18.77.2/30 dev eth7; ip link set eth7 up; "
            f"exec {sys.executable} -"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for command in (
            f"ip link add apustest type veth peer name eth7 netns {holder.pid}", "ip addr add 198.18.77.1/30 dev apustest",
            "ip link set apustest up",
        ):
            done = subprocess.run(command.split(), capture_output=True, text=True)
            if done.returncode != 0:
                pytest.skip(f"{command}: {done.stderr}")
        holder.stdin.write("go\n" + OUTSIDE)
        holder.stdin.close()
        assert holder.stdout.readline() == "ready\n"
        yield "198.18.77.2"
    finally:
        holder.kill()
        holder.wait()
        subprocess.run(["ip", "link", "del", "apustest"], capture_output=True)


@pytest.fixture(scope="module", params=USERS)
def private(request, outside):
    with tempfile.TemporaryDirectory() as folder:
        resolver = pathlib.Path(folder) / "resolv.conf"
        resolver.write_text(f"nameserver {outside}\n")
        os.chmod(folder, 0o755)
        prefix = ["unshare", "-m", "sh", "-c", f'mount --bind {resolver} /etc/resolv.conf && exec "$@"', "sh"]
        place = Place(
            request.param, "functions.network=private", "functions.egress=198.18.77.0/30:8088,0.0.0.0/0:443", prefix=prefix)
        yield place
        place.server.stop()


def test_apus_is_there_by_the_servers_own_port(none):
    answer = none.run("""
endpoint = os.environ["AWS_ENDPOINT_URL"]
answer = [endpoint, os.environ["AWS_LAMBDA_RUNTIME_API"], urllib.request.urlopen(endpoint + "/_apus/health").status]
""")
    assert answer == [f"http://127.0.0.1:{none.server.port}", "127.0.0.1:9001", 200]


@pytest.mark.skipif(not os.environ.get("APUS_FUNCTIONS_PYTHON_LIBRARIES"), reason="boto3 could not be installed for functions")
def test_a_function_calls_apus_with_its_roles_credentials(none):
    queue = none.server.client("sqs").create_queue(QueueName="reached")["QueueUrl"]
    code = """
import boto3
sqs = boto3.client("sqs")
answer = sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="reached")["QueueUrl"], MessageBody="from within")["MessageId"]
"""
    sent = none.run(code)
    received = none.server.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]
    assert (received["MessageId"], received["Body"]) == (sent, "from within")


def test_nothing_else_is_there(none):
    listener = socket.create_server(("127.0.0.1", 0))
    everywhere = socket.create_server(("0.0.0.0", 0))
    own = socket.gethostbyname(socket.gethostname())
    answer = none.run(f"""
answer = {{"loopback": reach("127.0.0.1", {listener.getsockname()[1]}), "host": reach("127.0.0.1", {everywhere.getsockname()[1]}),
    "metadata": reach("169.254.169.254", 80), "outside": reach("192.0.2.1", 443), "v6": reach("2001:db8::1", 443),
    "interfaces": [name for _, name in socket.if_nameindex()], "name": reach("example.com", 80)}}
""")
    listener.close()
    everywhere.close()
    assert own
    assert answer == {
        "loopback": "ECONNREFUSED", "host": "ECONNREFUSED", "metadata": "ENETUNREACH", "outside": "ENETUNREACH",
        "v6": "ENETUNREACH", "interfaces": ["lo"], "name": answer["name"]}
    assert answer["name"] not in ("closed", "outside")


def test_abstract_sockets_of_the_host_are_not_there(none):
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0apus-test-network")
    server.listen()
    answer = none.run("answer = attempt(socket.socket(socket.AF_UNIX).connect, '\\0apus-test-network')")
    server.close()
    assert answer == "ECONNREFUSED"


def test_environments_do_not_reach_one_another(none):
    functions.create(none.server, "other", none.role, functions.python(RUNNER), MemorySize=256, Timeout=30)
    assert none.run("""
import builtins
builtins.kept = socket.create_server(("0.0.0.0", 7777))
answer = reach("127.0.0.1", 7777, 0.1)
""", name="other") in ("TimeoutError", "timeout")
    assert none.run("answer = reach('127.0.0.1', 7777)") == "ECONNREFUSED"


def test_the_network_cannot_be_changed(none):
    answer = none.run("""
import fcntl, struct
handle = socket.socket()
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
route.send(struct.pack("=IHHII", 32, 20, 5, 1, 0) + struct.pack("=BBBBI", 2, 8, 0, 0, 1) + struct.pack("=HHI", 8, 2, 0x0100000A))
answer = {"down": attempt(fcntl.ioctl, handle, 0x8914, struct.pack("16sh14x", b"lo", 0)),
    "address": errno.errorcode.get(-struct.unpack_from("=i", route.recv(4096), 16)[0]), "api": attempt(socket.create_server, ("127.0.0.1", 9001))}
""")
    assert answer == {"down": "EPERM", "address": "EPERM", "api": "EADDRINUSE"}


def test_a_private_network_reaches_what_it_may(private):
    answer = private.run("""
def half(host, port):
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(b"x" * 3000000)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        got = b""
        while part := connection.recv(65536): got += part
        return got.decode()
answer = {"permitted": half("198.18.77.2", 8088), "by name": half("somewhere.example", 8088), "name": socket.gethostbyname("other.example"),
    "apus": urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_apus/health").status}
""")
    assert answer == {
        "permitted": "outside, farewell", "by name": "outside, farewell", "name": "198.18.77.2", "apus": 200}


def test_a_private_network_reaches_nothing_else(private):
    listener = socket.create_server(("0.0.0.0", 443))
    answer = private.run("""
answer = {"port": reach("198.18.77.2", 8089), "host": reach("198.18.77.1", 443), "loopback": reach("127.0.0.1", 443),
    "metadata": reach("169.254.169.254", 443)}
""")
    listener.close()
    assert answer == {
        "port": "ECONNREFUSED", "host": "ECONNRESET", "loopback": "ECONNRESET", "metadata": "ECONNRESET"}


@pytest.mark.parametrize("settings, says", [
    (["functions.network=none", "functions.isolation=process"], "functions.network=none needs namespaces"),
    (["functions.egress=443"], "functions.network is host"),
    (["functions.network=private", "functions.egress=nonsense"], "functions.egress"),
])
def test_settings_that_contradict_each_other_are_refused(tmp_path, settings, says):
    command = [str(BINARY), "dev", "--port", "0", "--data", str(tmp_path / "data")]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 78
    assert says in done.stderr
    assert not (tmp_path / "data").exists()
