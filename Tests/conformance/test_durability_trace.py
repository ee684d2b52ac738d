"""A trace of system calls shows the fdatasync between a write request and its answer."""

import os
import re
import shutil
import subprocess
import time

import pytest


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_write_ahead_log_is_synced_before_the_answer(own_server, tmp_path):
    server = own_server
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="traced")["QueueUrl"]
    trace = tmp_path / "trace"
    strace = subprocess.Popen(
        ["strace", "-f", "-ttt", "-s", "200", "-e", "trace=read,recvfrom,write,writev,sendto,sendmsg,fdatasync,fsync",
         "-o", str(trace), "-p", str(server.process.pid)], stderr=subprocess.PIPE, text=True)
    line = strace.stderr.readline()
    if "attached" not in line:
        strace.kill()
        pytest.skip(f"strace cannot attach here: {line.strip()}")
    time.sleep(0.5)
    for number in range(10):
        sqs.send_message(QueueUrl=url, MessageBody=f"traced-message-{number}")
    time.sleep(0.2)
    strace.terminate()
    strace.wait()
    events = []
    for line in trace.read_text(errors="replace").splitlines():
        if "traced-message-" in line and re.search(r"(read|recvfrom)\(", line):
            events.append("request")
        elif re.search(r"(fdatasync|fsync)\(\d+\) += 0|(fdatasync|fsync) resumed.*= 0", line):
            events.append("sync")
        elif "HTTP/1.1 200" in line:
            events.append("answer")
    assert events.count("answer") >= 10
    synced = True
    for event in events:
        if event == "request":
            synced = False
        elif event == "sync":
            synced = True
        else:
            assert synced, "an answer left before its write was synced"
