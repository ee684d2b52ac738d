#!/usr/bin/env python3
"""Deploys order-totals to the endpoint in AWS_ENDPOINT_URL and exercises it."""

import decimal
import io
import json
import pathlib
import sys
import time
import zipfile

import boto3

NAME = "order-totals"
ORDERS, TOTALS = f"{NAME}-orders", f"{NAME}-totals"
SOURCE = pathlib.Path(__file__).parent / "src" / "project.py"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

iam, sqs, functions, dynamodb = (boto3.client(name) for name in ("iam", "sqs", "lambda", "dynamodb"))


def table(name, *keys, **more):
    """The table with these keys, strings; its description once it can be used."""
    try:
        dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))], **more)
    except dynamodb.exceptions.ResourceInUseException:
        pass
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return dynamodb.describe_table(TableName=name)["Table"]


def role(stream, totals, dead):
    """What the function may do: read the stream, change totals, and have its failures and its log written."""
    try:
        arn = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        arn = iam.get_role(RoleName=NAME)["Role"]["Arn"]
    allowed = [
        (["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"], stream),
        ("dynamodb:ListStreams", "*"),
        ("dynamodb:UpdateItem", totals),
        ("sqs:SendMessage", dead),
        (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"),
    ]
    statements = [{"Effect": "Allow", "Action": actions, "Resource": resource} for actions, resource in allowed]
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam.put_role_policy(RoleName=NAME, PolicyName="work", PolicyDocument=json.dumps(policy))
    return arn


def package():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SOURCE, SOURCE.name)
    return buffer.getvalue()


def function(role_arn):
    try:
        functions.create_function(
            FunctionName=NAME, Runtime="python3.11", Role=role_arn, Handler="project.handler", Timeout=10,
            Code={"ZipFile": package()}, Environment={"Variables": {"TOTALS": TOTALS}})
        functions.get_waiter("function_active_v2").wait(FunctionName=NAME)
    except functions.exceptions.ResourceConflictException:
        functions.update_function_code(FunctionName=NAME, ZipFile=package())
        functions.get_waiter("function_updated_v2").wait(FunctionName=NAME)


def deploy():
    orders = table(
        ORDERS, "customer", "order",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    totals = table(TOTALS, "customer")
    dead = sqs.create_queue(QueueName=f"{NAME}-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stream = orders["LatestStreamArn"]
    function(role(stream, totals["TableArn"], dead_arn))
    if not functions.list_event_source_mappings(FunctionName=NAME)["EventSourceMappings"]:
        functions.create_event_source_mapping(
            EventSourceArn=stream, FunctionName=NAME, StartingPosition="TRIM_HORIZON", BatchSize=100,
            MaximumRetryAttempts=2, FunctionResponseTypes=["ReportBatchItemFailures"],
            DestinationConfig={"OnFailure": {"Destination": dead_arn}})


def eventually(what, check, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.2)
    sys.exit(f"did not see {what} within {seconds} s")


def place(customer, order, amount):
    dynamodb.put_item(
        TableName=ORDERS, Item={"customer": {"S": customer}, "order": {"S": order}, "amount": {"N": amount}})
    print("ordered", customer, order, amount)


def total(customer):
    item = dynamodb.get_item(TableName=TOTALS, Key={"customer": {"S": customer}}, ConsistentRead=True).get("Item")
    return item and (int(item["orders"]["N"]), decimal.Decimal(item["amount"]["N"]))


def exercise():
    run = f"run-{int(time.time() * 1000)}"
    ann, bob = f"{run}-ann", f"{run}-bob"
    for number in range(20):
        place(ann, f"{number:03}", "10.25")
    for number in range(5):
        place(bob, f"{number:03}", str(number))
    dynamodb.update_item(
        TableName=ORDERS, Key={"customer": {"S": ann}, "order": {"S": "000"}}, UpdateExpression="SET amount = :new",
        ExpressionAttributeValues={":new": {"N": "100"}})
    dynamodb.delete_item(TableName=ORDERS, Key={"customer": {"S": bob}, "order": {"S": "004"}})
    print("changed one order, cancelled one")
    expected = {ann: (20, decimal.Decimal("294.75")), bob: (4, decimal.Decimal("6"))}
    for customer, sums in expected.items():
        eventually(f"the total of {customer}", lambda: total(customer) == sums)
        print("total", customer, *sums)
    again(ann)
    assert total(ann) == expected[ann], total(ann)
    print("a record that came twice counted once")


def again(customer):
    """Gives the function a record that it has seen."""
    change = {
        "SequenceNumber": "1", "Keys": {"customer": {"S": customer}, "order": {"S": "000"}},
        "NewImage": {"amount": {"N": "10.25"}}}
    event = {"Records": [{"eventID": "again", "eventName": "INSERT", "dynamodb": change}]}
    answer = functions.invoke(FunctionName=NAME, Payload=json.dumps(event))
    told = json.loads(answer["Payload"].read())
    assert told == {"batchItemFailures": []}, told


def remove():
    for mapping in functions.list_event_source_mappings(FunctionName=NAME)["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
    functions.delete_function(FunctionName=NAME)
    iam.delete_role_policy(RoleName=NAME, PolicyName="work")
    iam.delete_role(RoleName=NAME)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=f"{NAME}-dead")["QueueUrl"])
    for name in (ORDERS, TOTALS):
        dynamodb.delete_table(TableName=name)


if __name__ == "__main__":
    if sys.argv[1:] == ["--remove"]:
        remove()
    else:
        deploy()
        exercise()
        print(f"{NAME} works")
