"""Every error that the API model documents for an operation of Lambda: how it comes about here under boto3, or why it cannot.
An operation or an error that is new in the model and in neither table fails."""

import tomllib

import botocore.session
import pytest
from botocore.exceptions import ClientError

import functions
from apus import ACCOUNT, REGION, ROOT
from test_event_destinations import queue
from test_function_sdk import lineage, with_trace

OPERATIONS = tomllib.loads((ROOT / "Generator" / "services" / "lambda.toml").read_text())["operations"]
MODEL = botocore.session.get_session().get_service_model("lambda")
DOCUMENTED = [
    (operation, shape.name) for operation in OPERATIONS for shape in MODEL.operation_model(operation).error_shapes]

NAME, ABSENT = "errors", "errors-absent"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:"
CONFIG = f"{ARN}code-signing-config:csc-00000000000000000"
UUID = "00000000-0000-4000-8000-000000000000"
HANDLER = "def handler(event, context):\n    return event\n"
PROFILE = f"arn:aws:signer:{REGION}:{ACCOUNT}:/signing-profiles/p/v"

# Why an error never comes: of every operation, or of one.
NEVER = {
    "ServiceException": "comes when the machine or the store fails",
    "InvalidCodeSignatureException": "signatures are not checked; enforcing them answers 501",
    "CodeVerificationFailedException": "signatures are not checked; enforcing them answers 501",
    "CodeStorageExceededException": "comes after 75 GB; VersionTests has it",
    "FunctionVersionsPerCapacityProviderLimitExceededException": "capacity providers answer 501",
    "ResourceInUseException": "changes of mappings take effect at once",
    ("CreateFunction", "ResourceNotFoundException"): "a layer or a role that is missing is an invalid parameter",
    ("DeleteFunctionCodeSigningConfig", "CodeSigningConfigNotFoundException"): "what is not there is deleted, too",
    ("InvokeAsync", "InvalidRuntimeException"): "the event is tried until its age, and told then",
    ("PublishLayerVersion", "ResourceNotFoundException"): "is for code in S3, which answers 501",
    ("UpdateFunctionCode", "CodeSigningConfigNotFoundException"): "a configuration that is in use cannot be deleted",
    ("UpdateFunctionConfiguration", "CodeSigningConfigNotFoundException"): "a configuration that is in use cannot be deleted",
    ("ListLayerVersions", "ResourceNotFoundException"): "of a layer that is not there none are listed, as AWS answers",
    ("ListEventSourceMappings", "ResourceNotFoundException"): "of a function that is not there none are listed, as AWS answers",
}
INVOKING = ("Invoke", "InvokeWithResponseStream")
for operation in INVOKING:
    NEVER |= {
        (operation, "InvalidRuntimeException"): "comes when the interpreter is taken away after the function was made",
        (operation, "ResourceNotReadyException"): "functions are active when they are made",
        (operation, "UnsupportedMediaTypeException"): "any content type is taken for JSON",
        (operation, "SerializedRequestEntityTooLargeException"): "is for VPC",
        (operation, "InvalidZipFileException"): "a package is checked when it comes",
        (operation, "NoPublishedVersionException"):
            "is for the qualifier $LATEST.PUBLISHED, which answers ResourceNotFoundException",
    }
for operation in ("DeleteEventSourceMapping", "GetEventSourceMapping"):
    NEVER[operation, "InvalidParameterValueException"] = "an id that is no UUID is not found"
for operation in ("DeleteCodeSigningConfig", "GetCodeSigningConfig", "GetLayerVersionByArn", "UpdateCodeSigningConfig"):
    NEVER[operation, "InvalidParameterValueException"] = "an ARN of something else does not pass the model's pattern"
for operation in ("GetDurableExecution", "StopDurableExecution"):
    NEVER[operation, "InvalidParameterValueException"] = "an ARN of something else does not pass the model's pattern"
for operation in ("GetFunctionRecursionConfig", "PutFunctionRecursionConfig"):
    NEVER[operation, "InvalidParameterValueException"] = "a name with a qualifier does not pass the model's pattern"
for prefix in ("EC2", "EFS", "ENI", "InvalidSecurityGroup", "InvalidSubnet", "SubnetIP", "S3Files"):
    for operation, error in DOCUMENTED:
        if error.startswith(prefix):
            NEVER[error] = "VPC and file systems answer 501"
for operation, error in DOCUMENTED:
    if error.startswith("KMS"):
        NEVER[error] = "customers' keys answer 501"
    if error.startswith("SnapStart"):
        NEVER[error] = "comes of versions with SnapStart alone: see test_snapstart.py"
    if error == "TooManyRequestsException" and operation not in INVOKING:
        NEVER[operation, error] = "control operations are not throttled by rate"

# Operations that never conflict: no change is ever under way, and a thing that is in use may be changed.
CONFLICTS = {
    "AddLayerVersionPermission", "AddPermission", "CreateAlias", "CreateEventSourceMapping", "CreateFunction",
    "CreateFunctionUrlConfig", "DeleteCodeSigningConfig", "DeleteFunction", "PutProvisionedConcurrencyConfig"}
for operation, error in DOCUMENTED:
    if error == "ResourceConflictException" and operation not in CONFLICTS:
        NEVER[operation, error] = "changes take effect at once and wait for each other"

# The members that a request has beside the function's name.
REST = {
    "AddPermission": {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"},
    "CreateAlias": {"Name": "a", "FunctionVersion": "$LATEST"},
    "CreateEventSourceMapping": {"EventSourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:errors"},
    "CreateFunctionUrlConfig": {"AuthType": "NONE"},
    "DeleteAlias": {"Name": "a"},
    "GetAlias": {"Name": "a"},
    "InvokeAsync": {"InvokeArgs": b"{}"},
    "PutFunctionCodeSigningConfig": {"CodeSigningConfigArn": CONFIG},
    "PutFunctionConcurrency": {"ReservedConcurrentExecutions": 1},
    "PutFunctionEventInvokeConfig": {"MaximumRetryAttempts": 1},
    "PutFunctionRecursionConfig": {"RecursiveLoop": "Allow"},
    "PutProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 1},
    "PutRuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
    "RemovePermission": {"StatementId": "s"},
    "UpdateAlias": {"Name": "a"},
    "UpdateFunctionCode": {"ZipFile": functions.python(HANDLER)},
    "UpdateFunctionEventInvokeConfig": {"MaximumRetryAttempts": 1},
}
QUALIFIED = {"DeleteProvisionedConcurrencyConfig", "GetProvisionedConcurrencyConfig", "PutProvisionedConcurrencyConfig"}
LAYER = {"LayerName": "errors-absent", "VersionNumber": 1}
PERMISSION = {"StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*"}
LAYERED = {
    "AddLayerVersionPermission": PERMISSION, "GetLayerVersion": {}, "GetLayerVersionPolicy": {},
    "RemoveLayerVersionPermission": {"StatementId": "s"}}
CONFIGURED = {"DeleteCodeSigningConfig", "GetCodeSigningConfig", "ListFunctionsByCodeSigningConfig", "UpdateCodeSigningConfig"}
MAPPED = {"DeleteEventSourceMapping", "GetEventSourceMapping", "UpdateEventSourceMapping"}
TAGS = {"ListTags": {}, "TagResource": {"Tags": {"a": "b"}}, "UntagResource": {"TagKeys": ["a"]}}
LISTS = {
    "ListCodeSigningConfigs", "ListEventSourceMappings", "ListFunctions", "ListLayers", "ListLayerVersions",
    "ListFunctionsByCodeSigningConfig"}


def members(operation):
    return MODEL.operation_model(operation).input_shape.members


def named(operation, name, **more):
    arguments = {"FunctionName": name, **REST.get(operation, {})}
    if operation in QUALIFIED:
        arguments["Qualifier"] = "1"
    return {**arguments, **more}


def not_found(operation, client):
    """A request for what is not there."""
    if operation in LAYERED:
        return {**LAYER, **LAYERED[operation]}
    if operation == "GetLayerVersionByArn":
        return {"Arn": f"{ARN}layer:errors-absent:1"}
    if operation in CONFIGURED:
        return {"CodeSigningConfigArn": CONFIG}
    if operation in MAPPED:
        return {"UUID": UUID}
    if operation in TAGS:
        return {"Resource": f"{ARN}function:{ABSENT}", **TAGS[operation]}
    if operation == "PutFunctionCodeSigningConfig":
        return named(operation, ABSENT, CodeSigningConfigArn=configuration(client))
    return named(operation, ABSENT)


def configuration(client):
    made = client.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [PROFILE]})
    return made["CodeSigningConfig"]["CodeSigningConfigArn"]


def mapping(client, server):
    _, arn = queue(server.client("sqs"), "errors-mapped")
    return client.create_event_source_mapping(FunctionName="errors-none", EventSourceArn=arn)["UUID"]


def invalid(operation, client, server):
    """A request with a value that the model lets pass."""
    special = {
        "AddLayerVersionPermission": {**LAYER, **PERMISSION, "VersionNumber": 0},
        "CreateAlias": named("CreateAlias", NAME + ":live"),
        "CreateCodeSigningConfig": {
            "AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]}, "Tags": {"aws:a": "b"}},
        "CreateEventSourceMapping": {"FunctionName": NAME},
        "CreateFunction": {
            "FunctionName": ABSENT, "Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Code": {"ZipFile": functions.python(HANDLER)}},
        "CreateFunctionUrlConfig": named("CreateFunctionUrlConfig", NAME + ":live", Qualifier="other"),
        "GetLayerVersion": {"LayerName": "l", "VersionNumber": 0},
        "GetLayerVersionPolicy": {"LayerName": "l", "VersionNumber": 0},
        "RemoveLayerVersionPermission": {"LayerName": "l", "VersionNumber": 0, "StatementId": "s"},
        "PublishLayerVersion": {"LayerName": "l", "Content": {"ZipFile": b"no archive"}},
        "PutProvisionedConcurrencyConfig": named(
            "PutProvisionedConcurrencyConfig", NAME, Qualifier="$LATEST"),
    }
    if operation in special:
        return special[operation]
    if operation == "UpdateEventSourceMapping":
        return {"UUID": mapping(client, server), "BatchSize": 1000, "MaximumBatchingWindowInSeconds": 0}
    if operation == "PutFunctionCodeSigningConfig":
        return named(operation, NAME + ":live", CodeSigningConfigArn=configuration(client))
    if operation in LISTS:
        arguments = {"Marker": "no marker of ours"}
        if "LayerName" in members(operation):
            arguments["LayerName"] = "l"
        if "CodeSigningConfigArn" in members(operation):
            arguments["CodeSigningConfigArn"] = configuration(client)
        return arguments
    if operation in TAGS:
        return {"Resource": f"{ARN}function:{NAME}:1", **TAGS[operation]}
    if operation in QUALIFIED or "Qualifier" in members(operation):
        return named(operation, NAME + ":live", Qualifier="other")
    return named(operation, NAME + ":live")


def conflict(operation, client, server):
    if operation == "AddLayerVersionPermission":
        client.publish_layer_version(LayerName="errors", Content={"ZipFile": functions.python(HANDLER)})
        arguments = {"LayerName": "errors", "VersionNumber": 1, **PERMISSION}
        client.add_layer_version_permission(**arguments)
        return arguments
    if operation == "DeleteCodeSigningConfig":
        arn = configuration(client)
        client.put_function_code_signing_config(FunctionName=NAME, CodeSigningConfigArn=arn)
        return {"CodeSigningConfigArn": arn}
    if operation == "DeleteFunction":
        return {"FunctionName": NAME, "Qualifier": "1"}
    if operation == "PutProvisionedConcurrencyConfig":
        client.put_provisioned_concurrency_config(
            FunctionName=NAME, Qualifier="live", ProvisionedConcurrentExecutions=1)
        return named(operation, NAME)
    arguments = named(operation, NAME)
    if operation == "CreateFunction":
        role = client.get_function_configuration(FunctionName=NAME)["Role"]
        return {"FunctionName": NAME, "Role": role, "Runtime": "python3.11", "Handler": "app.handler",
                "Code": {"ZipFile": functions.python(HANDLER)}}
    if operation == "CreateEventSourceMapping":
        queue(server.client("sqs"), "errors")
    getattr(client, botocore.xform_name(operation))(**arguments)
    return arguments


def stale(operation, client):
    arguments = named(operation, NAME) if "FunctionName" in members(operation) else {
        "LayerName": "errors-stale", "VersionNumber": 1, **LAYERED[operation]}
    if operation.startswith(("AddLayer", "RemoveLayer")):
        client.publish_layer_version(LayerName="errors-stale", Content={"ZipFile": functions.python(HANDLER)})
        number = client.list_layer_versions(LayerName="errors-stale")["LayerVersions"][0]["Version"]
        arguments["VersionNumber"] = number
        client.add_layer_version_permission(LayerName="errors-stale", VersionNumber=number, **PERMISSION)
    if operation.endswith("Permission") and "FunctionName" in arguments:
        arguments["StatementId"] = f"stale-{operation}"
        client.add_permission(**{**named("AddPermission", NAME), "StatementId": f"stale-{operation}"})
        if operation == "AddPermission":
            arguments["StatementId"] = "another"
    if operation == "UpdateAlias":
        arguments["Name"] = "live"
    return {**arguments, "RevisionId": "00000000-0000-4000-8000-000000000000"}


def too_long(operation, client):
    """Statements until one more is too many."""
    if operation == "AddLayerVersionPermission":
        client.publish_layer_version(LayerName="errors-long", Content={"ZipFile": functions.python(HANDLER)})
        base, add = {"LayerName": "errors-long", "VersionNumber": 1, **PERMISSION}, client.add_layer_version_permission
    else:
        base, add = named(operation, NAME, Qualifier="2", SourceArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:t"), client.add_permission
    for number in range(200):
        arguments = {**base, "StatementId": f"{number:03}" + "s" * 90}
        try:
            add(**arguments)
        except ClientError:
            return arguments
    raise AssertionError("no limit")


def durable(operation, error):
    """Of an execution that is not there; of tokens, callbacks and markers that nobody was given."""
    if "Callback" in operation:
        return {"CallbackId": "A" * 32 if error == "CallbackTimeoutException" else "AAAA"}
    arguments = {"DurableExecutionArn": f"{ARN}function:{ABSENT}:1/durable-execution/n/{UUID}"}
    if operation in ("CheckpointDurableExecution", "GetDurableExecutionState"):
        arguments["CheckpointToken"] = "AAAA"
    return arguments


def unreadable_history(client, server):
    role = client.get_function_configuration(FunctionName=NAME)["Role"]
    functions.create(
        server, "errors-history", role, functions.python(HANDLER), DurableConfig={"ExecutionTimeout": 60})
    arn = client.invoke(FunctionName="errors-history:$LATEST", InvocationType="Event")["DurableExecutionArn"]
    return client, {"DurableExecutionArn": arn, "Marker": "?"}


def already_started(client, server):
    role = client.get_function_configuration(FunctionName=NAME)["Role"]
    functions.create(
        server, "errors-durable", role, functions.python(HANDLER), DurableConfig={"ExecutionTimeout": 60})
    arguments = {"FunctionName": "errors-durable:$LATEST", "InvocationType": "Event", "DurableExecutionName": "once"}
    client.invoke(**arguments, Payload=b"1")
    return client, {**arguments, "Payload": b"2"}


def case(operation, error, client, server):
    """A client, and the arguments with which the error comes."""
    if (operation, error) in SPECIAL:
        return SPECIAL[operation, error](client, server)
    if "Durable" in operation and operation != "ListDurableExecutionsByFunction":
        return client, durable(operation, error)
    if error == "ResourceNotFoundException":
        return client, not_found(operation, client)
    if error == "InvalidParameterValueException":
        return client, invalid(operation, client, server)
    if error == "ResourceConflictException":
        return client, conflict(operation, client, server)
    if error == "PreconditionFailedException":
        return client, stale(operation, client)
    if error == "PolicyLengthExceededException":
        return client, too_long(operation, client)
    if error == "CodeSigningConfigNotFoundException":
        arguments = {"FunctionName": NAME, "CodeSigningConfigArn": CONFIG}
        if operation == "CreateFunction":
            arguments = {**conflict(operation, client, server), **arguments, "FunctionName": ABSENT}
        return client, arguments
    if error == "InvalidRequestContentException":
        member = "Payload" if operation in INVOKING else "InvokeArgs"
        return client, {"FunctionName": NAME, member: b"{"}
    return SPECIAL[operation, error](client, server)


def large(client, server):
    return client, {"FunctionName": NAME, "Payload": b'"' + b"a" * 6_291_556 + b'"'}


def throttled(client, server):
    client.put_function_concurrency(FunctionName="errors-none", ReservedConcurrentExecutions=0)
    return client, {"FunctionName": "errors-none"}


def looping(client, server):
    return with_trace(server.client("lambda", retries=0), lineage(NAME, 16)), {"FunctionName": NAME}


def unprovisioned(client, server):
    return client, named("GetProvisionedConcurrencyConfig", NAME, Qualifier="2")


SPECIAL = {
    ("GetProvisionedConcurrencyConfig", "ProvisionedConcurrencyConfigNotFoundException"): unprovisioned,
    ("GetDurableExecutionHistory", "InvalidParameterValueException"): unreadable_history,
    ("Invoke", "DurableExecutionAlreadyStartedException"): already_started,
}
for operation in INVOKING:
    SPECIAL |= {
        (operation, "RecursiveInvocationException"): looping,
        (operation, "RequestTooLargeException"): large,
        (operation, "TooManyRequestsException"): throttled,
    }


@pytest.fixture(scope="module")
def client(server, role):
    """With a function that has versions 1 and 2, and the alias `live` of 1."""
    client = functions.create(server, NAME, role, functions.python(HANDLER), Publish=True)
    client.update_function_code(FunctionName=NAME, ZipFile=functions.python(HANDLER + "#\n"), Publish=True)
    client.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
    functions.create(server, "errors-none", role, functions.python(HANDLER))
    yield server.client("lambda", retries=0)
    client.delete_function(FunctionName=NAME)


def reason(operation, error):
    return NEVER.get((operation, error)) or NEVER.get(error)


@pytest.mark.parametrize("operation, error", [pair for pair in DOCUMENTED if not reason(*pair)])
def test_an_error_of_the_model_is_answered_with_its_code_and_status(client, server, operation, error):
    caller, arguments = case(operation, error, client, server)
    with pytest.raises(ClientError) as raised:
        getattr(caller, botocore.xform_name(operation))(**arguments)
    answer = raised.value.response
    assert answer["Error"]["Code"] == error, answer["Error"]["Message"]
    shape = MODEL.shape_for_error_code(error)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == shape.metadata["error"]["httpStatusCode"]
    assert answer["Error"]["Message"]
    assert answer.get("Type") == "User"


def test_reasons_are_of_errors_that_the_model_has():
    errors = {error for _, error in DOCUMENTED}
    pairs = set(DOCUMENTED)
    assert [key for key in NEVER if (key not in errors and key not in pairs)] == []
