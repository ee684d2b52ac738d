"""CloudWatch Logs under boto3 and the aws CLI: what functions printed, filter patterns, retention, tags, filters,
subscriptions."""

import json
import os
import subprocess
import threading
import time

import pytest
from botocore.exceptions import ClientError

import functions
from apus import ACCOUNT, REGION, eventually

# A function that prints the messages of its CloudWatch Logs events, the ids of the events before them.
SUBSCRIBER = """
import base64, gzip, json
def handler(event, context):
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    for log_event in data["logEvents"]:
        print("GOT", data["logGroup"], data["logStream"], data["subscriptionFilters"][0], log_event["message"])
"""


def group_of(logs, name, messages=(), stream="s", before_seconds=0):
    """Makes a group with a stream and events a millisecond apart."""
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName=stream)
    put(logs, name, messages, stream, before_seconds)
    return name


def put(logs, group, messages, stream="s", before_seconds=0):
    if messages:
        start = int((time.time() - before_seconds) * 1000)
        events = [{"timestamp": start + index, "message": message} for index, message in enumerate(messages)]
        return logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def messages(logs, group, pattern=""):
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
    return [event["message"] for page in pages for event in page["events"]]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_filter_log_events_finds_what_was_printed(server, role):
    source = "def handler(event, context):\n    print('ORDER', event['id'])\n    print('other line')\n"
    client = functions.create(server, "prints", role, functions.python(source))
    for number in range(3):
        client.invoke(FunctionName="prints", Payload=json.dumps({"id": f"o-{number}"}))
    logs = server.client("logs")

    def events():
        try:
            found = logs.filter_log_events(logGroupName="/aws/lambda/prints", filterPattern="ORDER")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None
        return found if len(found) == 3 else None

    found = eventually(events)
    assert [event["message"].strip() for event in found] == ["ORDER o-0", "ORDER o-1", "ORDER o-2"]
    stream = found[0]["logStreamName"]
    all_lines = logs.get_log_events(
        logGroupName="/aws/lambda/prints", logStreamName=stream, startFromHead=True)["events"]
    kinds = [event["message"].split()[0] for event in all_lines]
    assert kinds.count("START") == 3 and kinds.count("END") == 3 and kinds.count("REPORT") == 3


def test_the_cli_lists_groups_and_streams(server, role):
    client = functions.create(server, "cli-logs", role, functions.python("def handler(e, c):\n    print('x')\n"))
    client.invoke(FunctionName="cli-logs")
    environment = server.environment()

    def cli(*arguments):
        done = subprocess.run(
            ["aws", "logs", *arguments, "--output", "json"], env=environment, capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    group = eventually(
        lambda: cli("describe-log-groups", "--log-group-name-prefix", "/aws/lambda/cli-logs").get("logGroups"))[0]
    assert group["logGroupName"] == "/aws/lambda/cli-logs"
    streams = cli("describe-log-streams", "--log-group-name", "/aws/lambda/cli-logs")["logStreams"]
    assert len(streams) == 1


def test_filter_patterns_of_each_form_select_events(server):
    logs = server.client("logs")
    apache = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" {} 1534'
    lines = ["[ERROR 401] UNAUTHORIZED REQUEST", '{"eventType": "UpdateTrail", "ms": 12}', apache.format(404),
             apache.format(200)]
    group = group_of(logs, "patterns", lines)
    assert messages(logs, group, "ERROR -ARGUMENTS") == lines[:1]
    assert messages(logs, group, "%AUTHORIZED%") == lines[:1]
    assert messages(logs, group, '{ $.eventType = "Update*" && $.ms > 10 }') == lines[1:2]
    assert messages(logs, group, "[..., request = *.html*, status_code = 4*, bytes > 1000]") == lines[2:3]
    assert messages(logs, group) == lines
    code, message = refusal(logs.filter_log_events, logGroupName=group, filterPattern="foo-bar")
    assert (code, message) == ("InvalidParameterException", "Invalid character(s) in term 'foo-bar'")


def test_test_metric_filter_answers_the_example_of_the_api_reference(server):
    logs = server.client("logs")
    events = ['127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
              '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324',
              '127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /apache_pb.gif HTTP/1.0" 200 4355']
    matches = logs.test_metric_filter(filterPattern="[..., status_code=200, size]", logEventMessages=events)["matches"]
    assert [match["eventNumber"] for match in matches] == [0, 2]
    assert matches[1]["eventMessage"] == events[2]
    assert matches[1]["extractedValues"] == {
        "$1": "127.0.0.1", "$2": "-", "$3": "frank", "$4": "10/Oct/2000:13:50:35 -0700",
        "$5": "GET /apache_pb.gif HTTP/1.0", "$status_code": "200", "$size": "4355"}


def test_tags_by_both_families_of_operations(server):
    logs = server.client("logs")
    logs.create_log_group(logGroupName="tagged", tags={"a": "1"})
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:tagged"
    logs.tag_resource(resourceArn=arn, tags={"b": "2"})
    logs.tag_log_group(logGroupName="tagged", tags={"c": "3"})
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b": "2", "c": "3"}
    logs.untag_resource(resourceArn=arn, tagKeys=["a"])
    logs.untag_log_group(logGroupName="tagged", tags=["b"])
    assert logs.list_tags_log_group(logGroupName="tagged")["tags"] == {"c": "3"}
    code, message = refusal(logs.list_tags_for_resource, resourceArn=arn + "-not")
    assert (code, message) == ("ResourceNotFoundException", "The specified resource does not exist.")


def test_metric_filters_are_stored_and_listed(server):
    logs = server.client("logs")
    group = group_of(logs, "metrics")
    transformation = {
        "metricName": "Latency", "metricNamespace": "App", "metricValue": "$.latency", "unit": "Milliseconds",
        "dimensions": {"Path": "$.path"}}
    for name in ["b", "a"]:
        logs.put_metric_filter(logGroupName=group, filterName=name, filterPattern="{ $.latency = * }",
                               metricTransformations=[transformation])
    pages = logs.get_paginator("describe_metric_filters").paginate(
        logGroupName=group, PaginationConfig={"PageSize": 1})
    filters = [found for page in pages for found in page["metricFilters"]]
    assert [found["filterName"] for found in filters] == ["a", "b"]
    assert filters[0]["metricTransformations"] == [transformation]
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["metricFilterCount"] == 2
    logs.delete_metric_filter(logGroupName=group, filterName="a")
    code, message = refusal(logs.delete_metric_filter, logGroupName=group, filterName="a")
    assert (code, message) == ("ResourceNotFoundException", "The specified metric filter does not exist.")


def subscribe(server, role, name, group, principal="logs.amazonaws.com", source=SUBSCRIBER):
    """A function that may be invoked for the group, and its ARN."""
    client = functions.create(server, name, role, functions.python(source))
    client.add_permission(
        FunctionName=name, StatementId="logs", Action="lambda:InvokeFunction", Principal=principal,
        SourceArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*", SourceAccount=ACCOUNT)
    return client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]


def got(logs, function):
    """What a subscriber printed."""
    try:
        return [line.strip() for line in messages(logs, f"/aws/lambda/{function}", "GOT")]
    except logs.exceptions.ResourceNotFoundException:
        return []


@pytest.mark.parametrize("principal", ["logs.amazonaws.com", f"logs.{REGION}.amazonaws.com"])
def test_a_subscription_sends_matching_events_to_its_function(server, role, principal):
    logs = server.client("logs")
    name = "subscriber-" + ("regional" if REGION in principal else "global")
    group = group_of(logs, name + "-source")
    arn = subscribe(server, role, name, group, principal)
    logs.put_subscription_filter(logGroupName=group, filterName="errors", filterPattern="ERROR", destinationArn=arn)
    shown = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    assert [found["destinationArn"] for found in shown] == [arn]
    put(logs, group, ["ERROR one", "INFO two", "ERROR three"])
    expected = [f"GOT {group} s errors ERROR one", f"GOT {group} s errors ERROR three"]
    assert eventually(lambda: sorted(got(logs, name)) == sorted(expected))
    logs.delete_subscription_filter(logGroupName=group, filterName="errors")
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []


def test_what_a_function_prints_reaches_another_by_subscription(server, role):
    logs = server.client("logs")
    arn = subscribe(server, role, "told-of-orders", "/aws/lambda/printer")
    client = functions.create(server, "printer", role, functions.python("def handler(e, c):\n    print('ORDER 7')\n"))
    logs.create_log_group(logGroupName="/aws/lambda/printer")
    logs.put_subscription_filter(
        logGroupName="/aws/lambda/printer", filterName="all", filterPattern="ORDER", destinationArn=arn)
    client.invoke(FunctionName="printer")
    assert "ORDER 7" in eventually(lambda: got(logs, "told-of-orders"))[0]


def test_a_subscription_wants_the_functions_leave(server, role):
    logs = server.client("logs")
    group = group_of(logs, "no-leave")
    arn = subscribe(server, role, "for-another-group", "another")
    code, message = refusal(
        logs.put_subscription_filter, logGroupName=group, filterName="f", filterPattern="", destinationArn=arn)
    assert (code, message) == (
        "InvalidParameterException",
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
        "function.")


def test_acknowledged_events_reach_their_subscriber_after_kill_9(open_server, tmp_path):
    """The function leaves files: what it prints may be lost within the second before a kill."""
    server = open_server
    role = functions.create_role(server, "r")
    marks = tmp_path / "marks"
    marks.mkdir()
    os.chmod(marks, 0o777)
    for folder in [tmp_path, *tmp_path.parents]:
        if str(folder).startswith("/tmp/"):
            os.chmod(folder, 0o755)
    logs = server.client("logs")
    group = group_of(logs, "killed")
    source = SUBSCRIBER + f"        open({str(marks)!r} + '/' + log_event['message'], 'w').close()\n"
    arn = subscribe(server, role, "late", group, source=source)
    logs.put_subscription_filter(logGroupName=group, filterName="f", filterPattern="", destinationArn=arn)
    sent = set()
    for number in range(5):
        put(logs, group, [f"event-{number}"])
        sent.add(f"event-{number}")
        server.restart()
        logs = server.client("logs")
    eventually(lambda: {mark.name for mark in marks.iterdir()} == sent, seconds=60)


def test_following_a_group_as_the_cli_does_shows_each_event_once(server):
    """The requests of version 2's `aws logs tail --follow`: from the last event's time on, `interleaved`, known ids left
    out."""
    logs = server.client("logs")
    group = group_of(logs, "followed", ["a", "b", "c"])
    known, shown, start = set(), [], 0

    def look():
        nonlocal start
        arguments = {"logGroupName": group, "interleaved": True, "startTime": start, "limit": 2}
        while True:
            page = logs.filter_log_events(**arguments)
            for event in page["events"]:
                if event["eventId"] not in known:
                    known.add(event["eventId"])
                    shown.append(event["message"])
                    start = max(start, event["timestamp"])
            if "nextToken" not in page:
                return
            arguments["nextToken"] = page["nextToken"]

    look()
    put(logs, group, ["d"])
    look()
    look()
    assert shown == ["a", "b", "c", "d"]


def tail(logs, *groups, **arguments):
    """A session's stream of events. The endpoint is an address: no prefix can be put before its name."""
    arns = [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}" for group in groups]
    return logs.start_live_tail(logGroupIdentifiers=arns, **arguments)["responseStream"]


def shown(stream, count):
    """The messages of a session's updates until there are `count`."""
    found = []
    for event in stream:
        found += [item["message"] for item in event["sessionUpdate"]["sessionResults"]]
        if len(found) >= count:
            return found


def test_live_tail_shows_what_is_put_within_about_a_second(server):
    logs = server.client("logs", inject_host_prefix=False)
    group = group_of(logs, "live", ["before"])
    logs.create_log_stream(logGroupName=group, logStreamName="other")
    stream = tail(logs, group, logStreamNames=["s"], logEventFilterPattern="{ $.level = ERROR }")
    start = next(iter(stream))["sessionStart"]
    assert start["logGroupIdentifiers"] == [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"]
    assert start["logStreamNames"] == ["s"] and start["logEventFilterPattern"] == "{ $.level = ERROR }"
    put(logs, group, ['{"level": "INFO"}', '{"level": "ERROR", "text": "\u00e9\\n"}'])
    put(logs, group, ['{"level": "ERROR"}'], stream="other")
    began = time.monotonic()
    assert shown(stream, 1) == ['{"level": "ERROR", "text": "\u00e9\\n"}']
    assert time.monotonic() - began < 3
    stream.close()


def test_live_tail_samples_more_than_500_events_a_second(server):
    logs = server.client("logs", inject_host_prefix=False)
    group = group_of(logs, "live-many")
    stream = tail(logs, group)
    put(logs, group, [str(number) for number in range(5_000)])
    updates = [event["sessionUpdate"] for event in (next(iter(stream)) for _ in range(3)) if "sessionUpdate" in event]
    assert [(update["sessionMetadata"]["sampled"], len(update["sessionResults"])) for update in updates] == [
        (True, 500), (False, 0)]
    stream.close()


def test_live_tail_shows_what_functions_print(server, role):
    logs = server.client("logs", inject_host_prefix=False)
    logs.create_log_group(logGroupName="/aws/lambda/talks")
    client = functions.create(
        server, "talks", role, functions.python("def handler(event, context):\n    print('TALK', event)\n"))
    stream = tail(logs, "/aws/lambda/talks", logEventFilterPattern="TALK")
    assert "sessionStart" in next(iter(stream))
    client.invoke(FunctionName="talks", Payload=json.dumps("hi"))
    assert [message.rstrip("\n") for message in shown(stream, 1)] == ["TALK hi"]
    stream.close()


def test_sessions_that_clients_leave_leave_nothing_behind(server):
    logs = server.client("logs", inject_host_prefix=False)
    group = group_of(logs, "left")
    for _ in range(3):
        streams = [tail(logs, group) for _ in range(15)]
        code, _ = refusal(logs.start_live_tail, logGroupIdentifiers=[group])
        assert code == "LimitExceededException"
        for stream in streams:
            stream.close()
        eventually(lambda: begins(logs, group))


def begins(logs, group):
    """Whether 15 sessions can begin; ends them."""
    streams = []
    try:
        for _ in range(15):
            streams.append(tail(logs, group))
        return True
    except ClientError:
        return False
    finally:
        for stream in streams:
            stream.close()


def test_a_server_that_stops_ends_its_sessions(own_server):
    logs = own_server.client("logs", inject_host_prefix=False)
    stream = tail(logs, group_of(logs, "stopped"))
    assert "sessionStart" in next(iter(stream))
    began = time.monotonic()
    own_server.process.terminate()
    assert all("sessionUpdate" in event for event in stream)
    own_server.process.wait(20)
    assert time.monotonic() - began < 5


def test_the_cli_tails_live(server):
    logs = server.client("logs")
    group = group_of(logs, "live-cli")
    process = subprocess.Popen(
        ["aws", "logs", "start-live-tail", "--log-group-identifiers",
         f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"],
        env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # The session begins at some moment after the start of the process.
    stop = threading.Event()

    def talk():
        while not stop.wait(0.5):
            put(logs, group, ["a line"])

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        assert process.stdout.readline() == "a line\n"
    finally:
        stop.set()
        thread.join()
        process.kill()
        process.wait()


def test_the_cli_tests_patterns_and_sets_retention(server):
    environment = server.environment()

    def cli(*arguments):
        return subprocess.run(["aws", "logs", *arguments], env=environment, capture_output=True, text=True)

    assert cli("create-log-group", "--log-group-name", "by-cli", "--tags", "a=1").returncode == 0
    assert cli("put-retention-policy", "--log-group-name", "by-cli", "--retention-in-days", "14").returncode == 0
    done = cli(
        "test-metric-filter", "--filter-pattern", "{ $.latency = * }", "--log-event-messages", '{"latency": 50}', "x")
    assert json.loads(done.stdout)["matches"] == [
        {"eventNumber": 0, "eventMessage": '{"latency": 50}', "extractedValues": {"$.latency": "50"}}]
