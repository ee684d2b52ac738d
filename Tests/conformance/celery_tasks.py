"""The tasks of test_celery.py: loaded by a worker and by the test's client, each a process of its own."""

import os
import time

import celery

app = celery.Celery("tasks")
app.conf.update(
    broker_url=os.environ["APUS_TEST_BROKER"],
    broker_transport_options={
        "region": "us-east-1",
        "visibility_timeout": 4,
        "polling_interval": 0.1,
        "wait_time_seconds": 2,
    },
    task_default_queue=os.environ["APUS_TEST_QUEUE"],
    result_backend="file://" + os.environ["APUS_TEST_RESULTS"],
    worker_enable_remote_control=False,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    enable_utc=True,
)


@app.task
def add(left, right):
    return left + right


@app.task
def now():
    return time.time()


@app.task(bind=True, max_retries=3)
def third_time(self):
    if self.request.retries < 2:
        raise self.retry(countdown=1)
    return self.request.retries


@app.task(acks_late=True)
def lasting(marks):
    """Leaves a mark for each start; the first never ends by itself."""
    starts = len(os.listdir(marks)) + 1
    open(os.path.join(marks, str(starts)), "w").close()
    if starts == 1:
        time.sleep(600)
    return starts
