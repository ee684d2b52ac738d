"""Point 1 of the first session: roles, functions in each runtime, the three ways to invoke."""

import base64
import io
import json
import shutil
import zipfile

import pytest
from botocore.exceptions import ClientError

import functions
from apus import eventually


def invoke(client, name, event, **settings):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event), **settings)
    body = answer["Payload"].read()
    return answer, json.loads(body) if body else None


def test_python_function_echoes_and_logs(server, role):
    client = functions.create(server, "echo-python", role, functions.python(functions.PYTHON_ECHO))
    answer, body = invoke(client, "echo-python", {"n": 1}, LogType="Tail")
    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert answer["ExecutedVersion"] == "$LATEST"
    assert body == {"echo": {"n": 1}, "function": "echo-python", "region": "us-east-1"}
    tail = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert f"START RequestId: {request_id} Version: $LATEST" in tail
    assert 'event {"n": 1}' in tail
    assert f"END RequestId: {request_id}" in tail
    assert f"REPORT RequestId: {request_id}" in tail
    assert "Billed Duration:" in tail and "Max Memory Used:" in tail


def test_node_function_echoes(server, role):
    package = functions.archive({"index.js": functions.NODE_ECHO})
    client = functions.create(server, "echo-node", role, package, runtime="nodejs20.x", handler="index.handler")
    answer, body = invoke(client, "echo-node", {"n": 2})
    assert "FunctionError" not in answer
    assert body == {"echo": {"n": 2}, "function": "echo-node"}


def test_shell_bootstrap_runs(server, role):
    package = functions.archive({"bootstrap": functions.SHELL_BOOTSTRAP}, executable=["bootstrap"])
    client = functions.create(server, "echo-shell", role, package, runtime="provided.al2023", handler="none")
    _, body = invoke(client, "echo-shell", {"n": 3})
    assert body == {"shell": {"n": 3}}


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler on this machine")
def test_compiled_bootstrap_runs(server, role, tmp_path):
    package = functions.compiled_bootstrap(tmp_path)
    client = functions.create(server, "echo-compiled", role, package, runtime="provided.al2023", handler="none")
    _, body = invoke(client, "echo-compiled", {"n": 4})
    assert body == {"compiled": {"n": 4}}


def test_asynchronous_invocation_runs(server, role):
    client = functions.create(server, "async-python", role, functions.python(functions.PYTHON_ECHO))
    answer, body = invoke(client, "async-python", {"mark": "async-1"}, InvocationType="Event")
    assert answer["StatusCode"] == 202 and body is None
    assert eventually(lambda: functions.logged(server, "async-python", "async-1"))


def test_dry_run_answers_204(server, role):
    client = functions.create(server, "dry-python", role, functions.python(functions.PYTHON_ECHO))
    answer = client.invoke(FunctionName="dry-python", InvocationType="DryRun")
    assert answer["StatusCode"] == 204


def test_an_exception_is_a_function_error(server, role):
    source = "def handler(event, context):\n    raise ValueError('no good')\n"
    client = functions.create(server, "raises", role, functions.python(source))
    answer, body = invoke(client, "raises", {})
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "ValueError"
    assert body["errorMessage"] == "no good"
    assert body["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert any("raise ValueError" in line for line in body["stackTrace"])


def test_a_timeout_is_reported_and_the_next_invocation_works(server, role):
    source = "import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return 'done'\n"
    client = functions.create(server, "sleeps", role, functions.python(source), Timeout=1)
    answer, body = invoke(client, "sleeps", {"seconds": 30})
    assert answer["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in body["errorMessage"]
    assert invoke(client, "sleeps", {"seconds": 0})[1] == "done"


def test_an_exit_is_reported(server, role):
    source = "import os\ndef handler(event, context):\n    os._exit(3)\n"
    client = functions.create(server, "exits", role, functions.python(source))
    answer, body = invoke(client, "exits", {})
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in body["errorMessage"]


def test_an_import_error_is_reported(server, role):
    client = functions.create(server, "imports", role, functions.python("import nosuchmodule\n"))
    answer, body = invoke(client, "imports", {})
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'nosuchmodule'" in body["errorMessage"]


def test_a_missing_handler_is_reported(server, role):
    client = functions.create(server, "handlerless", role, functions.python("x = 1\n"))
    _, body = invoke(client, "handlerless", {})
    assert body["errorType"] == "Runtime.HandlerNotFound"


PYTHON_CONTEXT = """
import os
def handler(event, context):
    client = context.client_context
    return {
        "left": context.get_remaining_time_in_millis(), "request": context.aws_request_id, "arn": context.invoked_function_arn,
        "memory": int(context.memory_limit_in_mb), "group": context.log_group_name, "stream": context.log_stream_name,
        "custom": client.custom, "env": client.env, "title": client.client.app_title,
        "identity": context.identity.cognito_identity_id if context.identity else None}
"""
NODE_CONTEXT = """
exports.handler = async (event, context) => ({
    left: context.getRemainingTimeInMillis(), request: context.awsRequestId, arn: context.invokedFunctionArn,
    memory: Number(context.memoryLimitInMB), group: context.logGroupName, stream: context.logStreamName,
    custom: context.clientContext.custom, env: context.clientContext.env, title: context.clientContext.client.app_title,
    identity: context.identity ? context.identity.cognitoIdentityId : null})
"""


JAVA_CONTEXT = {
    "Context": "String getAwsRequestId(); String getLogGroupName(); String getLogStreamName(); String getInvokedFunctionArn(); "
    "int getMemoryLimitInMB(); int getRemainingTimeInMillis(); CognitoIdentity getIdentity(); ClientContext getClientContext();",
    "CognitoIdentity": "String getIdentityId(); String getIdentityPoolId();",
    "ClientContext": "Client getClient(); java.util.Map<String, String> getCustom(); "
    "java.util.Map<String, String> getEnvironment();",
    "Client": "String getInstallationId(); String getAppTitle();",
}
JAVA_HANDLER = """
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Known {
    public Map<String, Object> run(Map<String, Object> event, Context context) {
        Map<String, Object> answer = new HashMap<>();
        ClientContext client = context.getClientContext();
        answer.put("left", context.getRemainingTimeInMillis());
        answer.put("request", context.getAwsRequestId());
        answer.put("arn", context.getInvokedFunctionArn());
        answer.put("memory", context.getMemoryLimitInMB());
        answer.put("group", context.getLogGroupName());
        answer.put("stream", context.getLogStreamName());
        answer.put("custom", client.getCustom());
        answer.put("env", client.getEnvironment());
        answer.put("title", client.getClient().getAppTitle());
        answer.put("identity", context.getIdentity().getIdentityId());
        return answer;
    }
}
"""
# What a runtime of one's own is told, in the words of the Runtime API.
SHELL_CONTEXT = functions.SHELL_BOOTSTRAP[:functions.SHELL_BOOTSTRAP.index("while")] + """
headers=$(mktemp)
while true; do
  curl -sS -D "$headers" "$api/next" > /dev/null
  field() { grep -i "^lambda-runtime-$1:" "$headers" | tr -d '\\r' | cut -d' ' -f2-; }
  identity=$(field cognito-identity || true)
  answer="{\\"client\\": $(field client-context), \\"request\\": \\"$(field aws-request-id)\\",
    \\"arn\\": \\"$(field invoked-function-arn)\\", \\"identity\\": \\"$identity\\"}"
  curl -sS -X POST "$api/$(field aws-request-id)/response" -d "$answer" > /dev/null
done
"""
SAID = {"custom": {"a": "b"}, "env": {"locale": "de"}, "client": {"app_title": "title"}}


def encoded(context):
    return base64.b64encode(json.dumps(context).encode()).decode()


# https://docs.aws.amazon.com/lambda/latest/dg/python-context.html, nodejs-context.html and java-context.html. Nobody is known by
# Cognito here, so what would name an identity is empty.
@pytest.mark.parametrize("runtime,files,handler", [
    ("python3.11", {"app.py": PYTHON_CONTEXT}, "app.handler"), ("nodejs20.x", {"index.js": NODE_CONTEXT}, "index.handler"),
    ("java17", None, "Known::run"),
], ids=["python", "node", "java"])
def test_a_function_knows_its_invocation_and_what_its_client_says_of_itself(server, role, runtime, files, handler, tmp_path):
    name = "context-" + runtime[:4]
    files = files or functions.java_classes(tmp_path, {"Known.java": JAVA_HANDLER, **functions.java_interfaces(JAVA_CONTEXT)})
    client = functions.create(
        server, name, role, functions.archive(files), runtime=runtime, handler=handler, Timeout=7,
        MemorySize=192)
    answer, body = invoke(client, name, {}, ClientContext=encoded(SAID))
    assert "FunctionError" not in answer, body
    assert 0 < body.pop("left") <= 7000
    stream = body.pop("stream")
    assert "[$LATEST]" in stream
    assert body == {
        "request": answer["ResponseMetadata"]["RequestId"], "memory": 192, "group": f"/aws/lambda/{name}",
        "arn": f"arn:aws:lambda:us-east-1:000000000000:function:{name}", "custom": {"a": "b"}, "env": {"locale": "de"},
        "title": "title", "identity": None}
    # "Up to 3,583 bytes of base64-encoded data about the invoking client"
    for wrong in ("not Base64!", base64.b64encode(b"{").decode(), encoded({"custom": {"a": "b" * 2700}})):
        with pytest.raises(ClientError) as refused:
            invoke(client, name, {}, ClientContext=wrong)
        assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_runtime_of_ones_own_is_told_of_the_client(server, role):
    package = functions.archive({"bootstrap": SHELL_CONTEXT}, executable=["bootstrap"])
    client = functions.create(server, "context-own", role, package, runtime="provided.al2023", handler="none")
    answer, body = invoke(client, "context-own", {}, ClientContext=encoded(SAID))
    assert body == {
        "client": SAID, "request": answer["ResponseMetadata"]["RequestId"], "identity": "",
        "arn": "arn:aws:lambda:us-east-1:000000000000:function:context-own"}


def test_the_client_is_told_of_to_synchronous_invocations_only(server, role):
    """"Lambda passes the ClientContext object to your function for synchronous invocations only." (Invoke)"""
    source = "def handler(event, context): print('client', context.client_context is not None)"
    client = functions.create(server, "context-later", role, functions.python(source))
    invoke(client, "context-later", {}, ClientContext=encoded(SAID))
    client.invoke(FunctionName="context-later", InvocationType="Event", ClientContext=encoded(SAID))
    assert eventually(lambda: len(told := functions.logged(server, "context-later", "client")) == 2 and told) == [
        "client True", "client False"]


def test_a_package_that_is_larger_than_lambda_takes_is_refused(server, role):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("app.py", b"def handler(event, context): return 1\n")
        archive.writestr("large", bytes(262_144_001))
    with pytest.raises(ClientError) as refused:
        functions.create(server, "too-large", role, package.getvalue())
    assert refused.value.response["Error"] == {
        "Code": "InvalidParameterValueException", "Message": "Unzipped size must be smaller than 262144000 bytes"}


def test_new_code_and_configuration_take_effect(server, role):
    client = functions.create(
        server, "changes", role, functions.python("def handler(e, c):\n    return 1\n"))
    assert invoke(client, "changes", {})[1] == 1
    client.update_function_code(
        FunctionName="changes",
        ZipFile=functions.python("import os\ndef handler(e, c):\n    return os.environ.get('WORD', 'none')\n"))
    client.get_waiter("function_updated_v2").wait(FunctionName="changes")
    assert invoke(client, "changes", {})[1] == "none"
    client.update_function_configuration(FunctionName="changes", Environment={"Variables": {"WORD": "set"}})
    client.get_waiter("function_updated_v2").wait(FunctionName="changes")
    assert invoke(client, "changes", {})[1] == "set"


def test_function_calls_apus_with_its_role(server, role):
    source = (
        "import os, urllib.request\n"
        "def handler(event, context):\n"
        "    return {k: os.environ[k] for k in ('AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',"
        " 'AWS_SESSION_TOKEN')}\n")
    client = functions.create(server, "credentials", role, functions.python(source))
    _, got = invoke(client, "credentials", {})
    assert got["AWS_ENDPOINT_URL"].startswith("http://")
    sts = server.client(
        "sts", got["AWS_ACCESS_KEY_ID"], got["AWS_SECRET_ACCESS_KEY"], got["AWS_SESSION_TOKEN"])
    assert sts.get_caller_identity()["Arn"] == "arn:aws:sts::000000000000:assumed-role/tests/credentials"


def test_the_package_can_be_fetched_again(server, role):
    import urllib.request

    package = functions.python(functions.PYTHON_ECHO)
    client = functions.create(server, "fetch", role, package)
    location = client.get_function(FunctionName="fetch")["Code"]["Location"]
    with urllib.request.urlopen(location) as answer:
        assert answer.read() == package


def test_settings_that_cannot_be_are_refused(server, role):
    client = functions.create(server, "settings", role, functions.python(functions.PYTHON_ECHO))
    with pytest.raises(ClientError) as error:
        client.update_function_configuration(FunctionName="settings", Timeout=901)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert error.value.response["Error"]["Message"] == (
        "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: "
        "Member must have value less than or equal to 900")
    client.update_function_configuration(FunctionName="settings", Timeout=900)
    with pytest.raises(ClientError) as error:
        functions.create(server, "ruby", role, functions.python(functions.PYTHON_ECHO), runtime="ruby3.3")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    # "… invoking a non-tenant-isolated function with a tenant ID"
    for operation in (client.invoke, client.invoke_with_response_stream):
        with pytest.raises(client.exceptions.InvalidParameterValueException):
            operation(FunctionName="settings", TenantId="blue")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="when providing a ZipFile"):
        client.update_function_code(
            FunctionName="settings", ZipFile=functions.python(functions.PYTHON_ECHO), S3Bucket="bucket", S3Key="key")


def test_a_dead_letter_queue_that_the_role_may_not_send_to_is_refused(server, role):
    queue = server.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    arn = server.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    poor = functions.create_role(server, "poor", {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]})
    package, letters = functions.python(functions.PYTHON_ECHO), {"TargetArn": arn}
    sentence = "The provided execution role does not have permissions to call SendMessage on SQS"
    with pytest.raises(ClientError) as error:
        functions.create(server, "lettered", poor, package, DeadLetterConfig=letters)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert error.value.response["Error"]["Message"] == sentence
    client = functions.create(server, "lettered", role, package, DeadLetterConfig=letters)
    with pytest.raises(ClientError) as error:
        client.update_function_configuration(FunctionName="lettered", Role=poor)
    assert error.value.response["Error"]["Message"] == sentence


def test_deleted_function_is_gone(server, role):
    client = functions.create(server, "goes", role, functions.python(functions.PYTHON_ECHO))
    client.delete_function(FunctionName="goes")
    with pytest.raises(ClientError) as error:
        client.invoke(FunctionName="goes")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert error.value.response["Error"]["Message"] == (
        "Function not found: arn:aws:lambda:us-east-1:000000000000:function:goes")


@pytest.mark.parametrize(
    "package",
    [b"not a zip", functions.archive({"../escape.py": "x = 1"}), functions.archive({"/absolute.py": "x = 1"})],
    ids=["garbage", "climbs out", "absolute"],
)
def test_a_bad_zip_is_refused(server, role, package):
    with pytest.raises(ClientError) as error:
        functions.create(server, "badzip", role, package)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"
    with pytest.raises(ClientError) as missing:
        server.client("lambda").get_function(FunctionName="badzip")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
