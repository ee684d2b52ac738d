"""Celery with its SQS transport, unmodified: a worker and a client that share nothing but Apus and a folder of results."""

import json
import os
import pathlib
import signal
import subprocess

import pytest

from apus import ACCOUNT, eventually

PYTHON = os.environ.get("APUS_TEST_CELERY_PYTHON")
HERE = pathlib.Path(__file__).parent

pytestmark = pytest.mark.skipif(not PYTHON, reason="APUS_TEST_CELERY_PYTHON names no Python with Celery; script/test does")


class Celery:
    """A queue of its own and the workers on it."""

    def __init__(self, server, folder, queue):
        self.server, self.folder, self.queue = server, folder, queue
        self.workers = []
        results = folder / "results"
        results.mkdir()
        host = server.endpoint.removeprefix("http://")
        self.variables = dict(
            server.environment(), PYTHONPATH=str(HERE), APUS_TEST_BROKER=f"sqs://test:test@{host}", APUS_TEST_QUEUE=queue,
            APUS_TEST_RESULTS=str(results))
        self.log = folder / "worker.log"

    def start_worker(self):
        command = [
            PYTHON, "-m", "celery", "-A", "celery_tasks", "worker", "--pool", "solo", "--loglevel", "INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat"]
        with open(self.log, "ab") as log:
            worker = subprocess.Popen(command, cwd=self.folder, env=self.variables, stdout=log, stderr=log)
        self.workers.append(worker)
        return worker

    def run(self, source):
        """What the client prints as JSON. It waits for results at most 60 s."""
        script = "import json, time\nfrom celery_tasks import *\n" + source
        done = subprocess.run(
            [PYTHON, "-c", script], cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr[-3000:] + self.log.read_text()[-3000:]
        return json.loads(done.stdout)

    def left(self):
        """Messages that are in the queue: waiting, in flight, delayed."""
        sqs = self.server.client("sqs")
        url = sqs.get_queue_url(QueueName=self.queue)["QueueUrl"]
        names = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed"]
        return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))

    def stop(self):
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            try:
                worker.wait(15)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


@pytest.fixture
def celery(server, tmp_path, request):
    celery = Celery(server, tmp_path, request.node.name.replace("_", "-"))
    yield celery
    celery.stop()


def test_celery_runs_tasks(celery):
    celery.start_worker()
    answer = celery.run(
        "waiting = [add.delay(i, 40) for i in range(12)]\n"
        "results = [each.get(timeout=60) for each in waiting]\n"
        "retried = third_time.delay().get(timeout=60)\n"
        "asked = time.time()\n"
        "begun = now.apply_async(countdown=2).get(timeout=60)\n"
        "print(json.dumps({'sums': results, 'retried': retried, 'waited': begun - asked}))\n")
    assert answer["sums"] == [i + 40 for i in range(12)]
    assert answer["retried"] == 2
    assert 2 <= answer["waited"] < 10
    eventually(lambda: celery.left() == 0)


def test_celery_task_of_a_killed_worker_is_done_by_another(celery):
    marks = celery.folder / "marks"
    marks.mkdir()
    first = celery.start_worker()
    identifier = celery.run(f"print(json.dumps(lasting.delay({str(marks)!r}).id))\n")
    eventually(lambda: (marks / "1").exists(), seconds=40)
    first.kill()
    first.wait()
    assert celery.left() == 1, "the message is acknowledged only when the task is done"
    celery.start_worker()
    # Its visibility timeout of 4 s passes first.
    assert celery.run(f"print(json.dumps(app.AsyncResult({identifier!r}).get(timeout=60)))\n") == 2
    eventually(lambda: celery.left() == 0)


def test_celery_made_its_queue_by_name(celery):
    assert celery.run("print(json.dumps(bool(add.delay(1, 2).id)))\n") is True
    sqs = celery.server.client("sqs")
    assert sqs.get_queue_url(QueueName=celery.queue)["QueueUrl"].endswith(f"/{ACCOUNT}/{celery.queue}")
    assert celery.left() == 1
