"""The protocols of systemd, spoken by stand-ins, and the units in packaging/systemd."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from apus import BINARY, ROOT, eventually
from test_serve import command, printed_key
from test_upgrade import Traffic

UNITS = ROOT / "packaging" / "systemd"

# What systemd does between fork and exec: the sockets become the descriptors from 3 on, and the variables name the process.
STARTER = """
import os, sys
descriptor = int(sys.argv[1])
os.dup2(descriptor, 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="apus.socket")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Manager:
    """Holds the port and listens to notifications, as systemd does."""

    def __init__(self, folder):
        self.port_socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.endpoint = f"http://127.0.0.1:{self.port_socket.getsockname()[1]}"
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(folder / "notify"))
        self.notify.settimeout(30)
        self.data = folder / "data"
        self.log = open(folder / "log", "ab")

    def start(self, **variables):
        os.set_inheritable(self.port_socket.fileno(), True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("APUS_")}
        return subprocess.Popen(
            [sys.executable, "-c", STARTER, str(self.port_socket.fileno()), str(BINARY), "serve", "--data", str(self.data),
             "--set", "functions.isolation=process"],
            env=environment | {"NOTIFY_SOCKET": self.notify.getsockname()} | variables, stdout=subprocess.DEVNULL,
            stderr=self.log, close_fds=False)

    def until(self, wanted):
        """The messages up to one that has the line `wanted`."""
        messages = []
        while True:
            message = self.notify.recv(4096).decode()
            messages.append(message)
            if wanted in message.split("\n"):
                return messages

    def health(self):
        return urllib.request.urlopen(self.endpoint + "/_apus/health", timeout=30).status


@pytest.fixture
def manager(tmp_path):
    return Manager(tmp_path)


def stop(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_a_server_serves_the_socket_it_is_handed_and_says_when_it_is_ready(manager):
    process = manager.start()
    try:
        messages = manager.until("READY=1")
        # Recovery may take longer than a start as a rule does.
        assert messages[0].startswith("EXTEND_TIMEOUT_USEC=")
        assert f"STATUS=Serving {manager.endpoint}, version " in messages[-1]
        assert manager.health() == 200
    finally:
        stop(process)
    assert "STOPPING=1" in manager.until("STOPPING=1")


def test_a_connection_that_came_before_the_server_is_answered(manager):
    early = socket.create_connection(manager.port_socket.getsockname())
    early.sendall(b"GET /_apus/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process = manager.start()
    try:
        early.settimeout(30)
        assert early.recv(64).startswith(b"HTTP/1.1 200 ")
    finally:
        stop(process)


def test_a_restart_refuses_nobody(manager):
    for _ in range(3):
        process = manager.start()
        manager.until("READY=1")
        assert manager.health() == 200
        stop(process)
        # Nobody listens now, and connecting works all the same.
        waiting = socket.create_connection(manager.port_socket.getsockname())
        waiting.sendall(b"GET /_apus/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        process = manager.start()
        waiting.settimeout(30)
        assert waiting.recv(64).startswith(b"HTTP/1.1 200 ")
        manager.until("READY=1")
        stop(process)


def test_clients_that_never_pause_see_nothing_of_restarts(manager):
    done = command("key", "reset-root", "--data", str(manager.data))
    key = printed_key(done.stdout)
    manager.key = lambda: key
    process = manager.start()
    manager.until("READY=1")
    traffic = Traffic(manager)
    try:
        for _ in range(3):
            before = dict(traffic.answers)
            stop(process)
            process = manager.start()
            manager.until("STOPPING=1")
            manager.until("READY=1")
            eventually(lambda: all(traffic.answers.get(name, 0) > before[name] for name in before))
    finally:
        traffic.stop(lambda: stop(process))
    assert traffic.failures == []


def test_a_reload_is_announced_and_ends_ready_in_the_same_process(manager):
    process = manager.start()
    try:
        manager.until("READY=1")
        process.send_signal(signal.SIGHUP)
        messages = manager.until("READY=1")
        reloading = next(message for message in messages if message.startswith("RELOADING=1\n"))
        assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", reloading)
        assert process.poll() is None and manager.health() == 200
    finally:
        stop(process)


def test_the_watchdog_is_fed(manager):
    process = manager.start(WATCHDOG_USEC="200000")
    try:
        manager.until("READY=1")
        for _ in range(3):
            manager.until("WATCHDOG=1")
        os.kill(process.pid, signal.SIGSTOP)
        manager.notify.settimeout(1)
        with pytest.raises(TimeoutError):
            while True:
                manager.notify.recv(4096)
    finally:
        os.kill(process.pid, signal.SIGCONT)
        stop(process)


def test_systemds_own_activation_starts_a_server(tmp_path):
    if shutil.which("systemd-socket-activate") is None:
        pytest.skip("systemd-socket-activate is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", str(BINARY), "serve", "--data", str(tmp_path / "data"),
         "--set", "functions.isolation=process"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def answers():
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}/_apus/health", timeout=30).status == 200
            except ConnectionRefusedError:
                return False
            except urllib.error.URLError as failure:
                assert isinstance(failure.reason, ConnectionRefusedError), failure
                return False

        eventually(answers)
    finally:
        stop(process)


def test_a_dev_server_is_not_handed_a_port_of_the_network(tmp_path):
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        os.set_inheritable(everywhere.fileno(), True)
        done = subprocess.run(
            [sys.executable, "-c", STARTER, str(everywhere.fileno()), str(BINARY), "dev", "--data", str(tmp_path / "data")],
            capture_output=True, text=True, timeout=60, close_fds=False)
    assert done.returncode == 78
    assert "0.0.0.0 is not a loopback address" in done.stderr


def test_descriptors_that_do_not_listen_are_refused(tmp_path):
    file = open(tmp_path / "file", "w")
    os.set_inheritable(file.fileno(), True)
    done = subprocess.run(
        [sys.executable, "-c", STARTER, str(file.fileno()), str(BINARY), "dev", "--data", str(tmp_path / "data")],
        capture_output=True, text=True, timeout=60, close_fds=False)
    assert done.returncode == 78
    assert "descriptor 3, which was handed over to listen on, is not a socket" in done.stderr


def test_the_units_are_what_systemd_understands(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/usr/local/bin/apus", str(BINARY))
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if "apus" in line]
    assert done.returncode == 0 and complaints == [], done.stderr


def test_the_command_of_the_unit_starts_a_server(tmp_path):
    command = re.search(r"^ExecStart=(.*)$", (UNITS / "apus.service").read_text(), re.MULTILINE).group(1).split()
    assert command[0] == "/usr/local/bin/apus"
    arguments = [str(tmp_path / "data") if word == "/var/lib/apus" else word for word in command[1:]]
    done = subprocess.run([str(BINARY), *arguments, "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
