"""Readies the AWS SDK in a template, so that a function that imports it finds its modules loaded and its files of data read.

The SDK is the one of `functions.python_libraries`. Nothing of a function's is seen here, nothing is sent, and no credentials are
looked for. A function that brings an SDK of its own has that, whole: see _forget_shadowed in zygote.py.
"""
import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libraries")

# Whose models are read ahead: those that functions call most.
_SERVICES = ("sqs", "dynamodb", "s3", "lambda", "sns", "events", "ssm", "secretsmanager")

_documents = {}
_lists = {}


def _keep(loaders):
    """Has each loader of botocore's use what was read once, which clients only read, and saves what costs most beside that."""
    class KeepingFileLoader(loaders.JSONFileLoader):
        def load_file(self, file_path):
            document = _documents.get(file_path)
            if document is None:
                document = super().load_file(file_path)
                if document is not None and file_path.startswith(loaders.Loader.BUILTIN_DATA_PATH) and _is_filling:
                    _documents[file_path] = document
            return document

    find = loaders.Loader.list_available_services

    def list_available_services(self, type_name):
        # Folders that are not the SDK's own are looked at each time, where there are any.
        if any(not path.startswith(FOLDER) and os.path.isdir(path) for path in self.search_paths):
            return find(self, type_name)
        key = (type_name, *self.search_paths)
        if key not in _lists:
            _lists[key] = find(self, type_name)
        return list(_lists[key])

    hooks = __import__("botocore.hooks").hooks
    inspect = hooks.accepts_kwargs

    def accepts_kwargs(function):
        # What inspect.getfullargspec says, for plain functions and methods; a client asks it of 130.
        code = getattr(function, "__code__", None)
        if code is None or hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
            return inspect(function)
        return bool(code.co_flags & 0x08)

    hooks.accepts_kwargs = accepts_kwargs
    loaders.Loader.FILE_LOADER_CLASS = KeepingFileLoader
    loaders.Loader.list_available_services = list_available_services


_is_filling = True


def _load(name):
    return lambda: __import__(name)


def _ready(service):
    def step():
        import boto3.session
        session = boto3.session.Session(
            aws_access_key_id="-", aws_secret_access_key="-", region_name="us-east-1")
        session.client(service, endpoint_url="http://127.0.0.1:9")
    return step


def _finish():
    global _is_filling
    _is_filling = False


def steps():
    """What is to be done, in parts that are short, since a fork that is asked for meanwhile waits; none without an SDK."""
    if not os.path.isdir(os.path.join(FOLDER, "botocore")):
        return
    sys.path.append(FOLDER)
    for name in ("urllib3", "dateutil.parser", "jmespath", "botocore.session", "botocore.httpsession", "boto3.session", "boto3"):
        yield _load(name)
    yield lambda: _keep(__import__("botocore.loaders").loaders)
    for service in _SERVICES:
        yield _ready(service)
    yield _finish


def top_level_names():
    """Names of modules and packages in the folder: what is theirs goes together, or not at all."""
    try:
        return {name.partition(".")[0] for name in os.listdir(FOLDER) if not name.endswith((".dist-info", ".pth"))} - {
            "bin", "__pycache__"}
    except OSError:
        return set()
