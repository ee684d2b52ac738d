"""Every error that the API model documents for an operation of CloudWatch Logs: its code and text under boto3, or why it cannot
come here. An operation or an error that is new in the model and in neither table fails."""

import time
import tomllib

import botocore
import botocore.session
import pytest
from botocore.exceptions import ClientError

from apus import ACCOUNT, REGION, ROOT

GROUP, STREAM = "errors", "s"
ABSENT = "errors-absent"
ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:absent"

OPERATIONS = tomllib.loads((ROOT / "Generator" / "services" / "logs.toml").read_text())["operations"]
MODEL = botocore.session.get_session().get_service_model("logs")
DOCUMENTED = [
    (operation, shape.name) for operation in OPERATIONS for shape in MODEL.operation_model(operation).error_shapes]

# Why an error never comes: of every operation, or of one.
NEVER = {
    "OperationAbortedException": "transactions wait for each other instead of failing",
    "ServiceUnavailableException": "comes when the store cannot write; LogsWireTests has its code and status",
    ("CreateLogGroup", "LimitExceededException"): "the quota of a million groups is not checked",
    ("DeleteLogGroup", "ValidationException"): "comes of deletion protection, which answers 501",
    ("DeleteLogStream", "ValidationException"): "comes of deletion protection, which answers 501",
    ("PutLogEvents", "InvalidSequenceTokenException"): "AWS ignores sequence tokens since 2023, too",
    ("PutLogEvents", "DataAlreadyAcceptedException"): "AWS ignores sequence tokens since 2023, too",
}

# What a request with a bad name is told; the model's pattern, as AWS prints it.
BAD = "bad name"
BAD_TEXT = (
    "1 validation error detected: Value 'bad name' at 'logGroupName' failed to satisfy constraint: "
    r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+")
BAD_ARN_TEXT = (
    "1 validation error detected: Value 'bad name' at 'resourceArn' failed to satisfy constraint: "
    r"Member must satisfy regular expression pattern: [\w+=/:,.@-]*")
NO_GROUP = "The specified log group does not exist."
NO_RESOURCE = "The specified resource does not exist."
UNCLOSED = "If a filter pattern starts with '{' it must end with '}'"
METRIC = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]


def events():
    return [{"timestamp": int(time.time() * 1000), "message": "m"}]


# The other members of a request that names a group by `logGroupName`.
REST = {
    "CreateLogGroup": {},
    "CreateLogStream": {"logStreamName": STREAM},
    "DeleteLogGroup": {},
    "DeleteLogStream": {"logStreamName": STREAM},
    "DeleteMetricFilter": {"filterName": "f"},
    "DeleteRetentionPolicy": {},
    "DeleteSubscriptionFilter": {"filterName": "f"},
    "DescribeLogStreams": {},
    "DescribeMetricFilters": {},
    "DescribeSubscriptionFilters": {},
    "FilterLogEvents": {},
    "GetLogEvents": {"logStreamName": STREAM},
    "ListTagsLogGroup": {},
    "PutLogEvents": {"logStreamName": STREAM, "logEvents": events()},
    "PutMetricFilter": {"filterName": "f", "filterPattern": "", "metricTransformations": METRIC},
    "PutRetentionPolicy": {"retentionInDays": 1},
    "PutSubscriptionFilter": {"filterName": "f", "filterPattern": "", "destinationArn": FUNCTION},
    "TagLogGroup": {"tags": {"k": "v"}},
    "UntagLogGroup": {"tags": ["k"]},
}
# The same of those that name it by `resourceArn`.
TAGGED = {"ListTagsForResource": {}, "TagResource": {"tags": {"k": "v"}}, "UntagResource": {"tagKeys": ["k"]}}


def case(operation, error, logs, server):
    """The arguments that bring the error about, what it says, and the client to call when it is another."""
    if error == "InvalidParameterException":
        if operation in REST:
            return {"logGroupName": BAD, **REST[operation]}, BAD_TEXT
        if operation in TAGGED:
            return {"resourceArn": BAD, **TAGGED[operation]}, BAD_ARN_TEXT
        return {
            "DescribeLogGroups": ({"limit": 0}, (
                "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1")),
            "TestMetricFilter": ({"filterPattern": "{", "logEventMessages": ["m"]}, UNCLOSED),
            "StartLiveTail": ({"logGroupIdentifiers": [ARN + GROUP], "logEventFilterPattern": "{"}, UNCLOSED),
        }[operation]
    if error == "ResourceNotFoundException":
        if operation in TAGGED:
            return {"resourceArn": ARN + ABSENT, **TAGGED[operation]}, NO_RESOURCE
        if operation == "StartLiveTail":
            return {"logGroupIdentifiers": [ARN + ABSENT]}, NO_GROUP
        return {"logGroupName": ABSENT, **REST[operation]}, NO_GROUP
    return SPECIAL[operation, error](logs, server)


def exists(logs, server):
    return {"logGroupName": GROUP}, "The specified log group already exists"


def stream_exists(logs, server):
    return {"logGroupName": GROUP, "logStreamName": STREAM}, "The specified log stream already exists"


def unknown_key(logs, server):
    client = server.client("logs", key="AKIAUNKNOWN")
    return {"logGroupName": GROUP, **REST["PutLogEvents"]}, "The security token included in the request is invalid.", client


def regexes(logs, server):
    """A group with as many regular expressions in filters as it may have."""
    group = "errors-regexes"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
        for number in range(5):
            logs.put_metric_filter(
                logGroupName=group, filterName=str(number), filterPattern="%a%", metricTransformations=METRIC)
    return group


def one_metric_more(logs, server):
    arguments = {**REST["PutMetricFilter"], "filterPattern": "%b%"}
    return {"logGroupName": regexes(logs, server), **arguments}, "Resource limit exceeded."


def one_subscription_more(logs, server):
    arguments = {**REST["PutSubscriptionFilter"], "filterPattern": "%b%"}
    return {"logGroupName": regexes(logs, server), **arguments}, "Resource limit exceeded."


def infrequent(logs, server):
    group = "errors-infrequent"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group, logGroupClass="INFREQUENT_ACCESS")
    return group


NOT_VALID = "The operation is not valid on the specified resource"


def too_many_tags(logs, server):
    tags = {str(number): "v" for number in range(50)}
    logs.tag_resource(resourceArn=ARN + GROUP, tags=tags)
    return {"resourceArn": ARN + GROUP, "tags": {"one": "more"}}, "A resource can have no more than 50 tags."


def too_many_sessions(logs, server):
    for _ in range(15):
        SESSIONS.append(logs.start_live_tail(logGroupIdentifiers=[ARN + GROUP])["responseStream"])
    return {"logGroupIdentifiers": [ARN + GROUP]}, "The maximum number of concurrent Live Tail sessions is reached."


def stranger(logs, server):
    iam = server.client("iam")
    iam.create_user(UserName="errors-stranger")
    key = iam.create_access_key(UserName="errors-stranger")["AccessKey"]
    client = server.client(
        "logs", key=key["AccessKeyId"], secret=key["SecretAccessKey"], inject_host_prefix=False)
    text = (
        f"User: arn:aws:iam::{ACCOUNT}:user/errors-stranger is not authorized to perform: logs:StartLiveTail on resource: "
        f"{ARN}{GROUP}:log-stream: because no identity-based policy allows the logs:StartLiveTail action")
    return {"logGroupIdentifiers": [ARN + GROUP]}, text, client


SESSIONS = []
SPECIAL = {
    ("CreateLogGroup", "ResourceAlreadyExistsException"): exists,
    ("CreateLogStream", "ResourceAlreadyExistsException"): stream_exists,
    ("PutLogEvents", "UnrecognizedClientException"): unknown_key,
    ("PutMetricFilter", "LimitExceededException"): one_metric_more,
    ("PutMetricFilter", "InvalidOperationException"): lambda logs, server: (
        {"logGroupName": infrequent(logs, server), **REST["PutMetricFilter"]}, NOT_VALID),
    ("PutSubscriptionFilter", "LimitExceededException"): one_subscription_more,
    ("PutSubscriptionFilter", "InvalidOperationException"): lambda logs, server: (
        {"logGroupName": infrequent(logs, server), **REST["PutSubscriptionFilter"]}, NOT_VALID),
    ("StartLiveTail", "AccessDeniedException"): stranger,
    ("StartLiveTail", "LimitExceededException"): too_many_sessions,
    ("StartLiveTail", "InvalidOperationException"): lambda logs, server: (
        {"logGroupIdentifiers": [ARN + infrequent(logs, server)]}, NOT_VALID),
    ("TagResource", "TooManyTagsException"): too_many_tags,
}


@pytest.fixture(scope="module")
def logs(server):
    client = server.client("logs", parameter_validation=False, inject_host_prefix=False, retries=0)
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    return client


@pytest.mark.parametrize(("operation", "error"), DOCUMENTED, ids=lambda value: value)
def test_a_documented_error_has_its_code_and_text(server, logs, operation, error):
    if error in NEVER or (operation, error) in NEVER:
        return
    arguments, text, *others = case(operation, error, logs, server)
    client = others[0] if others else logs
    call = getattr(client, botocore.xform_name(operation))
    try:
        with pytest.raises(ClientError) as caught:
            call(**arguments)
    finally:
        while SESSIONS:
            SESSIONS.pop().close()
    found = caught.value.response["Error"]
    assert (found["Code"], found["Message"]) == (error, text)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400 or error == "AccessDeniedException"


def test_no_reason_is_given_for_an_error_that_is_not_documented():
    names = {error for _, error in DOCUMENTED}
    assert all(key in names if isinstance(key, str) else key in DOCUMENTED for key in NEVER)
    assert set(SPECIAL) <= set(DOCUMENTED)
