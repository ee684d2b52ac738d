"""Functions of container images: pulled from a layout and a registry, run, updated, kept over a restart, and hostile ones."""

import json
import os
import pathlib
import shutil
import tarfile
import tempfile

import pytest

import functions
import images
from apus import Server, eventually
from certificates import Authority
from images import entry, layer

MISSING = [name for name in ("skopeo", "umoci", "cc") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ACCESS_POINT = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0"
ORDINARY_USER = 65534


class Place:
    def __init__(self, user):
        self.user = user
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="apus-images-"))
        self.folder.chmod(0o755)
        self.layout = images.Layout(self.folder / "layout")
        self.program = images.program(self.folder)
        base = layer([entry("bin"), entry("bin/report", self.program), entry("version", b"one", 0o644)])
        self.base = base
        self.digest = self.layout.image(
            "one", [base], Entrypoint=["/bin/report"], Cmd=["app.handler"], WorkingDir="/bin",
            Env=["GREETING=image", "PATH=/bin", "AWS_LAMBDA_FUNCTION_NAME=forged"])
        self.registry = images.Registry(self.layout)
        login = self.folder / "auth.json"
        login.write_text(json.dumps({"auths": {self.registry.address: {"auth": images.Registry.CREDENTIALS}}}))
        if user is not None:
            os.chown(login, user, user)
        login.chmod(0o600)
        self.files = self.folder / "files"
        self.files.mkdir()
        self.files.chmod(0o777)
        self.server = Server(
            "--set", "functions.isolation=namespaces", "--set", f"functions.file_systems={ACCESS_POINT}={self.files}",
            "--set", f"functions.image_credentials={login}",
            "--set", f"functions.images={self.layout.path},{ECR}=http://{self.registry.address}", user=user)
        self.role = functions.create_role(self.server, "images")
        self.client = self.server.client("lambda", retries=0)

    def create(self, name, uri=None, **settings):
        return self.client.create_function(
            FunctionName=name, Role=self.role, PackageType="Image", Timeout=10,
            Code={"ImageUri": uri or f"oci:{self.layout.path}:one"}, **settings)

    def run(self, name):
        answer = self.client.invoke(FunctionName=name, Payload=b"{}")
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload

    @property
    def roots(self):
        return {root.name for root in self.root_folder.iterdir()}

    @property
    def root_folder(self):
        path = pathlib.Path(self.server.functions_directory)
        return next(path / part / "images" / "roots" for part in (".", "functions") if (path / part / "images").is_dir())

    def stop(self):
        self.server.stop()
        self.registry.server.shutdown()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module", params=[
    pytest.param(None, id="root", marks=pytest.mark.skipif(os.geteuid() != 0, reason="not root")),
    pytest.param(
        ORDINARY_USER, id="ordinary user", marks=pytest.mark.skipif(os.geteuid() != 0, reason="cannot become another")),
])
def place(request):
    place = Place(request.param)
    yield place
    place.stop()


def refusal(call, **arguments):
    with pytest.raises(Exception) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["Error"]["Message"]


def test_an_image_runs_as_it_says_and_as_its_configuration_says(place):
    created = place.create("one", Environment={"Variables": {"OWN": "1"}})
    assert (created["PackageType"], created["CodeSize"], created["CodeSha256"]) == ("Image", 0, place.digest)
    assert "Runtime" not in created and "Handler" not in created
    code = place.client.get_function(FunctionName="one")["Code"]
    assert code == {
        "RepositoryType": "ECR", "ImageUri": f"oci:{place.layout.path}:one",
        "ResolvedImageUri": f"oci:{place.layout.path}@sha256:{place.digest}"}
    answer = place.run("one")
    assert answer["arguments"] == ["/bin/report", "app.handler"] and answer["folder"] == "/bin"
    assert (answer["GREETING"], answer["PATH"], answer["AWS_LAMBDA_FUNCTION_NAME"]) == ("image", "/bin", "one")
    assert answer["version"] == "one" and answer["write"] != 0 and answer["tmp"] == 0
    assert answer["user"] == 0, "it does not run as root"
    assert {"bin", "version", "tmp", "proc", "dev", "etc"} <= set(answer["root"]) and "usr" not in answer["root"]
    place.client.update_function_configuration(
        FunctionName="one", Environment={"Variables": {"GREETING": "own"}},
        ImageConfig={"EntryPoint": ["report", "a"], "Command": ["b"], "WorkingDirectory": "/tmp"})
    shown = place.client.get_function_configuration(FunctionName="one")["ImageConfigResponse"]["ImageConfig"]
    assert shown == {"EntryPoint": ["report", "a"], "Command": ["b"], "WorkingDirectory": "/tmp"}
    answer = place.run("one")
    assert (answer["arguments"], answer["folder"]) == (["report", "a", "b"], "/tmp")
    assert answer["GREETING"] == "own", "the function's variables win"


def test_code_is_updated_and_images_go_with_their_last_function(place):
    second = place.layout.image(
        "two", [place.base, layer([entry("version", b"two", 0o644)])], Entrypoint=["/bin/report"])
    place.create("changing")
    version = place.client.publish_version(FunctionName="changing")["Version"]
    updated = place.client.update_function_code(FunctionName="changing", ImageUri=f"oci:{place.layout.path}:two")
    assert updated["CodeSha256"] == second
    assert place.run("changing")["version"] == "two" and place.run(f"changing:{version}")["version"] == "one"
    assert {second, place.digest} <= place.roots
    place.client.update_function_code(FunctionName="changing", ImageUri=f"oci:{place.layout.path}:one")
    eventually(lambda: second not in place.roots)
    assert place.run("changing")["version"] == "one"
    code, message = refusal(place.client.update_function_code, FunctionName="changing", ZipFile=functions.python(""))
    assert (code, message) == (
        "InvalidParameterValueException", "Please provide ImageUri when updating a function with packageType Image.")


def test_images_come_from_a_registry_by_their_digest(place):
    uri = f"{ECR}/test/image:one"
    place.create("registered", uri)
    code = place.client.get_function(FunctionName="registered")["Code"]
    assert code["ImageUri"] == uri and code["ResolvedImageUri"] == f"{ECR}/test/image@sha256:{place.digest}"
    assert place.run("registered")["version"] == "one"
    code, message = refusal(place.create, name="absent", uri=f"{ECR}/test/image:absent")
    assert code == "InvalidParameterValueException"
    assert message.startswith(f"Source image {ECR}/test/image:absent is not valid. Provide a valid source image.")
    for other in ("docker.io/library/busybox:latest", "oci:/etc:one", f"oci:{place.layout.path}/../files:one"):
        code, message = refusal(place.create, name="elsewhere", uri=other)
        assert code == "InvalidParameterValueException" and "functions.images" in message


@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
def test_a_registry_is_asked_over_tls_with_the_credentials_that_are_its_own(tmp_path):
    """One that is trusted and known, one of an authority that nobody trusts, one for which there are no credentials."""
    tmp_path.chmod(0o755)
    layout = images.Layout(tmp_path / "layout")
    digest = layout.image("one", [layer([entry("bin"), entry("bin/report", images.program(tmp_path))])], Entrypoint=["/bin/report"])
    authority = Authority(tmp_path)
    trusted, stranger, closed = (images.Registry(layout, authority.issue("registry")) for _ in range(3))
    # Where skopeo looks for authorities, for this server alone.
    for registry in (trusted, closed):
        place = tmp_path / "certs.d" / registry.address
        place.mkdir(parents=True)
        shutil.copy(authority.ca, place / "ca.crt")
    login = tmp_path / "auth.json"
    login.write_text(json.dumps({"auths": {
        one.address: {"auth": images.Registry.CREDENTIALS} for one in (trusted, stranger)}}))
    own_authorities = [
        "unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /etc/containers && cp -r "$0" /etc/containers/ && exec "$@"',
        str(tmp_path / "certs.d")]
    server = Server(
        "--set", "functions.isolation=namespaces", "--set", f"functions.image_credentials={login}", "--set",
        f"functions.images={trusted.address},{stranger.address},{closed.address}", prefix=own_authorities)
    try:
        client = server.client("lambda", retries=0)
        role = functions.create_role(server, "registries")

        def create(name, registry):
            return client.create_function(
                FunctionName=name, Role=role, PackageType="Image", Code={"ImageUri": f"{registry.address}/test/image:one"})

        assert create("trusted", trusted)["CodeSha256"] == digest
        assert "FunctionError" not in client.invoke(FunctionName="trusted")
        for name, registry, reason in (("stranger", stranger, "x509"), ("closed", closed, "authentication required")):
            code, message = refusal(create, name=name, registry=registry)
            assert code == "InvalidParameterValueException" and reason in message, message
            assert images.Registry.CREDENTIALS not in message
    finally:
        server.stop()
        for registry in (trusted, stranger, closed):
            registry.server.shutdown()


def test_an_image_outlives_a_restart_and_is_pulled_again_when_it_is_lost(place):
    place.create("kept", f"{ECR}/test/image:one")
    place.server.restart()
    assert place.run("kept")["version"] == "one"
    for folder in place.root_folder.iterdir():
        shutil.rmtree(folder)
    place.server.restart()
    assert place.run("kept")["version"] == "one"


def test_a_lost_image_whose_tag_leads_elsewhere_takes_nothing_from_the_function_of_that_one(place):
    address = f"oci:{place.layout.path}:moving"
    first = place.layout.image("moving", [place.base, layer([entry("version", b"first", 0o644)])], Entrypoint=["/bin/report"])
    place.create("lost", address)
    second = place.layout.image("moving", [place.base, layer([entry("version", b"second", 0o644)])], Entrypoint=["/bin/report"])
    place.create("found", address)
    assert {first, second} <= place.roots
    shutil.rmtree(place.root_folder / first)
    code, message = refusal(place.client.invoke, FunctionName="lost")
    assert code == "ServiceUnavailable" and f"sha256:{first} is lost, and {address} is another one now" in message
    assert second in place.roots and first not in place.roots
    assert place.run("found")["version"] == "second"


def test_hostile_images_harm_nobody(place):
    marker = place.folder / "marker"
    hostile = layer([
        entry(f"../../../../../../../..{marker}", b"x"), entry("bin"), entry("bin/report", place.program), entry("usr"), entry("usr/bin"),
        entry("usr/bin/special", b"x", 0o6755), entry("tmp", type=tarfile.SYMTYPE, link=str(place.folder)),
        entry("dev", type=tarfile.SYMTYPE, link=str(place.folder)), entry("etc", type=tarfile.SYMTYPE, link="/usr"),
        entry("etc/apus-escape", b"x"), entry("proc", type=tarfile.SYMTYPE, link="/"),
        entry("null", type=tarfile.CHRTYPE, mode=0o666),
        entry("version", type=tarfile.SYMTYPE, link="/etc/shadow"),
    ])
    place.layout.image("hostile", [hostile], Entrypoint=["/bin/report"])
    place.create("hostile", f"oci:{place.layout.path}:hostile")
    answer = place.run("hostile")
    assert answer["special"] == 0o755, "no program of an image takes on its owner's rights"
    assert answer["shadow"] != 0 and answer["version"] == "" and answer["tmp"] == 0
    assert not marker.exists() and not (place.folder / "null").exists() and not (place.folder / "written").exists()
    assert not os.path.exists("/etc/apus-escape")


def test_extensions_of_an_image_are_started(place):
    watched = layer([
        entry("bin"), entry("bin/report", place.program), entry("opt"), entry("opt/extensions"),
        entry("opt/extensions/watcher", images.extension(place.folder)),
        entry("opt/extensions/linked", type=tarfile.SYMTYPE, link="/bin/ls")])
    place.layout.image("watched", [images.shell(), watched], Entrypoint=["/bin/report"], Cmd=["x"])
    place.create("watched", f"oci:{place.layout.path}:watched")
    assert place.run("watched")["arguments"] == ["/bin/report", "x"]
    logs = place.server.client("logs")

    def lines():
        try:
            return [event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/watched")["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []

    assert eventually(lambda: any("watcher has seen 1" in line for line in lines()) and lines())
    assert not any("linked" in line for line in lines())


def test_what_images_may_not_have_beside_them_is_refused_in_lambdas_words(place):
    for settings in ({"Runtime": "python3.11"}, {"Handler": "a.b"}):
        assert refusal(place.create, name="refused", **settings)[1] == (
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.")
    functions.create(place.server, "package", place.role, functions.python("def handler(e, c): return 1"))
    code, message = refusal(
        place.client.update_function_code, FunctionName="package", ImageUri=f"oci:{place.layout.path}:one")
    assert message == "Please don't provide ImageUri when updating a function with packageType Zip."
    place.create("nowhere", ImageConfig={"WorkingDirectory": "/nowhere"})
    payload = json.loads(place.client.invoke(FunctionName="nowhere")["Payload"].read())
    assert payload["errorType"] == "Runtime.InvalidWorkingDir"
    place.create("nothing", ImageConfig={"EntryPoint": ["/bin/nothing"]})
    payload = json.loads(place.client.invoke(FunctionName="nothing")["Payload"].read())
    assert payload["errorType"] == "Runtime.InvalidEntrypoint"


WRITER = """
import os
def handler(event, context):
    with open("/mnt/files/from-function", "a") as file:
        file.write("x")
    return sorted(os.listdir("/mnt/files"))
"""


def test_a_file_system_is_a_folder_that_the_configuration_names(place):
    network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    system = {"Arn": ACCESS_POINT, "LocalMountPath": "/mnt/files"}
    (place.files / "from-host").write_text("host")
    created = functions.create(
        place.server, "writer", place.role, functions.python(WRITER), VpcConfig=network, FileSystemConfigs=[system])
    configuration = created.get_function_configuration(FunctionName="writer")
    assert configuration["FileSystemConfigs"] == [system]
    assert configuration["VpcConfig"] == {**network, "VpcId": "", "Ipv6AllowedForDualStack": False}
    assert place.run("writer") == ["from-function", "from-host"]
    assert (place.files / "from-function").read_text() == "x"
    code, message = refusal(
        created.update_function_configuration, FunctionName="writer",
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    assert message == f"Function VPC configuration cannot be removed with access point {ACCESS_POINT} referenced."
    code, message = refusal(
        created.create_function, FunctionName="no-vpc", Runtime="python3.11", Role=place.role, Handler="app.handler",
        Code={"ZipFile": functions.python(WRITER)}, FileSystemConfigs=[system])
    assert message == f"Function must be configured to execute in a VPC to reference access point {ACCESS_POINT}."
