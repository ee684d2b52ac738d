"""Each error that AWS's model of SQS names for an operation: a request that meets with it and the answer's text, or the
reason why no request can.

The same cases run in JSON (imported by test_sqs_errors.py) and in Query (run as a script with botocore 1.31.80 and the
endpoint as its argument). Codes and statuses come from the models; the texts are AWS's where they are known, see Sources/ApusSQS/README.md.
"""

import base64
import json
import pathlib
import sys
import uuid

from botocore.exceptions import ClientError

QUEUE_OPERATIONS = {
    "AddPermission": {"Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]},
    "ChangeMessageVisibility": {"ReceiptHandle": "r", "VisibilityTimeout": 1},
    "ChangeMessageVisibilityBatch": {"Entries": [{"Id": "a", "ReceiptHandle": "r", "VisibilityTimeout": 1}]},
    "DeleteMessage": {"ReceiptHandle": "r"},
    "DeleteMessageBatch": {"Entries": [{"Id": "a", "ReceiptHandle": "r"}]},
    "DeleteQueue": {},
    "GetQueueAttributes": {"AttributeNames": ["All"]},
    "ListDeadLetterSourceQueues": {},
    "ListQueueTags": {},
    "PurgeQueue": {},
    "ReceiveMessage": {},
    "RemovePermission": {"Label": "l"},
    "SendMessage": {"MessageBody": "x"},
    "SendMessageBatch": {"Entries": [{"Id": "a", "MessageBody": "x"}]},
    "SetQueueAttributes": {"Attributes": {"DelaySeconds": "1"}},
    "TagQueue": {"Tags": {"a": "b"}},
    "UntagQueue": {"TagKeys": ["a"]},
}
MOVE_OPERATIONS = ["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"]

# Errors that no request to Apus can meet with, whatever the operation.
NEVER = {
    "RequestThrottled": "Apus has no throughput quota; an overloaded server answers ThrottlingException",
    "InvalidSecurity": "HTTP is allowed, and a request without SigV4 is refused before it comes to SQS",
    "InvalidIdFormat": "deprecated: a receipt handle that is none is ReceiptHandleIsInvalid",
    "KmsDisabled": "queues have no KMS keys", "KmsInvalidState": "queues have no KMS keys",
    "KmsNotFound": "queues have no KMS keys", "KmsOptInRequired": "queues have no KMS keys",
    "KmsThrottled": "queues have no KMS keys", "KmsAccessDenied": "queues have no KMS keys",
    "KmsInvalidKeyUsage": "queues have no KMS keys",
}
# The same for single operations.
NEVER_FOR = {
    ("ReceiveMessage", "OverLimit"): "120,000 messages in flight: ReceiveMessageTests",
    ("StartMessageMoveTask", "UnsupportedOperation"): "100 active tasks: MoveTaskErrorTests",
    ("SendMessageBatch", "UnsupportedOperation"): "it is the answer for one entry: MessageAttributeTests",
}
for operation in [*QUEUE_OPERATIONS, "GetQueueUrl", "ListQueues", "ListMessageMoveTasks"]:
    if operation not in ("SendMessage", "SetQueueAttributes"):
        NEVER_FOR.setdefault((operation, "UnsupportedOperation"), "nothing it can be asked for is unsupported")
for operation in ["CreateQueue", "GetQueueUrl", "ListQueues", *MOVE_OPERATIONS]:
    NEVER_FOR[operation, "InvalidAddress"] = "it takes no queue URL"


# What botocore 1.31.80, the last to speak Query, knows of the errors.
FACTS = json.loads((pathlib.Path(__file__).parents[2] / "Generator/facts/sqs-query.json").read_text())["shapes"]


class World:
    """Makes what a case needs."""

    def __init__(self, sqs):
        self.sqs = sqs

    def name(self):
        return f"e-{uuid.uuid4().hex[:12]}"

    def queue(self, **attributes):
        return self.sqs.create_queue(QueueName=self.name(), Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def dead(self):
        """The ARN of a dead-letter queue."""
        arn = self.arn(self.queue())
        self.queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1}))
        return arn


CASES = {}


def case(operation, error):
    def add(function):
        CASES[operation, error] = function
        return function

    return add


for operation, parameters in QUEUE_OPERATIONS.items():
    def missing(world, parameters=parameters):
        url = world.queue().rsplit("/", 1)[0] + "/" + world.name()
        return {"QueueUrl": url, **parameters}, "The specified queue does not exist."

    def misplaced(world, parameters=parameters):
        return {"QueueUrl": "no-url", **parameters}, "The address no-url is not valid for this endpoint."

    CASES[operation, "QueueDoesNotExist"] = missing
    CASES[operation, "InvalidAddress"] = misplaced


@case("GetQueueUrl", "QueueDoesNotExist")
def _(world):
    return {"QueueName": world.name()}, "The specified queue does not exist."


BATCHES = {
    "ChangeMessageVisibilityBatch": {"ReceiptHandle": "r", "VisibilityTimeout": 1},
    "DeleteMessageBatch": {"ReceiptHandle": "r"},
    "SendMessageBatch": {"MessageBody": "x"},
}
for operation, entry in BATCHES.items():
    def entries(ids, message, entry=entry):
        return lambda world: ({"QueueUrl": world.queue(), "Entries": [{"Id": i, **entry} for i in ids]}, message)

    CASES[operation, "TooManyEntriesInBatchRequest"] = entries(
        [str(i) for i in range(11)], "Maximum number of entries per request are 10. You have sent 11.")
    CASES[operation, "EmptyBatchRequest"] = entries(
        [], f"There should be at least one {operation}RequestEntry in the request.")
    CASES[operation, "BatchEntryIdsNotDistinct"] = entries(["a", "b", "a"], "Id a repeated.")
    CASES[operation, "InvalidBatchEntryId"] = entries(
        ["a b"], "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most "
        "80 letters long.")


@case("SendMessageBatch", "BatchRequestTooLong")
def _(world):
    entries = [{"Id": str(i), "MessageBody": "x" * 600_000} for i in range(2)]
    return {"QueueUrl": world.queue(), "Entries": entries}, (
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.")


@case("AddPermission", "OverLimit")
def _(world):
    return {
        "QueueUrl": world.queue(), "Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"] * 8,
    }, "8 Actions were found, maximum allowed is 7."


@case("SetQueueAttributes", "OverLimit")
def _(world):
    url = world.queue()
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": world.arn(url)}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement] * 21})
    return {"QueueUrl": url, "Attributes": {"Policy": policy}}, "21 Statements were found, maximum allowed is 20."


@case("ChangeMessageVisibility", "MessageNotInflight")
def _(world):
    url = world.queue()
    world.sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = world.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]["ReceiptHandle"]
    return {"QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 1}, "The specified message isn't in flight."


@case("ChangeMessageVisibility", "ReceiptHandleIsInvalid")
def _(world):
    return {"QueueUrl": world.queue(), "ReceiptHandle": "made up", "VisibilityTimeout": 1}, (
        "The input receipt handle is invalid.")


@case("DeleteMessage", "ReceiptHandleIsInvalid")
def _(world):
    return {"QueueUrl": world.queue(), "ReceiptHandle": "made up"}, "The input receipt handle is invalid."


@case("CreateQueue", "QueueDeletedRecently")
def _(world):
    url = world.queue()
    world.sqs.delete_queue(QueueUrl=url)
    return {"QueueName": url.rsplit("/", 1)[1]}, (
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.")


@case("CreateQueue", "QueueNameExists")
def _(world):
    name = world.queue().rsplit("/", 1)[1]
    return {"QueueName": name, "Attributes": {"DelaySeconds": "7"}}, (
        "A queue already exists with the same name and a different value for attribute DelaySeconds")


@case("CreateQueue", "InvalidAttributeName")
def _(world):
    return {"QueueName": world.name(), "Attributes": {"Colour": "red"}}, "Unknown Attribute Colour."


@case("CreateQueue", "InvalidAttributeValue")
def _(world):
    return {"QueueName": world.name(), "Attributes": {"DelaySeconds": "901"}}, (
        "Invalid value for the parameter DelaySeconds.")


@case("CreateQueue", "UnsupportedOperation")
def _(world):
    return {"QueueName": world.name(), "Attributes": {"KmsMasterKeyId": "alias/aws/sqs"}}, (
        "Apus does not implement KmsMasterKeyId: queues have no KMS keys.")


@case("SetQueueAttributes", "InvalidAttributeName")
def _(world):
    return {"QueueUrl": world.queue(), "Attributes": {"QueueArn": "x"}}, "Unknown Attribute QueueArn."


@case("SetQueueAttributes", "InvalidAttributeValue")
def _(world):
    return {"QueueUrl": world.queue(), "Attributes": {"VisibilityTimeout": "43201"}}, (
        "Invalid value for the parameter VisibilityTimeout.")


@case("SetQueueAttributes", "UnsupportedOperation")
def _(world):
    return {"QueueUrl": world.queue(), "Attributes": {"KmsMasterKeyId": "alias/aws/sqs"}}, (
        "Apus does not implement KmsMasterKeyId: queues have no KMS keys.")


@case("GetQueueAttributes", "InvalidAttributeName")
def _(world):
    return {"QueueUrl": world.queue(), "AttributeNames": ["Colour"]}, "Unknown Attribute Colour."


@case("PurgeQueue", "PurgeQueueInProgress")
def _(world):
    url = world.queue()
    world.sqs.purge_queue(QueueUrl=url)
    return {"QueueUrl": url}, (
        f"Only one PurgeQueue operation on {url.rsplit('/', 1)[1]} is allowed every 60 seconds.")


@case("SendMessage", "InvalidMessageContents")
def _(world):
    return {"QueueUrl": world.queue(), "MessageBody": "\x02"}, (
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | "
        "#x10000 to #x10FFFF")


@case("SendMessage", "UnsupportedOperation")
def _(world):
    value = {"DataType": "String", "StringListValues": ["a"]}
    return {"QueueUrl": world.queue(), "MessageBody": "x", "MessageAttributes": {"a": value}}, (
        "Message attribute list values in SendMessage operation are not supported.")


for operation in ["StartMessageMoveTask", "ListMessageMoveTasks"]:
    @case(operation, "ResourceNotFoundException")
    def _(world):
        return {"SourceArn": world.arn(world.queue()) + "-gone"}, (
            "The resource that you specified for the SourceArn parameter doesn't exist.")


@case("CancelMessageMoveTask", "ResourceNotFoundException")
def _(world):
    handle = json.dumps({"taskId": str(uuid.uuid4()), "sourceArn": world.dead()}).encode()
    return {"TaskHandle": base64.b64encode(handle).decode()}, "Task does not exist."


@case("CancelMessageMoveTask", "UnsupportedOperation")
def _(world):
    handle = world.sqs.start_message_move_task(SourceArn=world.dead())["TaskHandle"]
    while True:
        try:
            world.sqs.cancel_message_move_task(TaskHandle=handle)
        except ClientError:
            break
    return {"TaskHandle": handle}, "A message movement can only be cancelled when the current status is RUNNING."


def pairs(sqs):
    """The (operation, error) pairs of the client's model."""
    model = sqs.meta.service_model
    for operation in model.operation_names:
        for error in model.operation_model(operation).error_shapes:
            yield operation, error


def reason(operation, error):
    """Why no request can meet with the error; None where one can."""
    return NEVER_FOR.get((operation, error)) or NEVER.get(error)


def check(sqs, operation, error):
    """Makes the request of a case and compares the answer."""
    parameters, message = CASES[operation, error.name](World(sqs))
    method = "".join("_" + c.lower() if c.isupper() else c for c in operation).lstrip("_")
    try:
        getattr(sqs, method)(**parameters)
    except ClientError as refusal:
        answer = refusal.response["Error"]
        # Clients that speak JSON hear the codes of Query, too, under which programs know the errors.
        fact = FACTS.get(error.name, {}).get("error", {})
        expected = (fact.get("code", error.name), message, "Sender", error.name)
        heard = (answer["Code"], answer["Message"], answer["Type"], answer.get("QueryErrorCode", error.name))
        assert heard == expected, (operation, heard, expected)
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == fact.get("httpStatusCode", 400), (operation, error.name, status)
        return
    raise AssertionError(f"{operation} met with no {error.name}")


def main(endpoint):
    import boto3
    import botocore

    assert botocore.__version__ == "1.31.80", botocore.__version__
    sqs = boto3.client(
        "sqs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    assert sqs.meta.service_model.metadata["protocol"] == "query"
    shapes = {shape.name: shape for shape in sqs.meta.service_model.error_shapes}
    count = 0
    for operation, name in CASES:
        # The older model names fewer errors of each operation, and lacks some of them.
        if name in shapes:
            check(sqs, operation, shapes[name])
            count += 1
    assert count >= 50, count
    print("ok", count)


if __name__ == "__main__":
    main(sys.argv[1])
