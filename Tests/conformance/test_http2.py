"""HTTP/2: curl with prior knowledge, and the h2 package for what curl does not do."""

import json
import socket
import ssl
import subprocess

import h2.config
import h2.connection
import h2.events
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from apus import Server, eventually


class Client:
    """One HTTP/2 connection in clear text; answers by stream."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.authority = f"127.0.0.1:{port}"
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.connection.initiate_connection()
        self.flush()
        self.answers = {}

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def send(self, method, path, headers=(), body=b""):
        stream = self.connection.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "http"), (":authority", self.authority), (":path", path), *headers]
        self.connection.send_headers(stream, fields, end_stream=not body)
        while body:
            room = min(self.connection.local_flow_control_window(stream), self.connection.max_outbound_frame_size)
            if room == 0:
                self.flush()
                self.receive()
                continue
            self.connection.send_data(stream, body[:room], end_stream=room >= len(body))
            body = body[room:]
        self.flush()
        self.answers[stream] = {"headers": {}, "body": b"", "done": False}
        return stream

    def receive(self):
        data = self.socket.recv(65536)
        assert data, "the server ended the connection"
        for event in self.connection.receive_data(data):
            answer = self.answers.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.ResponseReceived):
                answer["headers"] = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                answer["body"] += event.data
                self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                answer["done"] = True
        self.flush()

    def answer(self, stream):
        while not self.answers[stream]["done"]:
            self.receive()
        answer = self.answers.pop(stream)
        return int(answer["headers"][":status"]), answer["headers"], answer["body"]

    def signed(self, operation, body, headers=()):
        """An SQS request in JSON, signed by botocore; `:authority` is what was signed as host."""
        payload = json.dumps(body).encode()
        request = AWSRequest(
            "POST", f"http://{self.authority}/", data=payload,
            headers={"X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0",
                     "Host": self.authority, **dict(headers)})
        SigV4Auth(Credentials("test", "test"), "sqs", "us-east-1").add_auth(request)
        fields = [(name.lower(), value) for name, value in request.headers.items() if name.lower() != "host"]
        return self.send("POST", "/", fields, payload)


@pytest.fixture
def client(server):
    client = Client(server.port)
    yield client
    client.socket.close()


def test_curl_with_prior_knowledge(server):
    done = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-w", "\n%{http_version}", f"{server.endpoint}/_apus/health"],
        capture_output=True, text=True, check=True)
    body, version = done.stdout.rsplit("\n", 1)
    assert version == "2"
    assert json.loads(body)


def test_curl_offers_to_upgrade_and_stays(server):
    done = subprocess.run(
        ["curl", "-sS", "--http2", "-w", "\n%{http_version}", f"{server.endpoint}/_apus/health"],
        capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n1.1")


def test_signed_requests_side_by_side(client):
    created = client.signed("CreateQueue", {"QueueName": "over-http2"})
    status, headers, body = client.answer(created)
    assert status == 200, body
    assert headers["x-amzn-requestid"]
    url = json.loads(body)["QueueUrl"]
    streams = [client.signed("SendMessage", {"QueueUrl": url, "MessageBody": str(n)}) for n in range(60)]
    assert {client.answer(stream)[0] for stream in streams} == {200}
    bodies = set()
    while len(bodies) < 60:
        status, _, body = client.answer(client.signed("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10}))
        assert status == 200
        bodies |= {message["Body"] for message in json.loads(body).get("Messages", [])}
    assert bodies == {str(n) for n in range(60)}


def test_a_wrong_signature_is_told(client):
    status, headers, body = client.answer(client.send(
        "POST", "/", [("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")], b"{}"))
    assert status in (400, 403)
    assert b"MissingAuthenticationToken" in body


def test_a_cancelled_long_poll_takes_no_message(server, client):
    url = json.loads(client.answer(client.signed("CreateQueue", {"QueueName": "cancelled-poll"}))[2])["QueueUrl"]
    poll = client.signed("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    # The next answer on the connection says that the poll was read.
    client.answer(client.signed("ListQueues", {}))
    client.connection.reset_stream(poll, error_code=8)
    client.flush()
    client.answer(client.signed("SendMessage", {"QueueUrl": url, "MessageBody": "for the next"}))
    status, _, body = client.answer(client.signed("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 5}))
    assert [message["Body"] for message in json.loads(body)["Messages"]] == ["for the next"]


def test_large_messages_pass_both_ways(client):
    url = json.loads(client.answer(client.signed("CreateQueue", {"QueueName": "large-http2"}))[2])["QueueUrl"]
    text = "x" * 250_000
    assert client.answer(client.signed("SendMessage", {"QueueUrl": url, "MessageBody": text}))[0] == 200
    _, _, body = client.answer(client.signed("ReceiveMessage", {"QueueUrl": url}))
    assert json.loads(body)["Messages"][0]["Body"] == text


@pytest.mark.parametrize("http", ["--http1.1", "--http2-prior-knowledge"])
def test_answers_are_compressed_on_request(server, http):
    logs = server.client("logs")
    for number in range(30):
        logs.create_log_group(logGroupName=f"/compressed/{http}/{number:02}")
    command = [
        "curl", "-sS", "-i", http, "--aws-sigv4", "aws:amz:us-east-1:logs", "--user", "test:test", "-H",
        "Content-Type: application/x-amz-json-1.1", "-H", "X-Amz-Target: Logs_20140328.DescribeLogGroups", "-d",
        json.dumps({"logGroupNamePrefix": "/compressed/"}), server.endpoint]
    plain = subprocess.run(command, capture_output=True, check=True).stdout.partition(b"\r\n\r\n")
    packed = subprocess.run([*command, "--compressed"], capture_output=True, check=True).stdout.partition(b"\r\n\r\n")
    assert b"content-encoding" not in plain[0].lower()
    assert b"content-encoding: gzip" in packed[0].lower()
    assert b"vary: accept-encoding" in packed[0].lower()
    assert json.loads(packed[2]) == json.loads(plain[2])


def test_a_rapid_reset_ends_its_connection_only(server, client):
    attacker = Client(server.port)
    with pytest.raises((AssertionError, OSError, h2.exceptions.ProtocolError)):
        for _ in range(2_000):
            stream = attacker.send("GET", "/_apus/health")
            attacker.connection.reset_stream(stream)
            attacker.flush()
        while True:
            attacker.receive()
    assert client.answer(client.send("GET", "/_apus/health"))[0] == 200


def test_connections_that_are_cut_leave_nothing_behind():
    server = Server()
    try:
        def open_files():
            import os
            return len(os.listdir(f"/proc/{server.process.pid}/fd"))

        def metric(name):
            text = subprocess.run(["curl", "-sS", f"{server.endpoint}/_apus/metrics"], capture_output=True, text=True).stdout
            return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))

        metric("apus_connections_open")
        before = open_files()
        clients = []
        for number in range(120):
            raw = socket.create_connection(("127.0.0.1", server.port))
            if number % 4 == 0:
                raw.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + b"x" * 5000)
            elif number % 4 == 1:
                raw.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x20\x01\x04")
            elif number % 4 == 2:
                raw.sendall(b"GET /_apus/he")
            clients.append(raw)
        eventually(lambda: metric("apus_connections_open") >= 120)
        for number, raw in enumerate(clients):
            if number % 2:
                # A reset in place of a farewell.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            elif number % 3 == 0:
                raw.shutdown(socket.SHUT_WR)
            raw.close()
        eventually(lambda: metric("apus_connections_open") <= 1)
        eventually(lambda: open_files() <= before)
    finally:
        server.stop()
