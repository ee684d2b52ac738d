"""Works on webhooks from the queue; reports those that failed, so that only they come back."""

import json


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            work(json.loads(record["body"]))
        except Exception as error:
            print("failed", record["messageId"], error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def work(hook):
    if hook.get("broken"):
        raise ValueError(f"webhook {hook['id']} is broken")
    print("handled", hook["id"], "of", hook.get("source", "nobody"))
