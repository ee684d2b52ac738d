"""Every command of the README, as it stands there, in one shell."""

import json
import pathlib
import subprocess

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"

# The two commands run this suite and the binary it talks to; they are tried by whoever runs them.
TWO_COMMANDS = ["script/run", "script/test"]

FIRST_SESSION = r"""
cat > trust.json <<'JSON'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
JSON
aws iam create-role --role-name hello --assume-role-policy-document file://trust.json
aws iam attach-role-policy --role-name hello --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
cat > app.py <<'PY'
def handler(event, context):
    print("hello", event["name"])
    return {"greeting": "Hello, " + event["name"]}
PY
python3 -m zipfile -c hello.zip app.py
aws lambda create-function --function-name hello --runtime python3.11 --handler app.handler --role arn:aws:iam::000000000000:role/hello --zip-file fileb://hello.zip
echo '{"name": "Apus"}' > event.json
aws lambda invoke --function-name hello --payload file://event.json --cli-binary-format raw-in-base64-out answer.json
cat answer.json
sleep 1
aws logs filter-log-events --log-group-name /aws/lambda/hello --filter-pattern hello
"""


def shell_blocks():
    blocks, inside = [], False
    for line in README.read_text().splitlines():
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside:
            blocks.append(line)
    return blocks


def test_the_readme_has_the_commands_of_this_test():
    assert shell_blocks() == TWO_COMMANDS + FIRST_SESSION.strip().splitlines()


def test_the_first_session_works(server, tmp_path):
    version = subprocess.run(["aws", "--version"], capture_output=True, text=True).stdout
    session = FIRST_SESSION
    if version.startswith("aws-cli/1."):
        # As the README says of version 1.
        session = session.replace(" --cli-binary-format raw-in-base64-out", "")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", session], cwd=tmp_path, env=server.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "answer.json").read_text()) == {"greeting": "Hello, Apus"}
    events = json.loads(done.stdout[done.stdout.index('{\n    "events"'):])["events"]
    assert [event["message"] for event in events if event["message"].startswith("hello")] == ["hello Apus"]
