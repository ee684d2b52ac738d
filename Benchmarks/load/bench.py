#!/usr/bin/env python3
"""Drives echo, Apus and MiniStack with the same load and prints Markdown tables. script/bench calls it."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from servers import Server, apus, free_port
from workloads import WORKLOADS, echo

HERE = os.path.dirname(os.path.abspath(__file__))


def ministack(command):
    port = free_port()
    return Server(
        "MiniStack", [command], env={"GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR"},
        url=f"http://127.0.0.1:{port}", ready="/_ministack/health")


def client(directory):
    """The program that sends the requests, built."""
    program = os.path.join(directory, "replay")
    subprocess.run(["cc", "-O2", "-o", program, f"{HERE}/replay.c"], check=True)
    return program


def load(program, server, requests, connections, seconds, once=False):
    """One run of the client: rates, latencies in µs, CPU of server and client in µs for each request."""
    address = urllib.parse.urlsplit(server.url)
    with tempfile.NamedTemporaryFile() as file:
        for request in requests:
            file.write(b"%d\n" % len(request) + request)
        file.flush()
        command = [program, address.hostname, str(address.port), str(connections), str(seconds), file.name]
        before = server.cpu()
        run = subprocess.run(command + ["once"] * once, capture_output=True, text=True, check=True)
        cpu = server.cpu() - before
    if run.stderr:
        print(f"{server.name}: {run.stderr.splitlines()[0]}", file=sys.stderr)
    line = next(line for line in run.stdout.splitlines() if line.startswith("RESULT"))
    result = {k: float(v) for k, v in (pair.split("=") for pair in line.split()[1:])}
    result["rate"] = result["requests"] / result["seconds"]
    result["cpu"] = cpu / max(result["requests"], 1) * 1e6
    return result


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def show(name, server, connections, runs, peer):
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    ratio = f"{middle['rate'] / peer:.1f} ×" if peer else ""
    failed = f"{sum(run['failed'] for run in runs):.0f}"
    latency = [f"{middle[key] / 1000:.2f}" for key in ("p50", "p99")]
    cpu = [f"{middle['cpu']:.1f}"]
    spread = "–".join(f"{edge(run['cpu'] for run in runs):.1f}" for edge in (min, max))
    sender = f"{middle['client']:.1f}"
    row([name, server.name, str(connections), f"{middle['rate']:.0f}"] + latency + cpu + [spread, sender, ratio, failed])
    return middle


def made(name, server):
    """The workload's requests for a server; None where it lacks something: a line in the report, not the end of the run."""
    try:
        return WORKLOADS[name].make(server.url)
    except Exception as error:
        print(f"{name}, {server.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def workloads(arguments, program, yardstick, servers):
    row(["workload", "server", "connections", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "its range",
         "client's CPU", "rate to MiniStack's", "failed"])
    row(["---"] * 2 + ["---:"] * 9)
    wanted = arguments.work.split(";") if arguments.work else list(WORKLOADS)
    if yardstick:
        requests = echo(yardstick.url)
        runs = [load(program, yardstick, requests, arguments.connections, arguments.seconds) for _ in range(arguments.rounds)]
        show("echo", yardstick, arguments.connections, runs, None)
    for name in wanted:
        workload = WORKLOADS[name]
        connections = workload.connections or arguments.connections
        seconds = 1 if workload.once else arguments.seconds
        requests, runs = {}, {server.name: [] for server in servers}
        # In turns, so that what else the machine does meets all of them.
        for turn in range(arguments.rounds):
            for server in servers:
                if turn == 0 or workload.once:
                    requests[server.name] = made(name, server)
                if ready := requests[server.name]:
                    runs[server.name].append(load(program, server, ready, connections, seconds, workload.once))
        peers = [run["rate"] for run in runs.get("MiniStack", [])]
        for server in servers:
            if runs[server.name]:
                peer = statistics.median(peers) if peers and server.name != "MiniStack" else None
                show(name, server, connections, runs[server.name], peer)


def starts(arguments):
    """Start to the first answered request, each time on an empty data directory; memory a few seconds later."""
    times, memory = [], (0, 0)
    for _ in range(arguments.starts):
        with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
            server = apus(arguments.apus, data + "/data")
            times.append(server.start_ms)
            if len(times) == arguments.starts:
                time.sleep(3)
                memory = server.memory()
            server.stop()
    print(f"\nStart to ready, empty store, {len(times)} starts: best {min(times):.0f} ms, "
          f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms.")
    print(f"Idle memory of the server: {memory[0]:.1f} MiB resident, of it {memory[1]:.1f} MiB anonymous.\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apus", required=True, help="the release binary")
    parser.add_argument("--echo", help="the echo server")
    parser.add_argument("--ministack", help="the program of that name")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--work", help=f"some of: {';'.join(WORKLOADS)}")
    parser.add_argument("--directory", default="/var/tmp", help="where the store's disk is (default /var/tmp)")
    arguments = parser.parse_args()
    started = []

    def begin(server):
        started.append(server)
        return server

    with tempfile.TemporaryDirectory(dir=arguments.directory) as data:
        try:
            if arguments.starts:
                starts(arguments)
            yardstick = begin(Server("echo", [arguments.echo])) if arguments.echo else None
            servers = [begin(apus(arguments.apus, data + "/data"))]
            if arguments.ministack:
                servers.append(begin(ministack(arguments.ministack)))
            workloads(arguments, client(data), yardstick, servers)
            print(f"\nMemory of the server after the load: {servers[0].memory()[0]:.0f} MiB resident.")
        finally:
            for server in started:
                server.stop()


if __name__ == "__main__":
    main()
