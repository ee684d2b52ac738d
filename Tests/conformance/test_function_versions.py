"""Functions as resources: versions, aliases, layers, permissions, concurrency, code signing."""

import json
import pathlib
import uuid

import pytest
from botocore.exceptions import ClientError

import functions
from apus import ACCOUNT, REGION

VERSIONED = """
import os
def handler(event, context):
    return {"arn": context.invoked_function_arn, "version": context.function_version, "word": os.environ.get("WORD"),
            "stream": context.log_stream_name}
"""


def invoke(client, name, **settings):
    answer = client.invoke(FunctionName=name, Payload=b"{}", **settings)
    assert "FunctionError" not in answer, answer["Payload"].read()
    return answer, json.loads(answer["Payload"].read())


def refusal(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_versions_and_aliases_run_what_they_name(server, role):
    client = functions.create(
        server, "versioned", role, functions.python(VERSIONED), Environment={"Variables": {"WORD": "one"}}, Publish=True)
    client.update_function_configuration(FunctionName="versioned", Environment={"Variables": {"WORD": "two"}})
    second = client.publish_version(FunctionName="versioned")
    assert second["Version"] == "2"
    assert client.publish_version(FunctionName="versioned")["Version"] == "2"
    client.create_alias(FunctionName="versioned", Name="prod", FunctionVersion="1")
    answer, body = invoke(client, "versioned", Qualifier="prod")
    assert answer["ExecutedVersion"] == "1"
    assert body["word"] == "one" and body["version"] == "1"
    assert body["arn"].endswith(":function:versioned:prod")
    assert "/[1]" in body["stream"]
    _, body = invoke(client, second["FunctionArn"])
    assert body["word"] == "two" and body["arn"] == second["FunctionArn"]
    client.update_alias(
        FunctionName="versioned", Name="prod", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    seen = {invoke(client, "versioned:prod")[0]["ExecutedVersion"] for _ in range(40)}
    assert seen == {"1", "2"}
    code, message, status = refusal(client.delete_function, FunctionName="versioned", Qualifier="2")
    assert (code, status) == ("ResourceConflictException", 409) and "prod" in message
    client.delete_alias(FunctionName="versioned", Name="prod")
    client.delete_function(FunctionName="versioned", Qualifier="1")
    versions = client.list_versions_by_function(FunctionName="versioned")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "2"]
    assert invoke(client, "versioned", Qualifier="2")[1]["word"] == "two"
    client.delete_function(FunctionName="versioned")
    assert refusal(client.get_function, FunctionName="versioned", Qualifier="2")[0] == "ResourceNotFoundException"


def test_waiters_find_a_function_active_updated_and_published(server, role):
    client = functions.create(server, "waited", role, functions.python(VERSIONED))
    client.update_function_code(FunctionName="waited", ZipFile=functions.python(VERSIONED + "\n#"), Publish=True)
    client.get_waiter("function_updated_v2").wait(FunctionName="waited")
    client.get_waiter("published_version_active").wait(FunctionName="waited", Qualifier="1")


def test_a_layer_is_published_used_and_deleted(server, role):
    client = server.client("lambda")
    layer = functions.archive({"python/word.py": "WORD = 'first'\n"})
    one = client.publish_layer_version(
        LayerName="words", Content={"ZipFile": layer}, CompatibleRuntimes=["python3.11"], Description="d")
    two = client.publish_layer_version(
        LayerName="more-words", Content={"ZipFile": functions.archive({"python/word.py": "WORD = 'second'\n"})})
    assert one["Version"] == 1 and one["LayerVersionArn"].endswith(":layer:words:1")
    source = "import word\ndef handler(event, context):\n    return word.WORD\n"
    client = functions.create(
        server, "layered", role, functions.python(source), Layers=[one["LayerVersionArn"], two["LayerVersionArn"]])
    assert invoke(client, "layered")[1] == "second"
    configuration = client.update_function_configuration(FunctionName="layered", Layers=[one["LayerVersionArn"]])
    assert [use["Arn"] for use in configuration["Layers"]] == [one["LayerVersionArn"]]
    assert invoke(client, "layered")[1] == "first"
    names = [item["LayerName"] for item in client.list_layers(CompatibleRuntime="python3.11")["Layers"]]
    assert "words" in names and "more-words" not in names
    assert client.get_layer_version_by_arn(Arn=one["LayerVersionArn"])["Description"] == "d"
    client.delete_layer_version(LayerName="words", VersionNumber=1)
    code, message, _ = refusal(client.get_layer_version, LayerName="words", VersionNumber=1)
    assert (code, message) == ("ResourceNotFoundException", "The resource you requested does not exist.")
    client.update_function_configuration(FunctionName="layered", Description="changed")
    assert invoke(client, "layered")[1] == "first"
    again = client.publish_layer_version(LayerName="words", Content={"ZipFile": layer})
    assert again["Version"] == 2
    code, message, _ = refusal(
        client.update_function_configuration, FunctionName="layered", Layers=[two["LayerVersionArn"] + "9"])
    assert (code, message) == (
        "InvalidParameterValueException", f"Layer version {two['LayerVersionArn']}9 does not exist.")


def test_a_layer_version_has_a_policy(server):
    client = server.client("lambda")
    layer = functions.archive({"bin/x": "x"})
    client.publish_layer_version(LayerName="shared", Content={"ZipFile": layer})
    target = {"LayerName": "shared", "VersionNumber": 1}
    added = client.add_layer_version_permission(
        **target, StatementId="all", Action="lambda:GetLayerVersion", Principal="*")
    policy = client.get_layer_version_policy(**target)
    assert json.loads(policy["Policy"])["Statement"] == [json.loads(added["Statement"])]
    client.remove_layer_version_permission(**target, StatementId="all", RevisionId=policy["RevisionId"])
    assert refusal(client.get_layer_version_policy, **target)[1] == "No policy is associated with the given resource."


def test_reserved_concurrency_bounds_and_throttles(server, role):
    client = functions.create(server, "reserved", role, functions.python(VERSIONED))
    before = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    client.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=0)
    code, message, status = refusal(client.invoke, FunctionName="reserved")
    assert (code, message, status) == ("TooManyRequestsException", "Rate Exceeded.", 429)
    client.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=5)
    invoke(client, "reserved")
    assert client.get_function(FunctionName="reserved")["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == before - 5
    code, message, _ = refusal(
        client.put_function_concurrency, FunctionName="reserved", ReservedConcurrentExecutions=901)
    assert message == (
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        "minimum value of [100].")
    client.delete_function_concurrency(FunctionName="reserved")
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == before


def test_settings_of_functions_are_answered(server, role):
    client = functions.create(
        server, "full", role, functions.python(VERSIONED), Architectures=["arm64"], TracingConfig={"Mode": "Active"},
        EphemeralStorage={"Size": 1024}, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    configuration = client.get_function_configuration(FunctionName="full")
    assert configuration["LoggingConfig"] == {
        "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN", "LogGroup": "/aws/lambda/full"}
    assert configuration["Architectures"] == ["arm64"]
    assert configuration["TracingConfig"] == {"Mode": "Active"}
    assert client.get_function_recursion_config(FunctionName="full")["RecursiveLoop"] == "Terminate"
    client.put_function_recursion_config(FunctionName="full", RecursiveLoop="Allow")
    assert client.get_function_recursion_config(FunctionName="full")["RecursiveLoop"] == "Allow"
    assert client.get_runtime_management_config(FunctionName="full")["UpdateRuntimeOn"] == "Auto"
    code, _, status = refusal(client.update_function_configuration, FunctionName="full", RevisionId="old")
    assert (code, status) == ("PreconditionFailedException", 412)


def test_an_event_for_a_version_that_is_not_there_is_refused(server, role):
    client = functions.create(server, "unkept", role, functions.python(VERSIONED))
    status = refusal(client.invoke, FunctionName="unkept:1", InvocationType="Event")[2]
    assert status == 404


FILE_SYSTEM = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-0123456789abcdef0"


@pytest.mark.parametrize("settings", [
    {"FileSystemConfigs": [{"Arn": FILE_SYSTEM, "LocalMountPath": "/mnt/files"}]},
    {"KMSKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
])
def test_settings_that_would_do_nothing_are_refused_by_name(server, role, settings):
    client = server.client("lambda", retries=0)
    name = next(iter(settings))
    code, message, status = refusal(
        client.create_function, FunctionName="refused", Runtime="python3.11", Role=role, Handler="app.handler",
        Code={"ZipFile": functions.python(VERSIONED)}, **settings)
    assert (code, status) == ("NotImplemented", 501) and name in message
    assert refusal(client.get_function, FunctionName="refused")[0] == "ResourceNotFoundException"


def test_the_same_settings_without_effect_are_taken(server, role):
    client = functions.create(
        server, "taken", role, functions.python(VERSIONED), VpcConfig={"SubnetIds": [], "SecurityGroupIds": []},
        FileSystemConfigs=[], SnapStart={"ApplyOn": "None"}, TracingConfig={"Mode": "PassThrough"})
    configuration = client.get_function_configuration(FunctionName="taken")
    assert configuration["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}
    assert configuration["TracingConfig"] == {"Mode": "PassThrough"}


def test_environment_variables_do_not_lie_open_on_the_disk(own_server):
    server = own_server
    role = functions.create_role(server, "r")
    secret, word = "sealed-" + uuid.uuid4().hex, "open-" + uuid.uuid4().hex
    client = functions.create(
        server, "sealed", role, functions.python(VERSIONED), Description=word, Publish=True,
        Environment={"Variables": {"WORD": secret}})
    assert invoke(client, "sealed", Qualifier="1")[1]["word"] == secret
    server.restart()
    assert invoke(server.client("lambda"), "sealed")[1]["word"] == secret
    content = b"".join(path.read_bytes() for path in pathlib.Path(server.data).rglob("*") if path.is_file())
    assert word.encode() in content, "what is not sealed is found: the search looks where records lie"
    assert secret.encode() not in content
