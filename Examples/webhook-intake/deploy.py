#!/usr/bin/env python3
"""Deploys webhook-intake to the endpoint in AWS_ENDPOINT_URL and exercises it."""

import io
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request
import zipfile

import boto3

NAME = "webhook-intake"
SOURCES = pathlib.Path(__file__).parent / "src"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

iam, sqs, functions, logs = (boto3.client(name) for name in ("iam", "sqs", "lambda", "logs"))


def package(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SOURCES / f"{name}.py", f"{name}.py")
    return buffer.getvalue()


def role(name, actions):
    """A role that Lambda may take on, with its log and the given actions."""
    try:
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        arn = iam.get_role(RoleName=name)["Role"]["Arn"]
    logging = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": logging + actions, "Resource": "*"}],
    }
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=json.dumps(policy))
    return arn


def function(name, role_arn, variables):
    settings = {"Timeout": 5, "Environment": {"Variables": variables}}
    try:
        functions.create_function(
            FunctionName=f"{NAME}-{name}", Runtime="python3.11", Role=role_arn, Handler=f"{name}.handler",
            Code={"ZipFile": package(name)}, **settings)
        functions.get_waiter("function_active_v2").wait(FunctionName=f"{NAME}-{name}")
    except functions.exceptions.ResourceConflictException:
        functions.update_function_code(FunctionName=f"{NAME}-{name}", ZipFile=package(name))
        functions.get_waiter("function_updated_v2").wait(FunctionName=f"{NAME}-{name}")
        functions.update_function_configuration(FunctionName=f"{NAME}-{name}", Role=role_arn, **settings)


def queue_arn(url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def deploy():
    dead = sqs.create_queue(QueueName=f"{NAME}-dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": queue_arn(dead), "maxReceiveCount": 3})
    queue = sqs.create_queue(
        QueueName=NAME, Attributes={"VisibilityTimeout": "5", "RedrivePolicy": redrive})["QueueUrl"]
    function("intake", role(f"{NAME}-intake", ["sqs:SendMessage"]), {"QUEUE_URL": queue})
    receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    function("worker", role(f"{NAME}-worker", receive), {})
    if not functions.list_event_source_mappings(FunctionName=f"{NAME}-worker")["EventSourceMappings"]:
        functions.create_event_source_mapping(
            EventSourceArn=queue_arn(queue), FunctionName=f"{NAME}-worker", BatchSize=10,
            FunctionResponseTypes=["ReportBatchItemFailures"])
    try:
        url = functions.create_function_url_config(FunctionName=f"{NAME}-intake", AuthType="NONE")["FunctionUrl"]
        functions.add_permission(
            FunctionName=f"{NAME}-intake", StatementId="public", Action="lambda:InvokeFunctionUrl", Principal="*",
            FunctionUrlAuthType="NONE")
    except functions.exceptions.ResourceConflictException:
        url = functions.get_function_url_config(FunctionName=f"{NAME}-intake")["FunctionUrl"]
    return url, dead


def post(url, body):
    """Posts a webhook. `*.localhost` names this machine; not every resolver knows that, so the path form is used."""
    identifier = url.split("//", 1)[1].split(".", 1)[0]
    endpoint = boto3.client("sts").meta.endpoint_url
    request = urllib.request.Request(f"{endpoint}/_apus/function-url/{identifier}/", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def eventually(what, check, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.2)
    sys.exit(f"did not see {what} within {seconds} s")


def handled(run):
    try:
        events = logs.filter_log_events(
            logGroupName=f"/aws/lambda/{NAME}-worker", filterPattern=f'handled "{run}"')["events"]
    except logs.exceptions.ResourceNotFoundException:
        return None
    return events if len(events) >= 4 else None


def exercise(url, dead):
    run = f"run-{int(time.time() * 1000)}"
    assert post(url, b"not json") == 400
    for number in range(5):
        hook = {"id": f"{run}-{number}", "source": "example", "broken": number == 3}
        status = post(url, json.dumps(hook).encode())
        assert status == 202, status
        print("posted", hook["id"])
    for event in eventually("four handled webhooks in the log", lambda: handled(run)):
        print("log:", event["message"].strip())

    def dead_letter():
        for message in sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=2).get("Messages", []):
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
            if f"{run}-3" in message["Body"]:
                return message

    print("dead letter:", eventually("the broken webhook in the dead-letter queue", dead_letter)["Body"])


def remove():
    for mapping in functions.list_event_source_mappings(FunctionName=f"{NAME}-worker")["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
    for name in ("intake", "worker"):
        functions.delete_function(FunctionName=f"{NAME}-{name}")
        iam.delete_role_policy(RoleName=f"{NAME}-{name}", PolicyName="work")
        iam.delete_role(RoleName=f"{NAME}-{name}")
    for name in (NAME, f"{NAME}-dead"):
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"])


if __name__ == "__main__":
    if sys.argv[1:] == ["--remove"]:
        remove()
    else:
        exercise(*deploy())
        print("webhook-intake works")
