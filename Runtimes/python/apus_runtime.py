"""Apus's runtime client for Python: the Lambda Runtime API on one raw socket, and Lambda's handler conventions.

It imports next to nothing before the handler's module: json, logging, socket and traceback together cost more than the
interpreter's own start. The response and the poll for the next event leave in one write.
"""
import os
import sys
import time
import _socket

_ENV = os.environ
_API = "/2018-06-01/runtime/"
_HERE = __file__.rpartition("/")[0]


# JSON: the C scanner and encoder that the json module wraps, without importing it (it brings re along).

class _ScannerSettings:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"-Infinity": -float("inf"), "Infinity": float("inf"), "NaN": float("nan")}.__getitem__
    memo = None


def _plain(value):
    """What json cannot encode but Lambda's runtime can."""
    if type(value).__name__ == "Decimal":
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def _make_codec(ensure_ascii):
    try:
        import _json
        scan = _json.make_scanner(_ScannerSettings)
        quote = _json.encode_basestring_ascii if ensure_ascii else _json.encode_basestring

        def loads(text):
            try:
                value, end = scan(text, 0)
                if end == len(text) or not text[end:].strip(" \t\n\r"):
                    return value
            except Exception:
                pass  # StopIteration, or SystemError where the scanner expects json to have been imported
            import json
            return json.loads(text)

        def dumps(value):
            if isinstance(value, str):
                return quote(value)
            encode = _json.make_encoder({}, _plain, quote, None, ": ", ", ", False, False, True)
            return "".join(encode(value, 0))

        if dumps({"a": [1, None, "x"]}) == '{"a": [1, null, "x"]}' and loads(' {"a": 1}'.strip()) == {"a": 1}:
            return loads, dumps
    except Exception:
        pass
    import json
    return json.loads, lambda value: json.dumps(value, default=_plain, ensure_ascii=ensure_ascii)


# Log lines

_FRAME = b"\xff\xa5"


def _log_record(text):
    """One log event, however many lines it has: a frame that the server takes as a whole."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    data = text.encode("utf-8", "backslashreplace")
    data = memoryview(_FRAME + len(data).to_bytes(4, "big") + data)
    while data:
        data = data[os.write(1, data):]


class _LoggingFinder:
    """Configures the root logger, as Lambda does, when and if the function imports logging."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(cls)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            _configure_logging(module)

        try:
            spec.loader.exec_module = exec_module
        except AttributeError:
            pass
        return spec


# What a record of the logging module has by itself; all else was given as `extra`.
_RECORD_FIELDS = frozenset((
    "args", "asctime", "aws_request_id", "created", "exc_info", "exc_text", "filename", "funcName", "levelname", "levelno",
    "lineno", "message", "module", "msecs", "msg", "name", "pathname", "process", "processName", "relativeCreated",
    "stack_info", "taskName", "tenant_id", "thread", "threadName"))


def _timestamp(seconds):
    return "%s.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)), int(seconds * 1000) % 1000)


def _encodable(value):
    try:
        _dumps(value)
        return value
    except Exception:
        return str(value)


def _to_json(fields):
    try:
        return _dumps(fields)
    except Exception:
        return _dumps({str(name): _encodable(value) for name, value in fields.items()})


def _record_fields(record):
    """A record of the logging module as AWS's runtime writes it in JSON."""
    fields = {
        "timestamp": _timestamp(record.created), "level": record.levelname, "message": record.getMessage(),
        "logger": record.name}
    if record.exc_info:
        kind, error, trace = record.exc_info
        fields["stackTrace"] = _frames(trace)
        fields["errorType"] = kind.__name__ if kind else None
        fields["errorMessage"] = str(error) if error else None
        fields["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
    elif record.stack_info:
        fields["stackTrace"] = record.stack_info.split("\n")
    fields["requestId"] = record.aws_request_id or None
    fields["tenantId"] = record.tenant_id
    for name, value in record.__dict__.items():
        if name not in _RECORD_FIELDS and name not in fields:
            fields[name] = value
    return {name: value for name, value in fields.items() if value is not None}


def _configure_logging(logging):
    if _in_json:
        class LambdaJSONFormatter(logging.Formatter):
            def format(self, record):
                return _to_json(_record_fields(record))

        _add_handler(logging, LambdaJSONFormatter())
        name = _ENV.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        level = {"TRACE": "NOTSET", "FATAL": "CRITICAL", "WARN": "WARNING"}.get(name, name)
        logging.root.setLevel(getattr(logging, level, logging.INFO))
        return
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    _add_handler(logging, formatter)


def _add_handler(logging, formatter):
    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            _log_record(self.format(record))

    class LambdaLoggerFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = _request_id or ""
            record.tenant_id = _tenant_id
            return True

    handler = LambdaLoggerHandler()
    handler.setFormatter(formatter)
    handler.addFilter(LambdaLoggerFilter())
    logging.root.addHandler(handler)


# Errors

class _Fault(Exception):
    """An error of loading or of JSON, with Lambda's own type and message."""

    def __init__(self, kind, message, trace=()):
        Exception.__init__(self, message)
        self.kind, self.message, self.trace = kind, message, list(trace)


def _frames(traceback):
    import linecache
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        name = code.co_filename
        if not name.startswith(_HERE) and not name.startswith("<frozen importlib"):
            lines.append('  File "%s", line %d, in %s\n' % (name, traceback.tb_lineno, code.co_name))
            line = linecache.getline(name, traceback.tb_lineno, traceback.tb_frame.f_globals).strip()
            if line:
                lines[-1] += "    %s\n" % line
        traceback = traceback.tb_next
    return lines


def _report(error, request_id):
    """Logs an error and returns its payload."""
    if isinstance(error, _Fault):
        kind, message, trace = error.kind, error.message, error.trace
    else:
        kind, message, trace = type(error).__name__, str(error), _frames(error.__traceback__)
    payload = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
    if _in_json:
        fields = {"timestamp": _timestamp(time.time()), "log_level": "ERROR", **payload}
        if _tenant_id:
            fields["tenantId"] = _tenant_id
        _log_record(_to_json(fields))
    else:
        _log_record("[ERROR] %s: %s\nTraceback (most recent call last):\n%s" % (kind, message, "".join(trace)))
    return kind, _dumps(payload).encode("utf-8", "backslashreplace")


# The handler

def _load_handler(handler):
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise _Fault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (handler, error))
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise _Fault(
                "Runtime.ImportModuleError",
                "Cannot use built-in module %s as a handler module" % module_name)
        name = module_name.replace("/", ".")
        __import__(name)
        module = sys.modules[name]
    except ImportError as error:
        raise _Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise _Fault(
            "Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise _Fault(
            "Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))


class CognitoIdentity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, fields=None):
        fields = fields or {}
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")

    def __repr__(self):
        return "CognitoIdentity([cognito_identity_id=%s,cognito_identity_pool_id=%s])" % (
            self.cognito_identity_id, self.cognito_identity_pool_id)


class Client:
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, fields):
        for name in self.__slots__:
            setattr(self, name, fields.get(name))


class ClientContext:
    __slots__ = ("custom", "env", "client")

    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        client = fields.get("client")
        self.client = None if client is None else Client(client)


class LambdaContext:
    # The same for every event, and so the class's: see _prepare_context.
    function_name = function_version = memory_limit_in_mb = log_group_name = log_stream_name = None

    def __init__(self, headers):
        self.aws_request_id = headers[b"lambda-runtime-aws-request-id"].decode()
        self.invoked_function_arn = headers.get(b"lambda-runtime-invoked-function-arn", b"").decode()
        self._epoch_deadline_time_in_ms = int(headers.get(b"lambda-runtime-deadline-ms", 0))
        identity = headers.get(b"lambda-runtime-cognito-identity")
        self.identity = CognitoIdentity(_loads(identity.decode()) if identity else None)
        client = headers.get(b"lambda-runtime-client-context")
        self.client_context = ClientContext(_loads(client.decode())) if client else None
        self.tenant_id = _tenant_id

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return (
            "LambdaContext([aws_request_id=%s,log_group_name=%s,log_stream_name=%s,function_name=%s,"
            "memory_limit_in_mb=%s,function_version=%s,invoked_function_arn=%s,client_context=%s,identity=%s,"
            "tenant_id=%s])" % (
                self.aws_request_id, self.log_group_name, self.log_stream_name, self.function_name,
                self.memory_limit_in_mb, self.function_version, self.invoked_function_arn, self.client_context,
                self.identity, self.tenant_id))


# The Runtime API

class _Connection:
    """One connection for everything; reads answers in order."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self.socket.connect((host, int(port)))
        self.socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self.send = self.socket.sendall
        self.receive = self.socket.recv
        self.buffer = b""
        self.host = address

    def read(self):
        """The next answer's headers, names in lower case, and body."""
        buffer = self.buffer
        end = buffer.find(b"\r\n\r\n")
        while end < 0:
            data = self.receive(65536)
            if not data:
                os._exit(0)  # The server has gone, and this environment with it.
            buffer += data
            end = buffer.find(b"\r\n\r\n")
        headers = {}
        for line in buffer[:end].split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        start = end + 4
        stop = start + int(headers.get(b"content-length", 0))
        if len(buffer) < stop:
            parts, have = [buffer], len(buffer)
            while have < stop:
                data = self.receive(min(stop - have, 1 << 20))
                if not data:
                    os._exit(0)
                parts.append(data)
                have += len(data)
            buffer = b"".join(parts)
        self.buffer = buffer[stop:]
        return headers, buffer[start:stop]

    def request(self, method, path, extra=""):
        return ("%s %s%s HTTP/1.1\r\nHost: %s\r\n%s" % (method, _API, path, self.host, extra)).encode()

    def post(self, path, body, kind=None):
        extra = "Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        if kind:
            extra += "Lambda-Runtime-Function-Error-Type: %s\r\n" % kind
        return self.request("POST", path, extra + "\r\n") + body


def _set_trace(value):
    if value:
        _ENV["_X_AMZN_TRACE_ID"] = value.decode()
    elif "_X_AMZN_TRACE_ID" in _ENV:
        del _ENV["_X_AMZN_TRACE_ID"]


def _run_one(handler, headers, body):
    """Runs one event; returns the resource to post to, the body, and the error type or None."""
    global _request_id, _tenant_id
    _request_id = request_id = headers[b"lambda-runtime-aws-request-id"].decode()
    tenant = headers.get(b"lambda-runtime-aws-tenant-id")
    _tenant_id = tenant.decode() if tenant else None
    _set_trace(headers.get(b"lambda-runtime-trace-id"))
    try:
        context = LambdaContext(headers)
        try:
            event = _loads(body.decode("utf-8"))
        except Exception as error:
            raise _Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
        answer = handler(event, context)
        try:
            result = _dumps(answer).encode("utf-8")
        except Exception as error:
            raise _Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)
        return "invocation/%s/response" % request_id, result, None
    except Exception as error:
        kind, result = _report(error, request_id)
        return "invocation/%s/error" % request_id, result, kind


def _prepare_path():
    root = _ENV["LAMBDA_TASK_ROOT"]
    version = "python%d.%d" % sys.version_info[:2]
    sys.path[0] = root
    layers = ["/opt/python/lib/%s/site-packages" % version, "/opt/python"]
    system = [
        _HERE + "/libraries",  # The SDK, where one is configured: it gives way to a function's own and to layers'.
        "/usr/local/lib/%s/dist-packages" % version, "/usr/lib/python3/dist-packages",
        "%s/lib/%s/site-packages" % (sys.prefix, version),
        _HERE + "/hooks"]  # SnapStart's, where nobody has brought AWS's.
    sys.path[1:1] = [path for path in layers if os.path.isdir(path)]
    sys.path += [path for path in system if path not in sys.path and os.path.isdir(path)]


def _provide_exit():
    """What the site module would add."""
    import builtins

    def leave(code=None):
        raise SystemExit(code)

    builtins.exit = builtins.quit = leave


def _encodes_ascii():
    name = _ENV.get("AWS_EXECUTION_ENV", "").rpartition("python")[2].split(".")
    try:
        return (int(name[0]), int(name[1])) < (3, 12)
    except (ValueError, IndexError):
        return False


def _prepare_context():
    LambdaContext.function_name = _ENV.get("AWS_LAMBDA_FUNCTION_NAME")
    LambdaContext.function_version = _ENV.get("AWS_LAMBDA_FUNCTION_VERSION")
    LambdaContext.memory_limit_in_mb = _ENV.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    LambdaContext.log_group_name = _ENV.get("AWS_LAMBDA_LOG_GROUP_NAME")
    LambdaContext.log_stream_name = _ENV.get("AWS_LAMBDA_LOG_STREAM_NAME")


_request_id = None
_tenant_id = None
_loads = _dumps = None
_in_json = False


def prepare():
    """Everything that depends on the function is done from here on: a template imports this module long before it knows of one."""
    global _loads, _dumps, _in_json
    _in_json = _ENV.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    _loads, _dumps = _make_codec(_encodes_ascii())
    _prepare_path()
    _prepare_context()
    _provide_exit()
    try:
        sys.stdout.reconfigure(line_buffering=True)
    except AttributeError:
        pass
    if "logging" in sys.modules:
        _configure_logging(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, _LoggingFinder)


def _runs_hooks():
    return _ENV.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def load():
    """Initialises the function and returns its handler, and None; or None, and what is to be said of the error: type and payload.

    With SnapStart the hooks for before the snapshot have run, the last first.
    """
    kind = None
    try:
        handler = _load_handler(_ENV["_HANDLER"])
        hooks = sys.modules.get("snapshot_restore_py") if _runs_hooks() else None
        if hooks:
            kind = "Runtime.BeforeSnapshotError"
            pending = hooks.get_before_snapshot()
            while pending:
                function, arguments, names = pending.pop()
                function(*arguments, **names)
        return handler, None
    except Exception as error:
        own, payload = _report(error, "")
        return None, (kind or own, payload)


def serve(handler, connection):
    """Runs events, after the hooks that SnapStart has for a restored environment."""
    hooks = sys.modules.get("snapshot_restore_py") if _runs_hooks() else None
    if hooks:
        try:
            for function, arguments, names in hooks.get_after_restore():
                function(*arguments, **names)
        except Exception as error:
            _, payload = _report(error, "")
            connection.send(connection.post("restore/error", payload, "Runtime.AfterRestoreError"))
            connection.read()
            sys.exit(1)
    poll = connection.request("GET", "invocation/next", "\r\n")
    connection.send(poll)
    while True:
        headers, body = connection.read()
        path, result, kind = _run_one(handler, headers, body)
        sys.stdout.flush()
        sys.stderr.flush()
        connection.send(connection.post(path, result, kind) + poll)
        connection.read()


def main():
    prepare()
    connection = _Connection(_ENV["AWS_LAMBDA_RUNTIME_API"])
    handler, error = load()
    if error:
        kind, payload = error
        connection.send(connection.post("init/error", payload, kind))
        connection.read()
        sys.exit(1)
    serve(handler, connection)
