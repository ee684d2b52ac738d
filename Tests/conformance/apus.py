"""Starts, kills and restarts the built server for conformance tests, and makes clients for it."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("APUS_TEST_BINARY", ROOT / ".build" / "release" / "apus"))
REGION = "us-east-1"
ACCOUNT = "000000000000"
READY_SECONDS = 30


class Server:
    """One `apus dev` on a free port, with a data directory that outlives kills. `user`: an id to run it as, in place of root;
    `prefix`: a command that runs it."""

    def __init__(self, *arguments, data=None, port=0, user=None, prefix=()):
        self.user = user
        self.prefix = list(prefix)
        self.arguments = list(arguments)
        self.owns_data = data is None
        self.data = data or tempfile.mkdtemp(prefix="apus-test-")
        if user is not None:
            os.chown(self.data, user, user)
        self.port = port
        self.process = None
        self.log = open(os.path.join(self.data + ".log"), "ab")
        self.start()

    def start(self):
        command = [str(BINARY), "dev", "--port", str(self.port), "--data", self.data, *self.arguments]
        if self.user is not None:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", *command]
        command = self.prefix + command
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        deadline = time.monotonic() + READY_SECONDS
        self.lines = []
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"the server ended before it was ready: {self.tail()}")
            self.lines.append(line.rstrip("\n"))
            match = re.search(r"export AWS_ENDPOINT_URL=(\S+)", line)
            if match:
                self.endpoint = match.group(1)
                self.port = int(self.endpoint.rsplit(":", 1)[1])
            if line.startswith("export AWS_REGION="):
                return
        raise RuntimeError("the server did not become ready")

    def tail(self):
        self.log.flush()
        with open(self.log.name, errors="replace") as file:
            return file.read()[-4000:]

    def kill(self):
        """As a power cut would, but for what the kernel holds."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def restart(self):
        self.kill()
        self.start()

    def fate(self):
        """Whether the process is there, else how it ended, and the last that it said: for messages of failing tests."""
        code = self.process.poll()
        return "the server is there" if code is None else f"the server ended with {code}: {self.tail()}"

    def stop(self):
        ended = self.process.poll()
        # By itself, in no way that a test has ended it.
        crash = self.fate() if ended not in (None, 0, -signal.SIGKILL, -signal.SIGHUP) else None
        if ended is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise RuntimeError("the server did not stop on SIGTERM")
        self.log.close()
        if self.owns_data:
            shutil.rmtree(self.functions_directory, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)
            os.unlink(self.log.name)
        assert crash is None, crash

    @property
    def functions_directory(self):
        """Where packages and environments have their folders: beside the data directory of a server that is root."""
        path = os.path.realpath(self.data)
        is_root = os.geteuid() == 0 and self.user is None
        return "/var/tmp/apus-" + hashlib.sha256(path.encode()).hexdigest()[:16] if is_root else path

    def metrics(self):
        """The page for Prometheus."""
        with urllib.request.urlopen(self.endpoint + "/_apus/metrics", timeout=10) as page:
            return page.read().decode()

    def client(self, service, key="test", secret="test", token=None, retries=3, region=REGION, **settings):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=region,
            config=Config(retries={"max_attempts": retries, "mode": "standard"}, **settings),
        )

    def environment(self):
        """The variables a shell needs, as the server printed them."""
        variables = dict(os.environ)
        for line in self.lines:
            match = re.match(r"\s*export (\w+)=(\S+)", line)
            if match:
                variables[match.group(1)] = match.group(2)
        variables["AWS_PAGER"] = ""
        return variables


def eventually(check, seconds=20, every=0.1):
    """The first true value of `check()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s; last value: {value!r}")
        time.sleep(every)
