"""Policies of tables and streams: who may do what by them, within an account and across two."""

import json

import pytest
from botocore.exceptions import ClientError

from apus import ACCOUNT, Server


def refusal(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def create(dynamodb, name, **settings):
    made = dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], **settings)["TableDescription"]
    return made


def user(iam, name):
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def policy(principal, *actions, effect="Allow", resource="*"):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": {"AWS": principal}, "Action": list(actions), "Resource": resource}]})


def test_a_policy_lets_a_user_in_that_has_none(server):
    owner = server.client("dynamodb")
    table = create(owner, "policies-in")
    reader = server.client("dynamodb", **user(server.client("iam"), "policy-reader"))
    key = {"pk": {"S": "a"}}
    owner.put_item(TableName="policies-in", Item=key)
    assert refusal(reader.get_item, TableName="policies-in", Key=key) == "AccessDeniedException"
    arn = f"arn:aws:iam::{ACCOUNT}:user/policy-reader"
    owner.put_resource_policy(
        ResourceArn=table["TableArn"], Policy=policy(arn, "dynamodb:GetItem", resource=table["TableArn"]))
    assert reader.get_item(TableName="policies-in", Key=key)["Item"] == key
    assert refusal(reader.put_item, TableName="policies-in", Item=key) == "AccessDeniedException"
    owner.delete_resource_policy(ResourceArn=table["TableArn"])
    assert refusal(reader.get_item, TableName="policies-in", Key=key) == "AccessDeniedException"


def test_a_policy_that_denies_binds_everybody_but_who_removes_it(server):
    root = server.client("dynamodb")
    arn = create(root, "policies-deny")["TableArn"]
    deny = policy("*", "dynamodb:*", effect="Deny")
    assert refusal(root.put_resource_policy, ResourceArn=arn, Policy=deny) == "ValidationException"
    root.put_resource_policy(ResourceArn=arn, Policy=deny, ConfirmRemoveSelfResourceAccess=True)
    assert refusal(root.describe_table, TableName="policies-deny") == "AccessDeniedException"
    assert refusal(root.get_resource_policy, ResourceArn=arn) == "AccessDeniedException"
    root.delete_resource_policy(ResourceArn=arn)
    assert root.describe_table(TableName="policies-deny")["Table"]["TableStatus"] == "ACTIVE"
    assert refusal(root.get_resource_policy, ResourceArn=arn) == "PolicyNotFoundException"


def test_another_account_needs_the_tables_policy_and_its_own():
    server = Server("--account", "111111111111", "--account", "222222222222")
    try:
        owner = server.client("dynamodb", key="111111111111")
        stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        table = create(owner, "shared", StreamSpecification=stream)
        arn = table["TableArn"]
        iam = server.client("iam", key="222222222222")
        keys = user(iam, "guest")
        guest = server.client("dynamodb", **keys)
        item = {"pk": {"S": "a"}}
        assert refusal(guest.put_item, TableName=arn, Item=item) == "AccessDeniedException"
        guest_arn = "arn:aws:iam::222222222222:user/guest"
        owner.put_resource_policy(ResourceArn=arn, Policy=policy(guest_arn, "dynamodb:PutItem", "dynamodb:Query"))
        assert refusal(guest.put_item, TableName=arn, Item=item) == "AccessDeniedException"
        iam.put_user_policy(UserName="guest", PolicyName="tables", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}))
        guest.put_item(TableName=arn, Item=item)
        assert owner.get_item(TableName="shared", Key=item)["Item"] == item
        assert refusal(guest.get_item, TableName=arn, Key=item) == "AccessDeniedException"

        streams = server.client("dynamodbstreams", **keys)
        assert refusal(streams.describe_stream, StreamArn=table["LatestStreamArn"]) == "AccessDeniedException"
        owner.put_resource_policy(
            ResourceArn=table["LatestStreamArn"], Policy=policy("222222222222", "dynamodb:DescribeStream"))
        described = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]
        assert described["TableName"] == "shared"
    finally:
        server.stop()
