"""Point 4: what functions printed, read back with FilterLogEvents and the aws CLI."""

import json
import subprocess

import functions
from apus import eventually


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
