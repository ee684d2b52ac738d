"""Takes a webhook, puts it on the queue, answers 202."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import urllib.request

QUEUE_URL = os.environ["QUEUE_URL"]


def handler(event, context):
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    try:
        hook = json.loads(body)
    except ValueError:
        return {"statusCode": 400, "body": json.dumps({"error": "the body is not JSON"})}
    if not isinstance(hook, dict) or "id" not in hook:
        return {"statusCode": 422, "body": json.dumps({"error": "a webhook needs an id"})}
    message = send({"QueueUrl": QUEUE_URL, "MessageBody": json.dumps(hook)})
    print("accepted", hook["id"], message["MessageId"])
    return {"statusCode": 202, "body": json.dumps({"accepted": hook["id"]})}


def send(request):
    """SendMessage in AWS's JSON protocol, signed with the execution role's credentials: the standard library is enough."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    host = endpoint.split("://", 1)[1].rstrip("/")
    body = json.dumps(request).encode()
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": host,
        "x-amz-date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
        "x-amz-target": "AmazonSQS.SendMessage",
    }
    headers["authorization"] = signature(headers, body)
    with urllib.request.urlopen(urllib.request.Request(endpoint + "/", body, headers), timeout=5) as answer:
        return json.load(answer)


def signature(headers, body):
    """The Authorization header of AWS Signature Version 4."""
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        ["POST", "/", ""] + [f"{name}:{headers[name]}" for name in sorted(headers)]
        + ["", names, hashlib.sha256(body).hexdigest()])
    time, region = headers["x-amz-date"], os.environ["AWS_REGION"]
    scope = f"{time[:8]}/{region}/sqs/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signed = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, Signature={signed}"
