"""TLS: unmodified clients over https, a certificate that changes, and who may still speak plain HTTP."""

import json
import re
import shutil
import socket
import ssl
import subprocess

import boto3
import pytest
from botocore.config import Config

from apus import BINARY, Server, eventually
from certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls_server(authority):
    certificate, key = authority.issue("server", rsa=True)
    server = Server("--tls-certificate", str(certificate), "--tls-key", str(key))
    yield server
    server.stop()


def client(server, authority, service):
    return boto3.client(
        service, endpoint_url=server.endpoint, aws_access_key_id="test", aws_secret_access_key="test",
        region_name="us-east-1", verify=str(authority.ca), config=Config(retries={"max_attempts": 1}))


def shown(server, authority):
    """The common name of the certificate that a new connection sees."""
    context = ssl.create_default_context(cafile=str(authority.ca))
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as wrapped:
            subject = dict(pair[0] for pair in wrapped.getpeercert()["subject"])
            return subject["commonName"]


def test_the_endpoint_is_https(tls_server):
    assert tls_server.endpoint.startswith("https://127.0.0.1:")
    assert any(line == f"apus is ready at {tls_server.endpoint}" for line in tls_server.lines)


def test_boto3_verifies_the_certificate(tls_server, authority):
    sqs = client(tls_server, authority, "sqs")
    url = sqs.create_queue(QueueName="over-tls")["QueueUrl"]
    assert url.startswith("https://")
    sqs.send_message(QueueUrl=url, MessageBody="sealed")
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert message["Body"] == "sealed"
    assert client(tls_server, authority, "sts").get_caller_identity()["Account"] == "000000000000"
    with pytest.raises(Exception, match="certificate verify failed"):
        boto3.client(
            "sqs", endpoint_url=tls_server.endpoint, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(retries={"max_attempts": 0})).list_queues()


def test_the_aws_cli_over_https(tls_server, authority):
    done = subprocess.run(
        ["aws", "sqs", "list-queues", "--endpoint-url", tls_server.endpoint, "--ca-bundle", str(authority.ca)],
        env=tls_server.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("http", ["--http1.1", "--http2"])
def test_curl_speaks_both_versions_of_both(tls_server, authority, version, http):
    done = subprocess.run(
        ["curl", "-sS", "--cacert", str(authority.ca), f"--tlsv{version}", "--tls-max", version, http, "-w",
         "%{http_version}", "-o", "/dev/null", f"{tls_server.endpoint}/_apus/health"], capture_output=True, text=True)
    assert done.stdout == ("2" if http == "--http2" else "1.1"), done.stderr


def test_a_large_upload_waits_for_100_continue(tls_server, authority, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(b"x" * 3_000_000)
    for http in ("--http1.1", "--http2"):
        done = subprocess.run(
            ["curl", "-sS", "-v", "--cacert", str(authority.ca), http, "-H", "Expect: 100-continue", "-T", str(body),
             f"{tls_server.endpoint}/nowhere"], capture_output=True, text=True)
        answers = re.findall(r"^< HTTP/\S+ (\d+)", done.stderr, re.MULTILINE)
        assert answers[0] == "100" and len(answers) == 2, done.stderr


def test_old_versions_are_refused(tls_server, authority):
    context = ssl.create_default_context(cafile=str(authority.ca))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", tls_server.port)) as raw:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(raw, server_hostname="localhost")


def test_plain_http_on_the_same_port(tls_server):
    plain = tls_server.endpoint.replace("https://", "http://")
    done = subprocess.run(["curl", "-sS", f"{plain}/_apus/health"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)


def test_a_renewed_certificate_is_shown_without_a_restart(authority, tmp_path):
    first, first_key = authority.issue("before")
    second, second_key = authority.issue("after")
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    shutil.copy(first, certificate)
    shutil.copy(first_key, key)
    server = Server("--tls-certificate", str(certificate), "--tls-key", str(key))
    try:
        open_before = client(server, authority, "sqs")
        open_before.list_queues()
        assert shown(server, authority) == "before"
        shutil.copy(second, certificate)
        eventually(lambda: "a changed certificate is not used" in server.tail())
        assert shown(server, authority) == "before"
        shutil.copy(second_key, key)
        eventually(lambda: shown(server, authority) == "after")
        # Lines of the log are gathered before they are written.
        eventually(lambda: "a new certificate is shown from now on" in server.tail())
        open_before.list_queues()
    finally:
        server.stop()


def test_plain_http_may_be_refused(authority):
    certificate, key = authority.issue("strict")
    server = Server("--tls-certificate", str(certificate), "--tls-key", str(key), "--set", "tls.plain_http=nobody")
    try:
        plain = server.endpoint.replace("https://", "http://")
        done = subprocess.run(["curl", "-sS", "-i", f"{plain}/_apus/health"], capture_output=True, text=True, check=True)
        assert done.stdout.startswith("HTTP/1.1 400 ")
        assert "over TLS only" in done.stdout
        client(server, authority, "sqs").list_queues()
    finally:
        server.stop()


@pytest.mark.parametrize("arguments, sentence", [
    (["--tls-certificate", "/nonexistent.pem"], "tls.certificate is set and tls.key is not"),
    (["--tls-key", "/nonexistent.key"], "tls.key is set and tls.certificate is not"),
    (["--tls-certificate", "/nonexistent.pem", "--tls-key", "/nonexistent.key"], "cannot be opened"),
    (["--set", "tls.plain_http=nobody"], "there is no certificate"),
])
def test_what_cannot_be_served_is_said_at_the_start(arguments, sentence, tmp_path):
    done = subprocess.run(
        [str(BINARY), "dev", "--port", "0", "--data", str(tmp_path / "data"), *arguments], capture_output=True, text=True,
        timeout=60)
    assert done.returncode == 78
    assert sentence in done.stderr
