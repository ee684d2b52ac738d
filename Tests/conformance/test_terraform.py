"""Terraform with the AWS provider, unmodified: apply, an empty plan, a change in place, an empty plan, destroy.

It takes some four minutes, nearly all of which the provider sleeps: before it believes a change of a queue it looks at it six
times, some seconds apart, and fifteen times when the queue was deleted. Therefore it runs beside the other tests, with a server
of its own: `conftest.py` begins it, and the test, which comes last, waits for its end.
"""

import concurrent.futures

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

import functions
import images
from apus import ACCOUNT, REGION, Server

CONFIGURATION = pathlib.Path(__file__).parent / "terraform"
PROVIDER = "registry.terraform.io/hashicorp/aws"

HANDLER = "import words\ndef handler(event, context):\n    return {'echo': event, 'word': words.WORD}\n"


def mirror():
    """A folder with the AWS provider in it, laid out as https://developer.hashicorp.com/terraform/cli/config/config-file
    describes filesystem mirrors; None where there is none.

    `APUS_TEST_TERRAFORM_PLUGINS` names it; else it is one of terraform's own places, or lies in a folder below /opt.
    """
    named = os.environ.get("APUS_TEST_TERRAFORM_PLUGINS")
    places = [pathlib.Path(named)] if named else [
        pathlib.Path.home() / ".terraform.d" / "plugins",
        pathlib.Path("/usr/local/share/terraform/plugins"),
        pathlib.Path("/usr/share/terraform/plugins"),
        *sorted(pathlib.Path("/opt").glob("*")),
    ]
    return next((place for place in places if (place / PROVIDER).is_dir()), None)


class Terraform:
    """`image`: the address of a layout with an image for each generation; empty where none can be made."""

    def __init__(self, server, folder, image, snapped):
        self.server = server
        self.folder = folder
        for file in CONFIGURATION.glob("*.tf"):
            shutil.copy(file, folder)
        package = folder / "package.zip"
        package.write_bytes(functions.archive({"app.py": HANDLER}))
        layer = folder / "layer.zip"
        layer.write_bytes(functions.archive({"python/words.py": "WORD = 'layered'\n"}))
        settings = folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(mirror()))}\n  }}\n}}\n')
        self.variables = dict(
            os.environ, TF_CLI_CONFIG_FILE=str(settings), TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1",
            TF_VAR_endpoint=server.endpoint, TF_VAR_package=str(package),
            TF_VAR_layer=str(layer), TF_VAR_image=image, TF_VAR_snapped=json.dumps(snapped))

    def run(self, *arguments, allowed=(0,)):
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"], cwd=self.folder, env=self.variables, capture_output=True, text=True)
        assert done.returncode in allowed, (
            f"terraform {arguments}: {done.stdout[-4000:]}{done.stderr[-4000:]} {self.server.fate()}")
        return done.stdout

    def apply(self, generation):
        return self.run("apply", "-input=false", "-auto-approve", "-parallelism=30", f"-var=generation={generation}")

    def plan_is_empty(self, generation):
        """With -detailed-exitcode 2 means that something would change."""
        self.run("plan", "-input=false", "-detailed-exitcode", "-parallelism=30", f"-var=generation={generation}")
        return True


running = None


def begin():
    """Starts terraform where there is one with its provider."""
    global running
    if shutil.which("terraform") and mirror():
        running = concurrent.futures.ThreadPoolExecutor(1).submit(scenario)


@pytest.mark.timeout(900)
def test_terraform_applies_changes_and_destroys():
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    if not mirror():
        pytest.skip("there is no mirror with hashicorp/aws; APUS_TEST_TERRAFORM_PLUGINS may name one")
    running.result()


def layout(folder):
    """The address of an OCI layout with an image for each generation; empty where images cannot be had."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("skopeo", "umoci", "cc"))):
        return ""
    folder.chmod(0o755)
    made = images.Layout(folder / "layout")
    program = images.program(folder)
    for generation in (1, 2):
        content = images.layer([
            images.entry("bin"), images.entry("bin/report", program),
            images.entry("version", str(generation).encode(), 0o644)])
        made.image(f"generation-{generation}", [content], Entrypoint=["/bin/report"])
    return f"oci:{made.path}"


def scenario():
    with tempfile.TemporaryDirectory(prefix="apus-terraform-") as name:
        folder = pathlib.Path(name)
        image = layout(folder)
        settings = ["--set", "functions.isolation=namespaces", "--set", f"functions.images={folder}"] if image else []
        server = Server(*settings)
        try:
            snapped = shutil.which("python3.12") is not None
            apply_change_and_destroy(server, Terraform(server, folder, image, snapped), image, snapped)
        finally:
            server.stop()


def apply_change_and_destroy(server, terraform, image, snapped):
    terraform.run("init", "-input=false")
    terraform.apply(1)
    assert terraform.plan_is_empty(1)
    check(server, generation=1)
    check_image_and_snapshot(server.client("lambda"), 1, image, snapped)

    changed = terraform.apply(2)
    assert "0 added" in changed and "0 destroyed" in changed, changed[-1000:]
    assert terraform.plan_is_empty(2)
    check(server, generation=2)
    check_image_and_snapshot(server.client("lambda"), 2, image, snapped)

    terraform.run("destroy", "-input=false", "-auto-approve", "-parallelism=30", "-refresh=false")
    left(server)


def check_image_and_snapshot(client, generation, image, snapped):
    if image:
        answer = json.load(client.invoke(FunctionName="tf-image", Payload=b"{}")["Payload"])
        assert (answer["version"], answer["folder"]) == (str(generation), "/tmp")
        assert answer["arguments"] == ["/bin/report", f"generation-{generation}"]
    if snapped:
        version = client.get_function_configuration(FunctionName="tf-snapped", Qualifier=str(generation))
        assert (version["State"], version["SnapStart"]) == ("Active", {
            "ApplyOn": "PublishedVersions", "OptimizationStatus": "On"})


def check(server, generation):
    """What was applied is there, seen by another client, and works."""
    sqs = server.client("sqs")
    url = sqs.get_queue_url(QueueName="tf-work")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == str(60 * generation)
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:tf-dead", "maxReceiveCount": 3 + generation}
    assert json.loads(attributes["Policy"])["Statement"][0]["Sid"] == f"Generation{generation}"
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "queues", "generation": str(generation)}
    fifo = sqs.get_queue_url(QueueName="tf-ordered.fifo")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=fifo, AttributeNames=["All"])["Attributes"]
    assert attributes["ContentBasedDeduplication"] == ("true" if generation == 1 else "false")
    assert attributes["DeduplicationScope"] == "messageGroup"
    assert attributes["FifoThroughputLimit"] == "perMessageGroupId"

    group = server.client("logs").describe_log_groups(logGroupNamePrefix="tf/events")["logGroups"][0]
    assert group["retentionInDays"] == (7 if generation == 1 else 30)
    client = server.client("lambda")
    answer = client.invoke(FunctionName="tf-worker", Payload=json.dumps({"generation": generation}))
    assert json.load(answer["Payload"]) == {"echo": {"generation": generation}, "word": "layered"}
    configuration = client.get_function_configuration(FunctionName="tf-worker")
    assert configuration["MemorySize"] == 128 * generation
    assert configuration["Environment"]["Variables"] == {"GENERATION": str(generation)}
    check_alias(client, generation)
    check_tables(server.client("dynamodb"), generation)
    check_replica(server.client("dynamodb", region="eu-west-1"), generation)


def check_tables(client, generation):
    table = client.describe_table(TableName="tf-orders")["Table"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by-state"]
    assert [index["Projection"] for index in table["LocalSecondaryIndexes"]] == [
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 100 * generation, "MaxWriteRequestUnits": 50}
    table_class = table.get("TableClassSummary", {}).get("TableClass", "STANDARD")
    assert table_class == ("STANDARD" if generation == 1 else "STANDARD_INFREQUENT_ACCESS")
    for index in [{}, {"IndexName": "by-state"}]:
        insights = client.describe_contributor_insights(TableName="tf-orders", **index)
        assert insights["ContributorInsightsStatus"] == "ENABLED"
    assert table.get("SSEDescription", {}).get("Status") == (None if generation == 1 else "ENABLED")
    tags = client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "tables", "generation": str(generation)}
    expiry = client.describe_time_to_live(TableName="tf-orders")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    backups = client.describe_continuous_backups(TableName="tf-orders")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == (
        "ENABLED" if generation == 1 else "DISABLED")
    policy = json.loads(client.get_resource_policy(ResourceArn=table["TableArn"])["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [f"generation{generation}"]
    found = client.query(
        TableName="tf-orders", IndexName="by-state", KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": "open" if generation == 1 else "paid"}})
    assert [item["customer"] for item in found["Items"]] == [{"S": "ada"}]
    table = client.describe_table(TableName="tf-provisioned")["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 4 + generation
    assert table["DeletionProtectionEnabled"] == (generation == 1)


def check_replica(client, generation):
    table = client.describe_table(TableName="tf-orders")["Table"]
    assert [(replica["RegionName"], replica["ReplicaStatus"]) for replica in table["Replicas"]] == [(REGION, "ACTIVE")]
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 100 * generation, "MaxWriteRequestUnits": 50}
    tags = client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "tables", "generation": str(generation)}
    backups = client.describe_continuous_backups(TableName="tf-orders")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == (
        "DISABLED" if generation == 1 else "ENABLED")
    assert [item["customer"] for item in client.scan(TableName="tf-orders")["Items"]] == [{"S": "ada"}]


def check_alias(client, generation):
    """The alias and what it has of its own."""
    alias = client.get_alias(FunctionName="tf-worker", Name="live")
    assert alias["FunctionVersion"] == str(generation)
    assert alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}) == ({} if generation == 1 else {"1": 0.25})
    provisioned = client.get_provisioned_concurrency_config(FunctionName="tf-worker", Qualifier="live")
    assert provisioned["Status"] == "READY" and provisioned["RequestedProvisionedConcurrentExecutions"] == generation
    events = client.get_function_event_invoke_config(FunctionName="tf-worker", Qualifier="live")
    assert events["MaximumRetryAttempts"] == generation - 1
    url = client.get_function_url_config(FunctionName="tf-worker", Qualifier="live")
    assert url["AuthType"] == ("AWS_IAM" if generation == 1 else "NONE")
    mapping = client.list_event_source_mappings(FunctionName="tf-worker:live")["EventSourceMappings"][0]
    assert (mapping["BatchSize"], mapping["State"]) == (generation, "Disabled")
    policy = client.get_policy(FunctionName="tf-worker", Qualifier="live")["Policy"]
    assert "live" in [statement["Sid"] for statement in json.loads(policy)["Statement"]]


def left(server):
    """Nothing but what `skip_destroy` keeps, and what the function logged."""
    assert "QueueUrls" not in server.client("sqs").list_queues()
    names = [group["logGroupName"] for group in server.client("logs").describe_log_groups()["logGroups"]]
    assert "tf/kept" in names and "tf/events" not in names
    assert server.client("lambda").list_functions()["Functions"] == []
    assert server.client("lambda").list_layers()["Layers"] == []
    settings = server.client("lambda").get_account_settings()
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000
    assert settings["AccountUsage"] == {"TotalCodeSize": 0, "FunctionCount": 0}
    assert server.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    assert server.client("iam").list_roles()["Roles"] == []
    assert server.client("dynamodb").list_tables()["TableNames"] == []
    assert server.client("dynamodb", region="eu-west-1").list_tables()["TableNames"] == []
