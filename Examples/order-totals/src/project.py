"""Adds what each changed order makes of a difference to its customer's total."""

import datetime
import decimal
import hashlib
import hmac
import json
import os
import urllib.error
import urllib.request

TOTALS = os.environ["TOTALS"]


def handler(event, context):
    for record in event["Records"]:
        try:
            project(record["dynamodb"])
        except Exception as error:
            print("failed", record["eventID"], error)
            # What comes before it is done; it and what follows come again, in order.
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def project(change):
    old, new = change.get("OldImage"), change.get("NewImage")
    update = {
        "TableName": TOTALS,
        "Key": {"customer": change["Keys"]["customer"]},
        "UpdateExpression": "SET seen = :seen ADD orders :orders, amount :amount",
        "ConditionExpression": "attribute_not_exists(seen) OR seen < :seen",
        "ExpressionAttributeValues": {
            # Sequence numbers have up to 40 digits, numbers 38: filled up, they sort as strings.
            ":seen": {"S": change["SequenceNumber"].zfill(40)},
            ":orders": {"N": str(bool(new) - bool(old))},
            ":amount": {"N": str(amount(new) - amount(old))},
        },
    }
    print("projected" if ask("UpdateItem", update) else "seen before", json.dumps(change["Keys"]))


def amount(order):
    return decimal.Decimal(order["amount"]["N"]) if order else decimal.Decimal(0)


def ask(operation, request):
    """A request to DynamoDB, signed with the execution role's credentials; False where its condition does not hold."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    body = json.dumps(request).encode()
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": endpoint.split("://", 1)[1].rstrip("/"),
        "x-amz-date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
        "x-amz-target": f"DynamoDB_20120810.{operation}",
    }
    headers["authorization"] = signature(headers, body)
    try:
        with urllib.request.urlopen(urllib.request.Request(endpoint + "/", body, headers), timeout=5):
            return True
    except urllib.error.HTTPError as error:
        answer = error.read().decode()
        if "ConditionalCheckFailedException" in answer:
            return False
        raise RuntimeError(answer) from None


def signature(headers, body):
    """The Authorization header of AWS Signature Version 4."""
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        ["POST", "/", ""] + [f"{name}:{headers[name]}" for name in sorted(headers)]
        + ["", names, hashlib.sha256(body).hexdigest()])
    time, region = headers["x-amz-date"], os.environ["AWS_REGION"]
    scope = f"{time[:8]}/{region}/dynamodb/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signed = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, Signature={signed}"
