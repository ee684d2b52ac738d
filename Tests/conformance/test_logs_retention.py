"""Events of CloudWatch Logs that are older than their group keeps them.

The worker looks around once a minute. Therefore this runs beside the other tests: `conftest.py` begins it.
"""

import concurrent.futures

from apus import Server, eventually
from test_logs import group_of, messages, put, refusal

running = None


def begin():
    global running
    running = concurrent.futures.ThreadPoolExecutor(1).submit(scenario)


def test_retention_deletes_what_is_too_old():
    running.result()


def scenario():
    server = Server()
    try:
        keep_a_day(server.client("logs"))
    finally:
        server.stop()


def keep_a_day(logs):
    group = group_of(logs, "retention", ["old"], before_seconds=2 * 86_400)
    put(logs, group, ["young"])
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    shown = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    assert shown["retentionInDays"] == 1
    assert put(logs, group, ["x"], before_seconds=90_000)["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    eventually(lambda: messages(logs, group) == ["young"], seconds=90, every=1)
    logs.delete_retention_policy(logGroupName=group)
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    code, message = refusal(logs.put_retention_policy, logGroupName=group, retentionInDays=2)
    assert code == "InvalidParameterException" and "retentionInDays" in message
