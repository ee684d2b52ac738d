"""Starting servers, and what the kernel knows of them."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def process_table():
    """pid → (parent, CPU seconds of it and of children that it has waited for)."""
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            table[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    return table


def tree(pid, table):
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        found.append(parent)
        todo += [p for p, (of, _) in table.items() if of == parent]
    return found


class Server:
    """A server in a session of its own. `cpu` counts its whole process tree, functions included."""

    def __init__(self, name, command, env=None, url=None, ready=None):
        self.name = name
        started = time.monotonic()
        self.process = subprocess.Popen(
            command, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if url else subprocess.PIPE, start_new_session=True, text=True)
        self.url = url or self._address()
        if ready:
            self._wait(self.url + ready)
        self.start_ms = (time.monotonic() - started) * 1000

    def _address(self):
        """From the first line with a URL that the server prints."""
        for line in self.process.stdout:
            if found := re.search(r"http://[\w.:]+", line):
                return found.group()
        raise RuntimeError(f"{self.name} ended with {self.process.wait()} before it was ready")

    def _wait(self, page, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                return urllib.request.urlopen(page, timeout=5).read()
            except OSError as error:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} is not ready: {error}")
                time.sleep(0.002)

    def cpu(self):
        table = process_table()
        return sum(table[p][1] for p in tree(self.process.pid, table) if p in table)

    def memory(self):
        """(resident MiB, anonymous MiB) of the server's own process."""
        with open(f"/proc/{self.process.pid}/status") as f:
            kib = dict(re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M))
        return int(kib["VmRSS"]) / 1024, int(kib["RssAnon"]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass
        self.process.wait()


def apus(binary, data):
    """Apus on a data directory, without a log of requests."""
    return Server(
        "Apus", [binary, "dev", "--port", "0", "--data", data, "--log-level", "error"],
        env={"APUS_LOG_REQUESTS": "none"}, ready="/_apus/health")
