"""apus serve: keys that nobody knows beforehand, and how a lost one is replaced."""

import os
import pathlib
import re
import signal
import stat
import subprocess
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from apus import BINARY


class Serve:
    """A running `apus serve` and what it printed until it was ready."""

    def __init__(self, data, *arguments, program=BINARY):
        self.data = str(data)
        self.log = open(self.data + ".log", "ab")
        self.process = subprocess.Popen(
            [str(program), "serve", "--port", "0", "--data", self.data, *arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if line.startswith("export AWS_REGION"):
                break
        else:
            raise AssertionError(f"apus ended with {self.process.wait()}: {pathlib.Path(self.log.name).read_text()}")
        self.endpoint = re.search(r"apus is ready at (\S+)", self.output).group(1)

    def key(self):
        return printed_key(self.output)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        self.log.close()

    def client(self, service, key=None):
        key = key or self.key()
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=key[0],
            aws_secret_access_key=key[1])

    def identity(self, key):
        return self.client("sts", key).get_caller_identity()


def printed_key(text):
    found = re.search(r"access key id +(\S+)\n +secret access key +(\S+)", text)
    return found and found.groups()


def command(*arguments, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("APUS_")} | variables
    return subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, timeout=60, env=environment)


@pytest.fixture
def serve(tmp_path):
    server = Serve(tmp_path / "data")
    yield server
    if server.process.poll() is None:
        server.stop()


def test_the_first_start_shows_a_root_key_and_the_second_does_not(serve, tmp_path):
    key = serve.key()
    assert serve.identity(key)["Arn"] == "arn:aws:iam::000000000000:root"
    assert key[0].startswith("AKIA") and len(key[1]) == 40
    serve.stop()
    again = Serve(tmp_path / "data")
    try:
        assert again.key() is None
        assert again.identity(key)["Account"] == "000000000000"
    finally:
        again.stop()


def test_the_keys_of_dev_are_unknown(serve):
    with pytest.raises(ClientError) as refused:
        serve.identity(("test", "test"))
    assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_secrets_are_in_no_log_and_lie_in_no_file(serve, tmp_path):
    key = serve.key()
    serve.identity(key)
    serve.stop()
    assert key[1] not in pathlib.Path(serve.log.name).read_text()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert key[1].encode() not in path.read_bytes(), path


def test_the_data_directory_is_closed_to_others(serve, tmp_path):
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) & 0o066 == 0
    assert stat.S_IMODE((data / "keys" / "master.key").stat().st_mode) == 0o600
    for part in ("rocksdb", "keys", "blobs"):
        assert stat.S_IMODE((data / part).stat().st_mode) == 0o700


def test_a_lost_root_key_is_replaced_on_a_stopped_server(serve, tmp_path):
    old = serve.key()
    refused = command("key", "reset-root", "--data", serve.data)
    assert refused.returncode == 75 and str(serve.process.pid) in refused.stderr
    serve.stop()
    done = command("key", "reset-root", "--data", serve.data)
    assert done.returncode == 0, done.stderr
    new = printed_key(done.stdout)
    assert new and new != old
    again = Serve(tmp_path / "data")
    try:
        assert again.identity(new)["Arn"] == "arn:aws:iam::000000000000:root"
        with pytest.raises(ClientError):
            again.identity(old)
    finally:
        again.stop()


def test_it_cannot_be_reset(serve):
    request = urllib.request.Request(serve.endpoint + "/_apus/reset", method="POST", headers={"X-Apus": "reset"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403


def test_env_finds_the_server_that_runs_on_the_directory(serve):
    assert f"export AWS_ENDPOINT_URL={serve.endpoint}\n" in command("env", "--data", serve.data).stdout
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:5\n" in command("env", "--data", serve.data, "--port", "5").stdout
    serve.stop()
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4566\n" in command("env", "--data", serve.data).stdout


def test_doctor_finds_the_running_server(serve):
    done = command("doctor", "--data", serve.data)
    assert f"process {serve.process.pid}" in done.stdout
    assert "answers at " + serve.endpoint in done.stdout
    # A machine for tests may have shortcomings, but none that keeps a server from running.
    assert done.returncode in (0, 1), done.stdout
