"""What a compose file for LocalStack expects: variables, health pages, init scripts, awslocal."""

import json
import os
import pathlib
import re
import subprocess
import urllib.request

import pytest

from apus import BINARY, Server, eventually
from test_serve import command


def page(server, path):
    return json.load(urllib.request.urlopen(server.endpoint + path, timeout=10))


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Starts `apus dev` with variables and init scripts; stops it after the test."""
    servers = []

    def start(*arguments, scripts=None, mode=0o755, **variables):
        data = tmp_path / "data"
        for name, text in (scripts or {}).items():
            path = data / "init" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(mode)
        if data.exists():
            data.chmod(0o700)
        data.mkdir(exist_ok=True)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        servers.append(Server(*arguments, data=str(data)))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def test_health_has_the_form_that_health_checks_read(server):
    health = page(server, "/_localstack/health")
    assert {"lambda", "sqs", "logs", "iam", "sts"} <= set(health["services"])
    assert set(health["services"].values()) <= {"available", "running"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", health["version"])


def test_variables_of_a_compose_file_set_what_they_mean_here(start):
    server = start(DEBUG="1", PERSISTENCE="0", SERVICES="sqs,s3", LAMBDA_EXECUTOR="docker", LOCALSTACK_API_KEY="ls-secret",
                   GATEWAY_LISTEN="127.0.0.1")
    log = eventually(lambda: "SERVICES has no effect" in server.tail() and server.tail())
    assert "PERSISTENCE has no effect: everything is always kept" in log
    assert "LAMBDA_EXECUTOR has no effect" in log
    assert "LOCALSTACK_API_KEY has no effect" in log and "ls-secret" not in log


def test_the_address_of_a_container_must_be_asked_for_by_name(tmp_path):
    environment = dict(os.environ, GATEWAY_LISTEN="0.0.0.0:0")
    done = subprocess.run(
        [str(BINARY), "dev", "--data", str(tmp_path / "data")], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 78
    assert "0.0.0.0 is not a loopback address" in done.stderr and "dev_access=everyone" in done.stderr


def test_in_a_container_the_port_is_open_to_all(start):
    server = start(GATEWAY_LISTEN="0.0.0.0:4566", APUS_DEV_ACCESS="everyone")
    assert server.endpoint == f"http://127.0.0.1:{server.port}"
    assert server.client("sts").get_caller_identity()["Account"] == "000000000000"


def test_init_scripts_run_unmodified_when_the_server_is_ready(start):
    server = start(scripts={
        "ready.d/1-queues.sh": "#!/bin/bash\nset -e\nawslocal sqs create-queue --queue-name made-by-script\n",
        "ready.d/2-broken.sh": "#!/bin/bash\necho about to fail\nexit 3\n",
        "ready.d/3-python.py": "import os\nprint('python with', os.environ['AWS_ENDPOINT_URL'])\n",
    })
    state = eventually(lambda: page(server, "/_localstack/init/ready")["completed"] and page(server, "/_localstack/init"), 60)
    assert state["completed"] == {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}
    assert state["scripts"] == [
        {"stage": "READY", "name": "1-queues.sh", "state": "SUCCESSFUL"},
        {"stage": "READY", "name": "2-broken.sh", "state": "ERROR"},
        {"stage": "READY", "name": "3-python.py", "state": "SUCCESSFUL"},
    ]
    url = server.client("sqs").get_queue_url(QueueName="made-by-script")["QueueUrl"]
    assert url.endswith("/000000000000/made-by-script")
    # Lines of the log are gathered before they are written.
    eventually(lambda: "python with" in server.tail())
    log = server.tail()
    assert "about to fail script=2-broken.sh" in log and "it ended with exit code 3" in log
    assert f'"python with {server.endpoint}" script=3-python.py' in log or f"python with {server.endpoint} script=3-python.py" in log


def test_scripts_of_all_four_stages_run_in_their_order(start, tmp_path):
    # The first start makes the data directory, without which nothing in it is trusted before it is opened.
    start().stop()
    note = "#!/bin/sh\necho $(basename $0) >> %s\n" % (tmp_path / "order")
    server = start(scripts={f"{stage}.d/{stage}.sh": note for stage in ("boot", "start", "ready", "shutdown")})
    eventually(lambda: page(server, "/_localstack/init/ready")["completed"], 60)
    server.stop()
    assert (tmp_path / "order").read_text().split() == ["boot.sh", "start.sh", "ready.sh", "shutdown.sh"]


def test_a_script_that_others_may_write_to_does_not_run(start):
    server = start(scripts={"ready.d/open.sh": "#!/bin/sh\necho ran\n"}, mode=0o777)
    eventually(lambda: "every user may write to it" in server.tail())
    assert page(server, "/_localstack/init/ready")["scripts"] == []


def test_a_folder_of_a_setting_is_read_too(start, tmp_path):
    folder = tmp_path / "mine" / "ready.d"
    folder.mkdir(parents=True)
    script = folder / "hello.sh"
    script.write_text("#!/bin/sh\necho hello from mine\n")
    server = start(f"--set=init.directory={tmp_path / 'mine'}")
    eventually(lambda: "hello from mine" in server.tail(), 60)


def test_an_upgrade_waits_for_the_scripts_and_does_not_run_them_again(start, tmp_path):
    go = tmp_path / "go"
    server = start(scripts={"ready.d/wait.sh": f"#!/bin/sh\necho began\nwhile [ ! -e {go} ]; do sleep 0.1; done\n"})
    eventually(lambda: "began" in server.tail())
    refused = command("upgrade", "--data", server.data)
    assert refused.returncode == 69 and "Init scripts are still running" in refused.stderr
    go.touch()
    eventually(lambda: page(server, "/_localstack/init/ready")["completed"])
    assert command("upgrade", "--data", server.data).returncode == 0
    assert page(server, "/_localstack/init/ready") == {"completed": True, "scripts": []}
    assert server.tail().count("began") == 1


def test_a_server_that_stops_does_not_wait_for_a_script(start):
    server = start(scripts={"ready.d/slow.sh": "#!/bin/sh\necho began\nsleep 600\n"})
    eventually(lambda: "began" in server.tail())
    server.stop()
    assert "the server stopped" in pathlib.Path(server.log.name).read_text()
