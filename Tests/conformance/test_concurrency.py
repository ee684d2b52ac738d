"""How many invocations run at once in an account: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""

import json
import threading

import pytest
from botocore.exceptions import ClientError

import functions
from apus import eventually
from gate import PASS, Gate

WAITER = PASS + """
def handler(event, context):
    if event: pass_gate(event["port"], context.aws_request_id)
    return "ran"
"""


def invoke(client, name, event=None):
    return json.loads(client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"].read())


def test_functions_without_a_reservation_share_what_the_account_has_beside(own_server):
    server = own_server
    role = functions.create_role(server, "tests")
    package = functions.python(WAITER)
    for name in ("shares", "shares-too", "reserves"):
        functions.create(server, name, role, package, Timeout=120)
    client = server.client("lambda", retries=0, max_pool_connections=120, read_timeout=120)
    limit = client.get_account_settings()["AccountLimit"]
    assert (limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]) == (1000, 1000)
    client.put_function_concurrency(FunctionName="reserves", ReservedConcurrentExecutions=900)
    limit = client.get_account_settings()["AccountLimit"]
    assert (limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]) == (1000, 100)

    answers = []
    with Gate() as gate:
        def run():
            answers.append(invoke(client, "shares", {"port": gate.port}))

        callers = [threading.Thread(target=run, daemon=True) for _ in range(100)]
        for caller in callers:
            caller.start()
        eventually(lambda: len(gate.waiting) == 100, seconds=90)
        # "Unreserved" is one pool: whoever asks is refused, but for the function that has its own.
        for name in ("shares", "shares-too"):
            with pytest.raises(ClientError) as refused:
                invoke(client, name)
            error = refused.value.response
            assert error["Error"]["Code"] == "TooManyRequestsException"
            assert error["Reason"] == "ConcurrentInvocationLimitExceeded"
            assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert invoke(client, "reserves") == "ran"
        gate.open()
        for caller in callers:
            caller.join(60)
    assert answers == ["ran"] * 100
    assert invoke(client, "shares-too") == "ran"
