"""`apus backup` and `apus restore`: online, under load, verified, and interrupted at any point."""

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest

import functions
from apus import BINARY, Server, eventually

ROUNDS = int(os.environ.get("APUS_TEST_CRASH_ROUNDS", "20"))


def apus(*arguments, check=True, **settings):
    done = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, **settings)
    assert not check or done.returncode == 0, done.stderr
    return done


def backup(server, folder, *arguments, check=True):
    return apus("backup", folder, "--data", server.data, *arguments, check=check)


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class Load:
    """Sends and receives, creates functions and deletes them, until stopped; remembers when what was acknowledged."""

    def __init__(self, server):
        self.server, self.stopping, self.lock = server, False, threading.Lock()
        self.sent, self.maybe_deleted, self.functions = {}, {}, {}
        sqs = server.client("sqs")
        self.url = sqs.create_queue(QueueName="load", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        self.role = functions.create_role(server, "load")
        self.threads = [threading.Thread(target=self.send, args=(number,)) for number in range(3)]
        self.threads += [threading.Thread(target=self.receive), threading.Thread(target=self.deploy)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        for thread in self.threads:
            thread.join()

    def send(self, number):
        sqs, count = self.server.client("sqs"), 0
        while not self.stopping:
            count += 1
            body = f"{number}-{count}"
            sqs.send_message(QueueUrl=self.url, MessageBody=body)
            self.sent[body] = time.monotonic()

    def receive(self):
        sqs = self.server.client("sqs")
        while not self.stopping:
            for message in sqs.receive_message(QueueUrl=self.url).get("Messages", []):
                self.maybe_deleted[message["Body"]] = time.monotonic()
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            time.sleep(0.02)

    def deploy(self):
        """Functions come and go: their packages are blobs, written and released while the backup looks."""
        lambdas, count = self.server.client("lambda"), 0
        while not self.stopping:
            count += 1
            name = f"f{count}"
            source = f"def handler(event, context):\n    return {name!r}\n# {random.random()}\n"
            lambdas.create_function(FunctionName=name, Runtime="python3.11", Role=self.role, Handler="app.handler",
                                    Code={"ZipFile": functions.python(source)})
            self.functions[name] = (time.monotonic(), None)
            if count > 3:
                old = f"f{count - 3}"
                self.functions[old] = (self.functions[old][0], time.monotonic())
                lambdas.delete_function(FunctionName=old)


def check_restored(load, server, began, ended):
    """Everything acknowledged before the backup began and not deleted by its end is there; counters equal records."""
    sqs = server.client("sqs")
    url = sqs.get_queue_url(QueueName="load")["QueueUrl"]
    time.sleep(1.1)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    counted = sum(int(attributes[name]) for name in (
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"))
    there = []
    while True:
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600, WaitTimeSeconds=1).get("Messages", [])
        if not messages:
            break
        there += [message["Body"] for message in messages]
    assert len(there) == len(set(there)) == counted
    due = {body for body, at in load.sent.items() if at < began}
    gone = {body for body, at in load.maybe_deleted.items() if at < ended}
    assert due, "nothing was sent before the backup"
    assert due - gone <= set(there)
    lambdas = server.client("lambda")
    stay = [name for name, (made, deleted) in load.functions.items() if made < began and (not deleted or deleted > ended)]
    listed = [entry["FunctionName"] for entry in lambdas.list_functions()["Functions"]]
    assert set(stay) <= set(listed)
    # Every function that the restored server knows has its package: one that was being deleted too.
    for name in listed:
        lambdas.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        assert json.loads(lambdas.invoke(FunctionName=name)["Payload"].read()) == name
    return len(due)


def test_a_backup_under_load_has_everything_acknowledged_before_it(own_server, tmp_path):
    with Load(own_server) as load:
        eventually(lambda: len(load.sent) > 100 and len(load.functions) > 3, seconds=60)
        spans = []
        for number in range(3):
            began = time.monotonic()
            backup(own_server, tmp_path / f"backup{number}")
            spans.append((began, time.monotonic()))
            time.sleep(0.3)
        assert not os.path.exists(os.path.join(own_server.data, "admin", "stage"))
    # On another path, as on another machine: nothing of the first is needed.
    for number, (began, ended) in enumerate(spans):
        folder = tmp_path / f"backup{number}"
        assert "is whole" in apus("backup", "--verify", folder).stdout
        data = str(tmp_path / f"data{number}")
        apus("restore", folder, "--data", data)
        restored = Server(data=data)
        try:
            check_restored(load, restored, began, ended)
        finally:
            restored.stop()


def test_a_stopped_servers_directory_is_backed_up_too(own_server, tmp_path):
    sqs = own_server.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="in the log only")
    own_server.kill()
    assert "stopped server" in backup(own_server, tmp_path / "backup").stdout
    apus("restore", tmp_path / "backup", "--data", tmp_path / "data")
    restored = Server(data=str(tmp_path / "data"))
    assert restored.client("sqs").receive_message(QueueUrl=url.replace(own_server.endpoint, restored.endpoint))[
        "Messages"][0]["Body"] == "in the log only"
    restored.stop()
    own_server.start()


def test_a_second_backup_at_once_is_refused(own_server, tmp_path):
    lock = os.path.join(own_server.data, "admin", "backup.lock")
    holder = subprocess.Popen(["flock", lock, "sleep", "60"])
    try:
        eventually(lambda: subprocess.run(["flock", "-n", lock, "true"]).returncode)
        refused = backup(own_server, tmp_path / "backup", check=False)
        assert refused.returncode == 75 and "Another backup" in refused.stderr
        assert not (tmp_path / "backup").exists()
    finally:
        # Its child holds the lock as well.
        subprocess.run(["pkill", "-P", str(holder.pid)])
        holder.wait()
    backup(own_server, tmp_path / "backup")


def test_a_command_that_was_killed_leaves_nothing_in_the_server(own_server, tmp_path):
    functions.create(own_server, "f", functions.create_role(own_server, "r"), functions.python(
        "def handler(event, context):\n    return 1\n"))
    chance = random.Random()
    for round in range(ROUNDS):
        folder = tmp_path / f"backup{round}"
        process = subprocess.Popen([str(BINARY), "backup", str(folder), "--data", own_server.data],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0 or not folder.exists():
            continue
        verified = apus("backup", "--verify", folder, check=False)
        restored = apus("restore", folder, "--data", tmp_path / f"data{round}", check=False)
        assert verified.returncode == restored.returncode
        assert (tmp_path / f"data{round}").exists() == (restored.returncode == 0)
        if verified.returncode:
            assert "interrupted" in verified.stderr or "no manifest" in verified.stderr
    backup(own_server, tmp_path / "last")
    apus("backup", "--verify", tmp_path / "last")
    eventually(lambda: not os.path.exists(os.path.join(own_server.data, "admin", "stage")))


def test_a_server_that_was_killed_meanwhile_harms_no_backup(own_server, tmp_path):
    sqs = own_server.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    chance = random.Random()
    for round in range(max(ROUNDS // 4, 3)):
        folder = tmp_path / f"backup{round}"
        process = subprocess.Popen([str(BINARY), "backup", str(folder), "--data", own_server.data],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.15))
        own_server.kill()
        process.wait()
        # Refused, or whole.
        if folder.exists() and process.returncode == 0:
            apus("backup", "--verify", folder)
        own_server.start()
    eventually(lambda: not os.path.exists(os.path.join(own_server.data, "admin", "stage")))


def test_a_restore_that_was_killed_leaves_no_directory_or_a_whole_one(own_server, tmp_path):
    role = functions.create_role(own_server, "r")
    for number in range(5):
        functions.create(own_server, f"f{number}", role, functions.python(
            f"def handler(event, context):\n    return {number}\n# {os.urandom(40000).hex()}\n"))
    backup(own_server, tmp_path / "backup")
    chance = random.Random()
    data = tmp_path / "data"
    for round in range(ROUNDS):
        process = subprocess.Popen([str(BINARY), "restore", str(tmp_path / "backup"), "--data", str(data)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = tmp_path / "data.restoring"
        if (left / "restoring").exists():
            refused = apus("serve", "--data", left, "--port", "0", "--set", "functions.isolation=process", check=False)
            assert refused.returncode == 65 and "interrupted restore" in refused.stderr
        if data.exists():
            shutil.rmtree(data)
    apus("restore", tmp_path / "backup", "--data", data)
    assert not (tmp_path / "data.restoring").exists()
    restored = Server(data=str(data))
    assert json.loads(restored.client("lambda").invoke(FunctionName="f3")["Payload"].read()) == 3
    restored.stop()


def test_a_backup_on_a_full_disk_is_removed_and_the_server_unharmed(own_server, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]).returncode:
        pytest.skip("mounting a small file system is refused")
    try:
        role = functions.create_role(own_server, "r")
        functions.create(own_server, "f", role, functions.python(
            f"def handler(event, context):\n    return 1\n# {os.urandom(200000).hex()}\n"))
        refused = backup(own_server, small / "backup", check=False)
        assert refused.returncode == 69
        assert "no space left" in refused.stderr and "removed" in refused.stderr
        assert not (small / "backup").exists()
        own_server.client("sqs").create_queue(QueueName="goes-on")
        eventually(lambda: not os.path.exists(os.path.join(own_server.data, "admin", "stage")))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_running_server_and_a_used_folder_are_not_restored_to(own_server, tmp_path):
    backup(own_server, tmp_path / "backup")
    running = apus("restore", tmp_path / "backup", "--data", own_server.data, check=False)
    assert running.returncode == 75 and "running server" in running.stderr
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis").touch()
    used = apus("restore", tmp_path / "backup", "--data", tmp_path / "used", check=False)
    assert used.returncode == 65 and "is not empty" in used.stderr
    again = backup(own_server, tmp_path / "backup", check=False)
    assert again.returncode == 65 and "is not empty" in again.stderr
    inside = backup(own_server, own_server.data + "/backup/", check=False)
    assert inside.returncode == 65 and "lies in the data directory" in inside.stderr
    served = apus("dev", "--port", "0", "--data", tmp_path / "backup", check=False)
    assert served.returncode == 65 and "is a backup" in served.stderr


def test_a_later_backup_links_to_an_earlier_one(own_server, tmp_path):
    functions.create(own_server, "f", functions.create_role(own_server, "r"), functions.python(
        "def handler(event, context):\n    return 1\n"))
    backup(own_server, tmp_path / "first")
    backup(own_server, tmp_path / "second", "--base", tmp_path / "first")
    blobs = [name for name in names(tmp_path / "second") if name.startswith("data/blobs/")]
    assert blobs
    for name in blobs:
        assert os.path.samefile(tmp_path / "first" / name, tmp_path / "second" / name)
    shutil.rmtree(tmp_path / "first")
    apus("backup", "--verify", tmp_path / "second")


def test_the_admin_socket_is_its_owners_alone(own_server):
    folder = os.path.join(own_server.data, "admin")
    assert os.stat(folder).st_mode & 0o777 == 0o700
    answer = subprocess.run(
        ["curl", "-s", "--unix-socket", os.path.join(folder, "socket"), "http://localhost/_apus/metrics"],
        capture_output=True, text=True, check=True)
    assert "apus_store_accepts_writes 1" in answer.stdout
    # What only the socket answers is nothing on the port.
    port = subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-X", "POST",
                           own_server.endpoint + "/_apus/backup"], capture_output=True, text=True, check=True)
    assert port.stdout == "404"
    bare = subprocess.run(["curl", "-s", "-X", "POST", "--unix-socket", os.path.join(folder, "socket"),
                           "http://localhost/_apus/backup"], capture_output=True, text=True, check=True)
    assert "apus backup" in json.loads(bare.stdout)["message"]
