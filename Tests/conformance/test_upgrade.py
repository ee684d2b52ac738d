"""A server that makes room for another on the same port: no connection refused, no request failed."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse

import boto3
import pytest
from botocore.config import Config

import functions
from apus import BINARY, eventually
from test_serve import Serve, command

UPGRADES = 5


class Traffic:
    """Clients that send without pause, each on a thread of its own, until `stop`. Retries are off."""

    def __init__(self, server):
        self.server = server
        self.stopped = threading.Event()
        self.answers = {}
        self.failures = []
        self.slowest = 0
        client = self.client()
        self.queue = client.create_queue(QueueName="busy")["QueueUrl"]
        self.empty = client.create_queue(QueueName="empty")["QueueUrl"]
        kinds = 3 * [self.kept_connection, self.connection_per_request, self.short_poll] + [self.long_poll]
        self.threads = [threading.Thread(target=self.run, args=(kind,)) for kind in kinds]
        for thread in self.threads:
            thread.start()

    def client(self):
        access, secret = self.server.key()
        return boto3.client(
            "sqs", endpoint_url=self.server.endpoint, region_name="us-east-1", aws_access_key_id=access,
            aws_secret_access_key=secret, config=Config(retries={"max_attempts": 0, "mode": "standard"}))

    def stop(self, stop_server):
        """Ends all clients; the poll that waits is answered by the server's stop."""
        self.stopped.set()
        for thread in self.threads[:-1]:
            thread.join(30)
        stop_server()
        self.threads[-1].join(30)

    def run(self, kind):
        send = kind()
        while not self.stopped.is_set():
            started = time.monotonic()
            try:
                send()
                self.answers[kind.__name__] = self.answers.get(kind.__name__, 0) + 1
            except Exception as failure:
                self.failures.append((kind.__name__, repr(failure)))
            if kind.__name__ != "long_poll":
                self.slowest = max(self.slowest, time.monotonic() - started)

    def kept_connection(self):
        client = self.client()
        return lambda: client.send_message(QueueUrl=self.queue, MessageBody="x")

    def connection_per_request(self):
        address = urllib.parse.urlsplit(self.server.endpoint)

        def send():
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
            connection.request("GET", "/_apus/health", headers={"Connection": "close"})
            answer = connection.getresponse()
            assert answer.read() and answer.status == 200, answer.status
            connection.close()

        return send

    def short_poll(self):
        client = self.client()
        return lambda: client.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=1)

    def long_poll(self):
        client = self.client()

        def poll():
            answer = client.receive_message(QueueUrl=self.empty, WaitTimeSeconds=20)
            assert "Messages" not in answer

        return poll


def next_ready(server):
    for line in server.process.stdout:
        if line.startswith("apus is ready at "):
            return line.split()[-1]
    raise AssertionError(f"the server ended with {server.process.wait()}: {pathlib.Path(server.log.name).read_text()[-2000:]}")


@pytest.fixture
def serve(tmp_path):
    server = Serve(tmp_path / "data")
    yield server
    if server.process.poll() is None:
        server.stop()


def test_clients_that_never_pause_see_nothing_of_five_upgrades(serve):
    traffic = Traffic(serve)
    try:
        time.sleep(0.5)
        for _ in range(UPGRADES):
            before = dict(traffic.answers)
            serve.process.send_signal(signal.SIGHUP)
            assert next_ready(serve) == serve.endpoint
            eventually(lambda: all(traffic.answers.get(name, 0) > before[name] for name in before))
    finally:
        traffic.stop(serve.stop)
    assert traffic.failures == []
    assert set(traffic.answers) == {"kept_connection", "connection_per_request", "short_poll", "long_poll"}
    # A request that comes between two servers waits for the second.
    assert traffic.slowest < 10, traffic.slowest


def test_the_command_waits_for_the_new_server(serve):
    done = command("upgrade", "--data", serve.data)
    assert done.returncode == 0, done.stderr
    assert f"is ready at {serve.endpoint}" in done.stdout
    assert next_ready(serve) == serve.endpoint
    assert serve.identity(serve.key())["Account"] == "000000000000"


def test_a_program_that_will_not_start_is_refused_and_the_old_one_goes_on(tmp_path):
    program = tmp_path / "apus"
    shutil.copy(BINARY, program)
    server = Serve(tmp_path / "data", program=program)
    try:
        broken = tmp_path / "broken"
        broken.write_text("#!/bin/sh\necho this is not it; exit 3\n")
        broken.chmod(0o755)
        os.rename(broken, program)
        done = command("upgrade", "--data", server.data)
        assert done.returncode == 69
        assert "(exit code 3). It says: this is not it" in done.stderr
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: pathlib.Path(server.log.name).read_text().count("this is not it") >= 2)
        assert server.identity(server.key())["Account"] == "000000000000"
        # As a package does: the new file takes the name of the old.
        good = tmp_path / "good"
        shutil.copy(BINARY, good)
        os.rename(good, program)
        assert command("upgrade", "--data", server.data).returncode == 0
        assert server.identity(server.key())["Account"] == "000000000000"
    finally:
        server.stop()


def test_functions_answer_after_an_upgrade_and_no_old_process_is_left(serve, tmp_path):
    def children():
        listed = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(serve.process.pid)], capture_output=True, text=True)
        return {line.split()[0]: line.split()[1] for line in listed.stdout.splitlines()}

    before = children()
    assert before
    assert command("upgrade", "--data", serve.data).returncode == 0
    after = children()
    assert after and not set(before) & set(after)
    assert not [state for state in after.values() if state.startswith("Z")]


def test_upgrade_without_a_server_says_so(tmp_path):
    done = command("upgrade", "--data", str(tmp_path / "none"))
    assert done.returncode == 69
    assert done.stderr.startswith("apus: ")


def test_the_settings_are_checked_without_a_server(tmp_path):
    data = str(tmp_path / "data")
    fine = command("serve", "--check", "--data", data, "--set", "functions.isolation=process")
    assert fine.returncode == 0 and not os.path.exists(data)
    assert command("serve", "--check", "--set", "functions.isolation=proces").returncode == 78


def test_a_release_that_does_not_know_the_directory_is_found_out_beforehand(serve):
    schema = pathlib.Path(serve.data) / "schema"
    known = schema.read_text()
    schema.write_text(known + "FFFF 1\n")
    done = command("upgrade", "--data", serve.data)
    schema.write_text(known)
    assert done.returncode == 69 and "exit code 65" in done.stderr and "FFFF" in done.stderr.upper()
    assert serve.identity(serve.key())["Account"] == "000000000000"


def test_a_terminal_that_closes_ends_a_dev_server(own_server):
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        pytest.skip("the tests run under nohup, and so does the server")
    own_server.process.send_signal(signal.SIGHUP)
    assert own_server.process.wait(20) == -signal.SIGHUP


def test_a_stop_answers_long_polls_at_once(own_server):
    client = own_server.client("sqs", retries=0)
    url = client.create_queue(QueueName="quiet")["QueueUrl"]
    answers = []
    thread = threading.Thread(target=lambda: answers.append(client.receive_message(QueueUrl=url, WaitTimeSeconds=20)))
    thread.start()
    time.sleep(1)
    started = time.monotonic()
    own_server.process.send_signal(signal.SIGTERM)
    thread.join(10)
    assert answers and "Messages" not in answers[0]
    assert answers[0]["ResponseMetadata"]["HTTPHeaders"].get("connection") == "close"
    assert own_server.process.wait(10) == 0
    assert time.monotonic() - started < 10


def test_an_invocation_that_runs_is_answered_and_those_that_come_meanwhile_wait(own_server):
    role = functions.create_role(own_server, "upgrade")
    functions.create(
        own_server, "slow", role, functions.python(
            "import time\ndef handler(event, context):\n    time.sleep(event)\n    return event\n"), Timeout=30)
    client = own_server.client("lambda", retries=0)

    def invoke(seconds):
        return json.load(client.invoke(FunctionName="slow", Payload=json.dumps(seconds))["Payload"])

    assert invoke(0) == 0
    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(invoke, 4)
        time.sleep(0.5)
        upgrade = pool.submit(command, "upgrade", "--data", own_server.data)
        # By then the old server accepts no more, and waits for the first.
        time.sleep(2)
        waiting = pool.submit(invoke, 0.1)
        assert running.result(30) == 4
        assert waiting.result(30) == 0.1
        assert upgrade.result(30).returncode == 0
