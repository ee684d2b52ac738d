"""Requests that no client sends: answered by an error that fits, never by a crash, a hang or a partial write."""

import hashlib
import json
import socket
import urllib.parse

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from apus import REGION


def signed(server, service, body, headers, path="/", method="POST", secret="test"):
    """Sends a correctly signed request with any body; the status, headers and body of the answer."""
    import http.client

    request = AWSRequest(method=method, url=server.endpoint + path, data=body, headers=dict(headers))
    SigV4Auth(Credentials("test", secret), service, REGION).add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, body=body, headers=dict(request.headers))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content


def sqs(server, body, operation="SendMessage"):
    return signed(server, "sqs", body, {
        "X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0"})


def raw(server, data, seconds=5):
    """Sends bytes as they are and reads until the server closes or has answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
                if b"\r\n\r\n" in answer:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"\xff\xfe", b'{"QueueUrl": 1}', b'{"QueueUrl": "x", "MessageBody": {}}', b"null", b"{}garbage",
    b'{"a":' * 600 + b"1" + b"}" * 600], ids=lambda body: repr(body[:24]))
def test_malformed_json_is_a_client_error(server, body):
    status, headers, content = sqs(server, body)
    assert status == 400
    assert headers["content-type"].startswith("application/x-amz-json-1.0")
    assert "__type" in json.loads(content)


def test_a_wrong_type_is_a_serialization_error(server):
    status, _, content = sqs(server, b'{"QueueUrl": "x", "MessageBody": "y", "DelaySeconds": "soon"}')
    assert status == 400
    assert json.loads(content)["__type"].endswith("SerializationException")


def test_an_unknown_operation_is_named_unknown(server):
    status, _, content = sqs(server, b"{}", operation="NoSuchThing")
    assert status in (400, 404)
    assert json.loads(content)["__type"].endswith("UnknownOperationException")


def test_an_operation_that_is_not_here_answers_501_by_name(server):
    status, _, content = signed(server, "logs", b"{}", {
        "X-Amz-Target": "Logs_20140328.CreateDelivery", "Content-Type": "application/x-amz-json-1.1"})
    assert status == 501
    body = json.loads(content)
    assert body["__type"].endswith("NotImplemented")
    assert "CreateDelivery" in json.dumps(body)


def test_a_service_that_is_not_here_answers_501(server):
    status, _, _ = signed(server, "kinesis", b"{}", {
        "X-Amz-Target": "Kinesis_20131202.ListStreams", "Content-Type": "application/x-amz-json-1.1"})
    assert status == 501


@pytest.mark.parametrize("form", [
    b"Action=SendMessage&MessageBody=%zz", b"Action=&Version=2012-11-05", b"Action=Nope&Version=2012-11-05", b"%",
    b"Action=CreateQueue&Version=2012-11-05&Attribute.1.Name=VisibilityTimeout&Attribute.99999999999.Value=3"])
def test_malformed_forms_are_client_errors(server, form):
    status, _, _ = signed(server, "sqs", form, {"Content-Type": "application/x-www-form-urlencoded"})
    assert 400 <= status < 500


def test_a_version_that_a_service_does_not_have_is_named(server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, body = signed(server, "sts", b"Action=GetCallerIdentity&Version=1", form)
    assert status == 400
    assert b"<Code>InvalidAction</Code>" in body
    assert b"Could not find operation GetCallerIdentity for version 1" in body
    status, _, body = signed(server, "iam", b"%zz", form)
    assert status == 400
    assert b'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"' in body


def test_a_validation_error_has_awss_words(server):
    status, headers, content = signed(
        server, "lambda", b"{}", {"Content-Type": "application/json"}, path="/2015-03-31/functions")
    assert status == 400
    assert headers["x-amzn-errortype"].startswith("ValidationException")
    body = json.loads(content)
    message = body.get("message") or body["Message"]
    assert "validation errors detected" in message
    assert "Value null at 'functionName' failed to satisfy constraint: Member must not be null" in message


def test_every_changed_byte_breaks_the_signature(server):
    status, _, content = signed(server, "sqs", b"{}", {
        "X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}, secret="tesu")
    assert status in (400, 403)
    assert json.loads(content)["__type"].endswith("InvalidSignatureException")


def test_a_body_over_the_limit_is_refused(server):
    head = (f"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n"
            f"Content-Length: {10 << 30}\r\n\r\n")
    assert raw(server, head.encode()).startswith(b"HTTP/1.1 413")


def test_headers_over_the_limit_are_refused(server):
    answer = raw(server, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")) or answer == b""


@pytest.mark.parametrize("data", [
    b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_what_is_not_http_is_refused(server, data):
    answer = raw(server, data)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


def test_pipelined_requests_are_answered_in_order(server):
    request = b"GET /_apus/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(request * 20)
        answer = b""
        while answer.count(b"HTTP/1.1 200") < 20:
            answer += connection.recv(65536)


def test_the_server_is_well_after_all_this(server):
    server.client("sts").get_caller_identity()
