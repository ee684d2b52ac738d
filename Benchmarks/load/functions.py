#!/usr/bin/env python3
"""Functions: cold starts through signed Invoke, a burst from none to a hundred environments, memory of environments that have run
events and are idle, and of processes that wait for a function, each by itself; the first event after idling. Beside them what it
costs to start the interpreters bare, in bubblewrap and in runc, where those are there.

usage: script/bench functions [--starts 40] [--only python,node]. A start is made cold by a change of the function's variables.
"""

import argparse
import concurrent.futures
import io
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

import boto3

from connection import Connection
from servers import apus, process_table, tree
from signed import client, raw
from workloads import TRUST

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "def handler(event, context):\n    return {'ok': True}\n"
PYTHON_BOTO3 = "import boto3\ns3 = boto3.client('sqs')\n" + PYTHON
PYTHON_SLOW = "import time\ndef handler(event, context):\n    time.sleep(0.3)\n    return {'ok': True}\n"
NODE = "exports.handler = async () => ({ ok: true });\n"
JAVA = """
public class Handler {
    public java.util.Map<String, Object> handleRequest(java.util.Map<String, Object> event) {
        return java.util.Map.of("ok", true);
    }
}
"""


def package(files):
    """The bytes of an archive; each file can be executed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            facts = zipfile.ZipInfo(name)
            facts.external_attr = 0o755 << 16
            archive.writestr(facts, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def compiled(command, source, name, result):
    """What a compiler makes of a source file; None where there is no such compiler."""
    if not shutil.which(command[0]):
        return None
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/{name}", "w") as file:
            file.write(source)
        subprocess.run(command + [name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(f"{folder}/{result}", "rb") as file:
            return file.read()


def native():
    with open(f"{HERE}/native.c") as file:
        return compiled(["cc", "-O2", "-static", "-o", "bootstrap"], file.read(), "native.c", "bootstrap")


def boto3_files():
    """boto3 as it is installed beside this program, with the model of one service."""
    root = pathlib.Path(boto3.__file__).parents[1]
    files = {}
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        for path in [root / name] if name.endswith(".py") else sorted((root / name).rglob("*")):
            within = path.relative_to(root)
            is_other_service = within.parts[:2] == ("botocore", "data") and len(within.parts) > 3 and within.parts[2] != "sqs"
            if path.is_file() and path.suffix != ".pyc" and not is_other_service:
                files[str(within)] = path.read_bytes()
    return files


def kinds():
    """Name → runtime, handler, files; those whose compilers are missing are left out."""
    all_kinds = {
        "python": ("python3.11", "app.handler", {"app.py": PYTHON}),
        "python with a boto3 client": ("python3.11", "app.handler", {"app.py": PYTHON_BOTO3, **boto3_files()}),
        "node": (os.environ.get("BENCH_NODE", "nodejs20.x"), "app.handler", {"app.js": NODE}),
        "native": ("provided.al2023", "bootstrap", {"bootstrap": native()}),
        "java": ("java17", "Handler", {
            "Handler.class": compiled(["javac", "--release", "17"], JAVA, "Handler.java", "Handler.class")}),
    }
    return {name: kind for name, kind in all_kinds.items() if None not in kind[2].values()}


class Functions:
    def __init__(self, url):
        self.url = url
        self.service = client("lambda", url)
        self.role = client("iam", url).create_role(
            RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self.connection = Connection(url)

    def create(self, name, kind, **settings):
        runtime, handler, files = kind
        self.service.create_function(
            FunctionName=name, Runtime=runtime, Role=self.role, Handler=handler, MemorySize=256, Timeout=30,
            Code={"ZipFile": package(files)}, **settings)
        self.service.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def invoke(self, name, connection=None, qualifier=""):
        """Milliseconds of one signed Invoke."""
        path = f"/2015-03-31/functions/{name}/invocations{qualifier}"
        request = raw(self.url, path, "lambda", {"Content-Type": "application/json"}, b"{}")
        started = time.perf_counter()
        answer = (connection or self.connection).ask(request)
        taken = (time.perf_counter() - started) * 1000
        if answer != {"ok": True}:
            raise RuntimeError(f"{name} answered {answer}")
        return taken

    def make_cold(self, name, number):
        self.service.update_function_configuration(
            FunctionName=name, Environment={"Variables": {"ROUND": str(number)}})
        self.service.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def cold(self, name, starts):
        times = []
        for number in range(starts):
            self.make_cold(name, number)
            # Pools fill up again: starts one after the other at once are the burst's question.
            time.sleep(0.3)
            times.append(self.invoke(name))
        return times

    def cold_version(self, name, starts):
        """Cold starts of published versions, for which SnapStart prepares."""
        times = []
        for number in range(starts):
            self.make_cold(name, number)
            version = self.service.publish_version(FunctionName=name)["Version"]
            self.service.get_waiter("published_version_active").wait(
                FunctionName=name, Qualifier=version, WaiterConfig={"Delay": 1})
            time.sleep(0.3)
            times.append(self.invoke(name, qualifier=f"?Qualifier={version}"))
        return times

    def warm(self, name, count=2000):
        self.invoke(name)
        return [self.invoke(name) for _ in range(count)]

    def after_idling(self, kind, width=10):
        """Milliseconds of the first event of so many functions after a pause in which they are frozen, and of the first after they
        have had the time to give memory back."""
        names = [f"idling-{number}" for number in range(width)]
        for name in names:
            self.create(name, kind)
        for name in names:
            self.warm(name, 100)
        times = []
        for seconds in (FROZEN, GIVEN_BACK):
            time.sleep(seconds)
            times.append([self.invoke(name) for name in names])
        return times

    def burst(self, name, width=100):
        """Seconds from the first of so many invocations at once to the last answer, without the handler's 0.3."""
        connections = [Connection(self.url) for _ in range(width)]
        with concurrent.futures.ThreadPoolExecutor(width) as threads:
            started = time.perf_counter()
            for one in [threads.submit(self.invoke, name, connection) for connection in connections]:
                one.result()
        return time.perf_counter() - started - 0.3


def show(name, times):
    times = sorted(times)
    print(f"| {name} | {statistics.median(times):.2f} | {times[int(len(times) * 0.95)]:.2f} | {times[0]:.2f} |", flush=True)


# After so long without an event an environment of Node.js has given memory back, and before so long it has not.
GIVEN_BACK, FROZEN = 7, 1


def idle(server):
    """MiB of PSS of each process below the server, by its program, and by whether it is a function's yet."""
    sizes = {}
    for pid in tree(server.process.pid, process_table()):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                pss = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            with open(f"/proc/{pid}/cmdline") as file:
                program = os.path.basename(file.read().split("\0")[0])
            # A process that waits for its function is told of it on its standard input.
            if os.readlink(f"/proc/{pid}/fd/0").startswith("socket:"):
                program += ", waits for a function"
        except (OSError, StopIteration):
            continue
        if pid != server.process.pid:
            sizes.setdefault(program, []).append(pss / 1024)
    return sizes


def bare(name, command, starts):
    if not shutil.which(command[0]):
        return
    times = []
    for _ in range(starts):
        started = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - started) * 1000)
        if done.returncode:
            print(f"{name}: exit status {done.returncode}", file=sys.stderr)
            return
    show(name, times)


def compare(starts):
    python = ["/usr/bin/python3", "-c", "pass"]
    bare("bare: python3 -c pass", python, starts)
    bare("bare: node -e 0", ["node", "-e", "0"], starts)
    box = ["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all"]
    bare("bubblewrap: python3 -c pass", box + python, starts)
    if shutil.which("runc") and os.geteuid() == 0:
        attempt("runc", lambda: container(python, starts))


def container(command, starts):
    """In a container with the machine's own files, as bubblewrap has them; of cgroups a process needs to see none."""
    bundle = tempfile.mkdtemp()
    path, root = os.path.join(bundle, "config.json"), os.path.join(bundle, "rootfs")
    os.mkdir(root)
    subprocess.run(["runc", "spec"], cwd=bundle, check=True)
    with open(path) as file:
        specification = json.load(file)
    specification["mounts"] = [mount for mount in specification["mounts"] if mount["type"] != "cgroup"]
    specification["process"].update(terminal=False, args=command)
    with open(path, "w") as file:
        json.dump(specification, file)
    subprocess.run(["mount", "--bind", "/", root], check=True)
    try:
        bare("runc: python3 -c pass", ["runc", "run", "--bundle", bundle, "apus-bench"], starts)
    finally:
        subprocess.run(["umount", root], check=True)
        # One by one: nothing below a mount that stayed may be removed.
        os.remove(path)
        os.rmdir(root)
        os.rmdir(bundle)


def attempt(what, body):
    """A line of the report that fails does not end the run."""
    try:
        return body()
    except Exception as error:
        print(f"{what}: {type(error).__name__}: {error}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True)
    parser.add_argument("--starts", type=int, default=40)
    parser.add_argument("--only", default="", help="kinds, separated by commas")
    parser.add_argument("--directory", default="/var/tmp")
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]
    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        server = apus(arguments.apus, data + "/data")
        try:
            functions = Functions(server.url)
            print("| start | median ms | p95 ms | best ms |\n| --- | ---: | ---: | ---: |")
            for name, kind in kinds().items():
                if wanted and name not in wanted:
                    continue
                function = name.replace(" ", "-")

                def run(name=name, kind=kind, function=function):
                    functions.create(function, kind)
                    show(f"cold, {name}", functions.cold(function, arguments.starts))
                    show(f"warm, {name}", functions.warm(function))
                    if name == "node":
                        frozen, given_back = functions.after_idling(kind)
                        show(f"first after a second, {name}", frozen)
                        show(f"first after seven seconds, {name}", given_back)

                attempt(name, run)

            def template():
                # SnapStart begins with Python 3.12.
                functions.create(
                    "template", ("python3.12", *kinds()["python with a boto3 client"][1:]),
                    SnapStart={"ApplyOn": "PublishedVersions"})
                show("cold, python with a boto3 client, SnapStart",
                     functions.cold_version("template", min(arguments.starts, 20)))

            def burst():
                functions.create("burst", ("python3.11", "app.handler", {"app.py": PYTHON_SLOW}))
                print(f"\nBurst from 0 to 100 environments of Python: {functions.burst('burst'):.2f} s.")

            attempt("template", template)
            compare(arguments.starts)
            attempt("burst", burst)
            time.sleep(GIVEN_BACK)
            print("\nOf those that have run events and are idle, or wait for a function:")
            for program, sizes in sorted(idle(server).items()):
                print(f"{program}: {len(sizes)} processes, PSS median {statistics.median(sizes):.1f} MiB, "
                      f"least {min(sizes):.1f}, most {max(sizes):.1f}.")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
