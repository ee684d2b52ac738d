"""Responses in parts, through boto3's invoke_with_response_stream and through function URLs."""

import base64
import json
import re
import subprocess
import time

import botocore.exceptions
import functions
import pytest

STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const ask = event.rawPath ? JSON.parse(event.body || '{}') : event;
  if (ask.fail === 'start') throw new TypeError('early');
  if (event.rawPath) stream = awslambda.HttpResponseStream.from(stream, {
    statusCode: 202, headers: { 'Content-Type': 'text/event-stream', 'x-kind': 'stream' }, cookies: ['a=1', 'b=2'] });
  const block = Buffer.alloc(1 << 20);
  for (let n = 0; n < (ask.mebibytes || 0); n++) {
    if (!stream.write(block)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  for (let n = 0; n < (ask.mebibytes ? 0 : ask.count || 3); n++) {
    stream.write(`part ${n}\\n`);
    await new Promise((resolve) => setTimeout(resolve, ask.pause || 1));
  }
  if (ask.fail === 'middle') throw new TypeError('late');
  if (ask.fail === 'exit') process.exit(3);
  console.log('ends');
  stream.end();
});
"""


@pytest.fixture(scope="module")
def made(server, role):
    package = functions.archive({"index.js": STREAM})
    client = functions.create(
        server, "streams", role, package, runtime="nodejs20.x", handler="index.handler", Timeout=20)
    yield client
    client.delete_function(FunctionName="streams")


def invoke(client, event, **options):
    answer = client.invoke_with_response_stream(
        FunctionName="streams", Payload=json.dumps(event).encode(), **options)
    chunks, complete = [], None
    for part in answer["EventStream"]:
        assert complete is None
        if "PayloadChunk" in part:
            chunks.append((time.monotonic(), part["PayloadChunk"]["Payload"]))
        else:
            complete = part["InvokeComplete"]
    return answer, chunks, complete


def test_chunks_come_as_they_are_written(made):
    answer, chunks, complete = invoke(made, {"count": 4, "pause": 200}, LogType="Tail")
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    assert b"".join(data for _, data in chunks) == b"part 0\npart 1\npart 2\npart 3\n"
    assert chunks[-1][0] - chunks[0][0] > 0.3
    assert "ErrorCode" not in complete
    log = base64.b64decode(complete["LogResult"]).decode()
    assert "\tINFO\tends" in log and "REPORT RequestId" in log


def test_errors_are_told_in_invoke_complete(made):
    for fail, sent, code in (
        ("start", b"", "TypeError"), ("middle", b"part 0\n", "TypeError"), ("exit", b"part 0\n", "Runtime.ExitError"),
    ):
        _, chunks, complete = invoke(made, {"fail": fail, "count": 1, "pause": 30})
        assert b"".join(data for _, data in chunks) == sent
        assert complete["ErrorCode"] == code
        assert json.loads(complete["ErrorDetails"])["errorType"] == code


# "The maximum response payload … is 200 MB" (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
def test_a_stream_has_200_mib_and_no_more(made):
    for mebibytes, error in ((200, None), (201, "Function.ResponseSizeTooLarge")):
        _, chunks, complete = invoke(made, {"mebibytes": mebibytes})
        assert complete.get("ErrorCode") == error, complete
        size = sum(len(data) for _, data in chunks)
        assert size == 200 << 20 if error is None else size <= 200 << 20


def test_dry_run_and_refusals(made):
    answer = made.invoke_with_response_stream(FunctionName="streams", InvocationType="DryRun")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(made.exceptions.ResourceNotFoundException):
        made.invoke_with_response_stream(FunctionName="no-such-function")
    with pytest.raises(made.exceptions.InvalidRequestContentException):
        made.invoke_with_response_stream(FunctionName="streams", Payload=b"{")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        made.invoke_with_response_stream(FunctionName="streams", Payload=b'"' + b"x" * (6 << 20) + b'"')
    assert caught.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_a_function_that_does_not_stream_answers_in_one_chunk(server, role):
    client = functions.create(server, "no-stream", role, functions.python(functions.PYTHON_ECHO))
    answer = client.invoke_with_response_stream(FunctionName="no-stream", Payload=b'{"a": 1}')
    parts = list(answer["EventStream"])
    assert [list(part)[0] for part in parts] == ["PayloadChunk", "InvokeComplete"]
    assert json.loads(parts[0]["PayloadChunk"]["Payload"])["echo"] == {"a": 1}


def test_plain_invoke_collects_what_is_streamed(made):
    answer = made.invoke(FunctionName="streams", Payload=b'{"count": 2}')
    assert answer["Payload"].read() == b"part 0\npart 1\n"


def test_urls_stream(server, made):
    url = made.create_function_url_config(
        FunctionName="streams", AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    assert url["InvokeMode"] == "RESPONSE_STREAM"
    made.add_permission(
        FunctionName="streams", StatementId="public", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE")
    identifier = re.match(r"http://([a-z0-9]{32})\.", url["FunctionUrl"]).group(1)
    target = f"{server.endpoint}/_apus/function-url/{identifier}/"

    def curl(event):
        return subprocess.run(
            ["curl", "-sS", "-N", "-i", "-H", "content-type: application/json", "-d", json.dumps(event), target], capture_output=True)

    done = curl({"count": 2})
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    assert done.returncode == 0 and head.startswith(b"HTTP/1.1 202")
    fields = [line.lower() for line in head.decode().split("\r\n")]
    assert "content-type: text/event-stream" in fields and "x-kind: stream" in fields
    assert "set-cookie: a=1" in fields and "set-cookie: b=2" in fields
    assert body == b"part 0\npart 1\n"
    # Cut off in the middle: the client sees that the answer is not whole.
    broken = curl({"count": 1, "pause": 50, "fail": "exit"})
    assert broken.returncode == 18 and broken.stdout.endswith(b"part 0\n")
    assert curl({"fail": "start"}).stdout.startswith(b"HTTP/1.1 502")

    # Collected, it means the same.
    made.update_function_url_config(FunctionName="streams", InvokeMode="BUFFERED")
    whole = curl({"count": 2})
    assert whole.stdout.startswith(b"HTTP/1.1 202") and whole.stdout.endswith(b"part 0\npart 1\n")
    made.delete_function_url_config(FunctionName="streams")


def test_a_client_that_goes_away_leaves_the_function_running(server, made):
    answer = made.invoke_with_response_stream(
        FunctionName="streams", Payload=json.dumps({"count": 30, "pause": 20}).encode())
    next(iter(answer["EventStream"]))
    answer["EventStream"].close()
    logs = server.client("logs")
    request = answer["ResponseMetadata"]["RequestId"]
    for _ in range(100):
        found = logs.filter_log_events(logGroupName="/aws/lambda/streams", filterPattern=f'"{request}"')["events"]
        if any("INFO\tends" in event["message"] for event in found):
            return
        time.sleep(0.1)
    raise AssertionError(found)
