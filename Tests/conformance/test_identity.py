"""Who may do what: signatures, users, roles, policies, refusals in AWS's words."""

import json
import subprocess

import pytest
from botocore.exceptions import ClientError

import functions
from apus import ACCOUNT


def refusal(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response


def user(server, name, policy=None):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def allow(*actions, resource="*", effect="Allow"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": list(actions), "Resource": resource}]}


def test_the_root_key_is_the_account(server):
    identity = server.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"


def test_a_wrong_secret_is_refused(server):
    response = refusal(lambda: server.client("sts", secret="wrong").get_caller_identity())
    assert response["Error"]["Code"] == "SignatureDoesNotMatch"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "The request signature we calculated does not match the signature you provided" in response["Error"]["Message"]


def test_an_unknown_key_is_refused(server):
    response = refusal(lambda: server.client("sts", key="AKIAUNKNOWN").get_caller_identity())
    assert response["Error"]["Code"] == "InvalidClientTokenId"
    assert response["Error"]["Message"] == "The security token included in the request is invalid."


def test_an_unsigned_request_is_refused(server):
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-d", "Action=ListUsers&Version=2010-05-08",
         server.endpoint], capture_output=True, text=True)
    assert done.stdout == "403"


def test_a_user_may_do_what_its_policy_allows(server):
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="allowed")["QueueUrl"]
    key = user(server, "sender", allow("sqs:SendMessage", resource=f"arn:aws:sqs:*:{ACCOUNT}:allowed"))
    mine = server.client("sqs", *key)
    mine.send_message(QueueUrl=url, MessageBody="x")
    response = refusal(lambda: mine.receive_message(QueueUrl=url))
    assert response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    assert (
        f"User: arn:aws:iam::{ACCOUNT}:user/sender is not authorized to perform: sqs:receivemessage on resource: "
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:allowed because no identity-based policy allows the sqs:receivemessage action"
    ).lower() in response["Error"]["Message"].lower()


def test_an_explicit_deny_wins(server):
    policy = allow("sqs:*")
    policy["Statement"].append({"Effect": "Deny", "Action": "sqs:ListQueues", "Resource": "*"})
    mine = server.client("sqs", *user(server, "denied", policy))
    response = refusal(mine.list_queues)
    assert "with an explicit deny in an identity-based policy" in response["Error"]["Message"]


def test_a_deleted_key_stops_at_once(server):
    key = user(server, "leaves", allow("sqs:*"))
    mine = server.client("sqs", *key)
    mine.list_queues()
    server.client("iam").delete_access_key(UserName="leaves", AccessKeyId=key[0])
    assert refusal(mine.list_queues)["Error"]["Code"] in ("InvalidClientTokenId", "UnrecognizedClientException")


def test_a_changed_policy_takes_effect_at_once(server):
    key = user(server, "grows")
    mine = server.client("sqs", *key)
    refusal(mine.list_queues)
    server.client("iam").put_user_policy(
        UserName="grows", PolicyName="p", PolicyDocument=json.dumps(allow("sqs:ListQueues")))
    mine.list_queues()


def test_assume_role(server):
    iam = server.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="assumed", AssumeRolePolicyDocument=json.dumps(trust))
    policy = iam.create_policy(PolicyName="list", PolicyDocument=json.dumps(allow("sqs:ListQueues")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="assumed", PolicyArn=policy)
    refused = refusal(
        lambda: server.client("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/assumed", RoleSessionName="me"))
    assert refused["Error"]["Message"] == "Roles may not be assumed by root accounts."
    key = user(server, "assumer", allow("sts:AssumeRole"))
    got = server.client("sts", *key).assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/assumed", RoleSessionName="me")
    credentials = got["Credentials"]
    key = (credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    assert server.client("sts", *key).get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/assumed/me"
    server.client("sqs", *key).list_queues()
    refusal(lambda: server.client("sqs", *key).create_queue(QueueName="no"))
    refusal(lambda: server.client("sqs", key[0], key[1]).list_queues())


def test_pass_role_is_needed_to_create_a_function(server, role):
    key = user(server, "maker", allow("lambda:*"))
    client = server.client("lambda", *key)
    response = refusal(lambda: client.create_function(
        FunctionName="passes", Runtime="python3.11", Role=role, Handler="app.handler",
        Code={"ZipFile": functions.python(functions.PYTHON_ECHO)}))
    assert response["Error"]["Code"] == "AccessDeniedException"
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in response["Error"]["Message"]


def test_a_role_that_lambda_may_not_assume_is_refused(server):
    iam = server.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName="ec2only", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    with pytest.raises(ClientError) as error:
        functions.create(server, "untrusted", arn, functions.python(functions.PYTHON_ECHO))
    assert error.value.response["Error"]["Message"] == "The role defined for the function cannot be assumed by Lambda."


def test_the_cli_manages_roles(server):
    environment = server.environment()

    def aws(*arguments):
        done = subprocess.run(
            ["aws", "iam", *arguments, "--output", "json"], env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    aws("create-role", "--role-name", "cli-role", "--assume-role-policy-document", json.dumps(functions.TRUST))
    role = aws("get-role", "--role-name", "cli-role")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/cli-role"
    assert role["AssumeRolePolicyDocument"] == functions.TRUST
    assert "cli-role" in [r["RoleName"] for r in aws("list-roles")["Roles"]]
    aws("delete-role", "--role-name", "cli-role")
