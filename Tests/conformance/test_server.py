"""The process itself: health, metrics, reset, accounts, one server a data directory, start and shutdown."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest

import apus
from apus import Server


def get(server, path, method="GET", **headers):
    request = urllib.request.Request(server.endpoint + path, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health(server):
    assert get(server, "/_apus/health")[0] == 200
    status, body = get(server, "/_localstack/health")
    assert status == 200
    services = json.loads(body)["services"]
    assert {"sqs", "lambda", "iam", "sts", "logs"} <= set(services)


def test_metrics_count_requests(server):
    server.client("sqs").list_queues()
    status, body = get(server, "/_apus/metrics")
    assert status == 200
    assert any(
        line.startswith("apus_requests_total{") and 'operation="ListQueues"' in line and 'service="SQS"' in line
        for line in body.splitlines())
    assert "apus_request_duration_seconds_bucket{" in body


def test_metrics_tell_how_full_queues_are(server):
    sqs = server.client("sqs")
    queue = sqs.create_queue(QueueName="measured")["QueueUrl"]
    for _ in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody="x")
    sqs.receive_message(QueueUrl=queue)
    lines = [line for line in get(server, "/_apus/metrics")[1].splitlines() if 'queue="measured"' in line]
    levels = {line.split('state="')[1].split('"')[0]: int(float(line.rsplit(" ", 1)[1])) for line in lines}
    assert levels == {"fresh": 2, "received": 1, "delayed": 0}
    assert all(line.startswith("apus_queue_messages{") for line in lines)


def test_reset_empties_everything_fast_and_needs_its_header(own_server):
    sqs = own_server.client("sqs")
    for number in range(50):
        sqs.create_queue(QueueName=f"q{number}")
    assert get(own_server, "/_apus/reset", method="POST")[0] == 403
    assert len(sqs.list_queues()["QueueUrls"]) == 50
    started = time.monotonic()
    assert get(own_server, "/_apus/reset", method="POST", **{"X-Apus": "reset"})[0] == 200
    elapsed = time.monotonic() - started
    assert "QueueUrls" not in sqs.list_queues()
    assert elapsed < 0.2


def test_each_account_has_its_own_key_and_things():
    server = Server("--account", "111111111111", "--account", "222222222222")
    try:
        one = server.client("sqs", key="111111111111")
        two = server.client("sqs", key="222222222222")
        one.create_queue(QueueName="mine")
        assert "QueueUrls" not in two.list_queues()
        assert server.client("sts").get_caller_identity()["Account"] == "111111111111"
        assert server.client("sts", key="222222222222").get_caller_identity()["Account"] == "222222222222"
    finally:
        server.stop()


def test_a_second_server_on_the_same_data_is_refused(server):
    done = subprocess.run(
        [str(apus.BINARY), "dev", "--port", "0", "--data", server.data], capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    assert str(server.process.pid) in done.stderr


def test_an_unknown_flag_names_the_nearest():
    done = subprocess.run([str(apus.BINARY), "dev", "--prot", "1"], capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    assert "--port" in done.stderr


def test_dev_listens_on_loopback_only():
    done = subprocess.run(
        [str(apus.BINARY), "dev", "--host", "0.0.0.0", "--port", "0"], capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    assert "loopback" in done.stderr


def test_shutdown_finishes_what_is_running(own_server):
    import functions
    import threading

    role = functions.create_role(own_server, "r")
    source = "import time\ndef handler(e, c):\n    time.sleep(1)\n    return 'finished'\n"
    client = functions.create(own_server, "slow", role, functions.python(source))
    client.invoke(FunctionName="slow")
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(client.invoke(FunctionName="slow")["Payload"].read()))
    thread.start()
    time.sleep(0.3)
    own_server.process.terminate()
    thread.join()
    own_server.process.wait(20)
    assert answers == [b'"finished"']
    assert own_server.process.returncode == 0
