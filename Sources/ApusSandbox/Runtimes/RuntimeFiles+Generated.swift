// Made by script/embed-runtimes from Runtimes/. Do not edit.
// swift-format-ignore-file

extension RuntimeFiles {
    /// Path in the runtime directory, and content.
    static let embedded: [(path: String, text: String)] = [
        ("python/bootstrap.py", ###"""
            import sys

            import apus_runtime  # a module of its own, so that its bytecode is cached

            if "--snapshot" in sys.argv:
                import apus_snapshot

                apus_snapshot.main()
            else:
                apus_runtime.main()

            """###),
        ("python/apus_runtime.py", ###"""
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

            """###),
        ("python/apus_confine.py", ###"""
            """What a process that was forked and not executed does for itself of Sources/CApusSandbox/child.c and confine.c: see there."""
            import ctypes
            import os
            import sys

            CLONE_FLAGS = 0x00008000 | 0x00200000 | 0x01000000  # CLONE_PARENT, CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID
            _SYS_CAPSET = {"x86_64": 126, "aarch64": 91}.get(os.uname().machine, -1)
            _SYS_LANDLOCK_CREATE, _SYS_LANDLOCK_ADD, _SYS_LANDLOCK_RESTRICT = 444, 445, 446
            # Changes to files as Landlock knows them.
            _FILE_WRITE, _FILE_CHANGE, _FILE_ANY_CHANGE, _FILE_TRUNCATE = 0x4002, 0x77B2, 0x7FF2, 0x4000
            _CHANGEABLE = ((b"/tmp", _FILE_CHANGE), (b"/dev/shm", _FILE_CHANGE), (b"/mnt", _FILE_CHANGE), (b"/dev", _FILE_WRITE))
            _CAPABILITY_VERSION = 0x20080522
            _PR_SET_SECCOMP, _PR_GET_TID_ADDRESS = 22, 40

            libc = ctypes.PyDLL(None, use_errno=True)
            libc.syscall.restype = ctypes.c_long


            def thread_address():
                """Where libc keeps this thread's id, which the child must have set: it is what fork() of libc does."""
                address = ctypes.c_ulong(0)
                if libc.prctl(_PR_GET_TID_ADDRESS, ctypes.byref(address), 0, 0, 0) != 0 or not address.value:
                    raise OSError("the kernel does not tell the address of the thread's id")
                return address.value


            class _Filter(ctypes.Structure):
                _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


            class Rights:
                """`program`: the filter of system calls, in hexadecimal digits."""

                def __init__(self, program):
                    program = bytes.fromhex(program)
                    self._code = ctypes.create_string_buffer(program, len(program))
                    self._filter = _Filter(len(program) // 8, ctypes.addressof(self._code))

                def give_up_rights(self):
                    """apus_confine(), once no_new_privs is set."""
                    none = (ctypes.c_uint32 * 6)()
                    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
                    if libc.syscall(_SYS_CAPSET, header, none) != 0:
                        raise OSError(ctypes.get_errno(), "capset")
                    version = libc.syscall(_SYS_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
                    if version >= 2:
                        self._restrict_reach(version)
                    if not self._code.raw or libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(self._filter), 0, 0) != 0:
                        raise OSError(ctypes.get_errno(), "seccomp")

                @staticmethod
                def _restrict_reach(version):
                    known = _FILE_ANY_CHANGE if version >= 3 else _FILE_ANY_CHANGE & ~_FILE_TRUNCATE
                    attributes = (ctypes.c_uint64 * 3)(known, 0, 3 if version >= 6 else 0)
                    rules = libc.syscall(_SYS_LANDLOCK_CREATE, attributes, ctypes.c_size_t(24), 0)
                    if rules < 0:
                        raise OSError(ctypes.get_errno(), "landlock")
                    for path, permitted in _CHANGEABLE:
                        try:
                            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
                        except FileNotFoundError:  # Few have file systems.
                            continue
                        rule = (permitted & known).to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
                        if libc.syscall(_SYS_LANDLOCK_ADD, rules, 1, ctypes.c_char_p(rule), 0) != 0:
                            raise OSError(ctypes.get_errno(), "landlock")
                        os.close(place)
                    if libc.syscall(_SYS_LANDLOCK_RESTRICT, rules, 0) != 0:
                        raise OSError(ctypes.get_errno(), "landlock")
                    os.close(rules)


            _filling = []


            def settle():
                """Fills the gaps that freed objects have left in memory, before a fork: what a child makes lies together then, at the end of
                what there is, and not a piece in each page, of which the kernel would have to make it a copy. Takes some 10 ms."""
                for size in range(16, 513, 16):  # The classes of objects that lie together.
                    for _ in range((1 << 18) // size):
                        one = object() if size == 16 else 10 ** 6 + len(_filling) if size == 32 else bytes(size - 33)
                        _filling.append(one)
                        if id(one) & 0xFFF == 48:
                            break  # The first of a new pool.
                allocate = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("malloc", libc))
                for size in range(1032, 8, -16):
                    before, row = 0, 0
                    for _ in range(2048):
                        place = allocate(size) or 0
                        row = row + 1 if place == before + size + 8 else 0
                        before = place
                        if row == 8:
                            break

            """###),
        ("python/apus_snapshot.py", ###"""
            """SnapStart: the template of one version of a function. It initialises the function's code and forks each environment of that version.

            It is confined like an environment. The launcher asks it through its door, standard input: see Sources/CApusSandbox/snapshot.h.
            What a fork would share with others and a restored snapshot has for itself is cut or made anew; where that cannot be done, the
            template says so, and the version's environments are started without one.
            """
            import ctypes
            import fcntl
            import gc
            import os
            import select
            import stat
            import struct
            import sys
            import time
            import _socket

            import apus_confine
            import apus_runtime

            _REQUEST = struct.Struct("=IIII")  # struct apus_snapshot_request
            _MESSAGE_MAXIMUM = 128 * 1024
            _DESCRIPTORS_MAXIMUM = 24
            _SAME_USER = 2 ** 32 - 1
            _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
            _OWN_DESCRIPTORS = 200  # From here on descriptors are ours.
            _PAUSE_MILLISECONDS = 20
            _FIRST_TRIES = 50
            _NOT_NOW = b"0"  # There is neither memory nor a process for a fork: that start fails, and no other.
            _ANEW = os.O_CREAT | os.O_EXCL | os.O_TRUNC
            _libc = apus_confine.libc


            def _clone(address):
                """fork(), but the child is the launcher's."""
                flags = apus_confine.CLONE_FLAGS | 17  # SIGCHLD
                ctypes.pythonapi.PyOS_BeforeFork()
                zero, address = ctypes.c_ulong(0), ctypes.c_ulong(address)
                if os.uname().machine == "aarch64":
                    pid = _libc.syscall(220, ctypes.c_ulong(flags), zero, zero, zero, address)
                else:
                    pid = _libc.syscall(56, ctypes.c_ulong(flags), zero, zero, address, zero)
                if pid == 0:
                    ctypes.pythonapi.PyOS_AfterFork_Child()
                    return 0
                ctypes.pythonapi.PyOS_AfterFork_Parent()
                if pid < 0:
                    raise OSError(ctypes.get_errno(), "clone")
                return pid


            class _Unsuitable(Exception):
                """The function's code has something that forks cannot have each for itself."""


            def _open_files():
                """Cuts connections, as a restored snapshot has none, and returns number, path, flags and position of the open files."""
                files = []
                for name in os.listdir("/proc/self/fd"):
                    number = int(name)
                    if number <= 2 or number >= _OWN_DESCRIPTORS:
                        continue
                    try:
                        mode, path = os.fstat(number).st_mode, os.readlink("/proc/self/fd/" + name)
                    except OSError:
                        continue  # The listing's own.
                    if stat.S_ISREG(mode):
                        flags = fcntl.fcntl(number, fcntl.F_GETFL)
                        files.append((number, path, flags & ~_ANEW, os.lseek(number, 0, os.SEEK_CUR), os.get_inheritable(number)))
                    elif stat.S_ISSOCK(mode):
                        end = _socket.socket(fileno=os.dup(number))
                        if end.family not in (_socket.AF_INET, _socket.AF_INET6) or end.type != _socket.SOCK_STREAM:
                            raise _Unsuitable("it has a socket open that is not TCP's")
                        try:
                            end.shutdown(_socket.SHUT_RDWR)
                        except OSError:
                            pass  # It has ended already, or listens.
                        end.close()
                    elif not (stat.S_ISDIR(mode) or stat.S_ISCHR(mode)):
                        raise _Unsuitable("it has opened %s" % path)
                return files


            def _check():
                if len(os.listdir("/proc/self/task")) > 1:
                    raise _Unsuitable("its initialisation has started threads")
                try:
                    with open("/proc/thread-self/children") as children:
                        if children.read().strip():
                            raise _Unsuitable("its initialisation has started processes")
                except FileNotFoundError:
                    pass
                with open("/proc/self/maps") as maps:
                    for line in maps:
                        if line.split(None, 2)[1] == "rw-s":
                            raise _Unsuitable("it shares memory")


            def _copy(source, target, user, group):
                """What lies in a folder into another, both descriptors: the snapshot's /tmp is each environment's.

                What is there already leads to what is mounted in both.
                """
                device = os.fstat(source).st_dev
                for entry in os.scandir(source):
                    facts = entry.stat(follow_symlinks=False)
                    if facts.st_dev != device:
                        continue
                    try:
                        _copy_one(entry.name, facts, source, target, user, group)
                    except FileExistsError:
                        pass
                    if stat.S_ISDIR(facts.st_mode):
                        ends = [os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder) for folder in (source, target)]
                        _copy(*ends, user, group)
                        for end in ends:
                            os.close(end)


            def _copy_one(name, facts, source, target, user, group):
                place = {"dir_fd": target}
                if stat.S_ISLNK(facts.st_mode):
                    os.symlink(os.readlink(name, dir_fd=source), name, **place)
                elif stat.S_ISDIR(facts.st_mode):
                    os.mkdir(name, **place)
                elif stat.S_ISREG(facts.st_mode):
                    writing = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, **place)
                    reading = os.open(name, os.O_RDONLY, dir_fd=source)
                    at = 0
                    while at < facts.st_size:
                        count = os.sendfile(writing, reading, at, facts.st_size - at)
                        if not count:
                            break
                        at += count
                    os.close(reading)
                    os.close(writing)
                else:
                    return
                if user != _SAME_USER:
                    os.chown(name, user, group, follow_symlinks=False, **place)
                if not stat.S_ISLNK(facts.st_mode):
                    os.chmod(name, stat.S_IMODE(facts.st_mode), **place)


            def _enter(descriptors, namespaces, address):
                """Into the environment's cgroups, into its nest, and by another fork into its process namespace."""
                answer = descriptors[1]
                os.write(answer, b"1")
                if os.read(answer, 1) == b"":
                    os._exit(0)  # The launcher has given it up.
                temporary = os.open("/tmp", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                for handle in descriptors[2 + namespaces:]:
                    os.write(handle, b"0")
                for handle in descriptors[2:2 + namespaces]:
                    if _libc.setns(handle, 0) != 0:
                        raise OSError(ctypes.get_errno(), "setns")
                try:
                    if _clone(address) != 0:
                        os._exit(0)
                except OSError:
                    os.write(answer, _NOT_NOW)
                    raise
                os.write(answer, b"2")
                return temporary


            def _confine(rights, temporary, user, group):
                os.setsid()
                target = os.open("/tmp", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                _copy(temporary, target, user, group)
                os.close(temporary)
                os.close(target)
                if user != _SAME_USER:
                    os.setgroups([])
                    os.setresgid(group, group, group)
                    os.setresuid(user, user, user)
                for option, value in ((_PR_SET_PDEATHSIG, 9), (_PR_SET_DUMPABLE, 1)):
                    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
                        raise OSError(ctypes.get_errno(), "prctl")
                rights.give_up_rights()


            def _reopen(files):
                """Gives each open file a position of its own."""
                for number, path, flags, position, is_inheritable in files:
                    try:
                        mine = os.open(path, flags | os.O_CLOEXEC)
                    except OSError:
                        continue  # Removed since it was opened, or the environment's user may not: it stays shared.
                    os.lseek(mine, position, os.SEEK_SET)
                    os.dup2(mine, number, inheritable=is_inheritable)
                    os.close(mine)


            def _child(message, descriptors, address, rights, files, word):
                output = descriptors[0]
                try:
                    user, group, count, namespaces = _REQUEST.unpack_from(message)
                    variables = message[_REQUEST.size:].split(b"\0")[:count]
                    temporary = _enter(descriptors, namespaces, address)
                    os.close(word)
                    os.dup2(output, 1)
                    os.dup2(output, 2)
                    _confine(rights, temporary, user, group)
                    environment = os.environb
                    environment.clear()
                    for variable in variables:
                        name, _, value = variable.partition(b"=")
                        environment[name] = value
                    time.tzset()
                    os.chdir(os.environ["LAMBDA_TASK_ROOT"])
                    _reopen(files)
                    for descriptor in descriptors:
                        os.close(descriptor)
                    if "_ssl" in sys.modules:
                        sys.modules["_ssl"].RAND_bytes(1)  # It looks now whether it was forked, and not in a fork of this one.
                    apus_runtime._prepare_context()
                    connection = apus_runtime._Connection(os.environ["AWS_LAMBDA_RUNTIME_API"])
                except BaseException as error:
                    try:
                        os.write(output, ("the environment could not be made from its snapshot: %r\n" % (error,)).encode())
                    finally:
                        os._exit(127)
                return connection


            def _next(door, memory):
                """The next request and its descriptors; ends the process where the server has gone."""
                length, ancillary, _, _ = door.recvmsg_into([memory], _socket.CMSG_SPACE(_DESCRIPTORS_MAXIMUM * 4), _socket.MSG_CMSG_CLOEXEC)
                if not length:
                    os._exit(0)
                return length, [
                    int.from_bytes(data[at:at + 4], sys.byteorder) for _, _, data in ancillary for at in range(0, len(data), 4)]


            def _decline(door, memory):
                """Tells whoever asks within the pause that there is no fork now."""
                if not select.select([door], [], [], _PAUSE_MILLISECONDS / 1000)[0]:
                    return
                length, descriptors = _next(door, memory)
                memory[:length] = bytes(length)
                try:
                    os.write(descriptors[1], _NOT_NOW)
                except OSError:
                    pass  # The launcher has given it up.
                for descriptor in descriptors:
                    os.close(descriptor)


            def _move(descriptor):
                """Out of the way of the function's code."""
                moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _OWN_DESCRIPTORS)
                os.close(descriptor)
                return moved


            def _initialise(door):
                """Returns the handler and the open files once the template can fork; otherwise it ends."""
                apus_runtime.prepare()
                handler, error = apus_runtime.load()
                sys.stdout.flush()
                sys.stderr.flush()
                if error:
                    kind, payload = error
                    door.send(b"error\0" + kind.encode("utf-8", "replace") + b"\0" + payload[:_MESSAGE_MAXIMUM // 2])
                    os._exit(1)
                try:
                    _check()
                    return handler, _open_files()
                except (_Unsuitable, OSError) as reason:
                    door.send(b"unsuitable\0" + str(reason).encode("utf-8", "replace"))
                    os._exit(0)


            def main():
                door = _socket.socket(fileno=fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, _OWN_DESCRIPTORS))
                null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
                os.dup2(null, 0)
                os.close(null)
                sys.argv = sys.argv[:1]
                rights = apus_confine.Rights(os.environ.pop("APUS_SECCOMP", ""))
                address = apus_confine.thread_address()
                memory = bytearray(_MESSAGE_MAXIMUM)
                handler, files = _initialise(door)
                gc.collect()
                apus_confine.settle()
                gc.freeze()
                is_ready = False
                failures = 0
                while True:
                    # One stands by that is forked already, with what Python does after a fork: the environment is its fork.
                    taken, word = os.pipe2(os.O_CLOEXEC)
                    taken, word = _move(taken), _move(word)
                    try:
                        pid = _clone(address)
                    except OSError as reason:
                        os.close(taken)
                        os.close(word)
                        failures += 1
                        if failures == _FIRST_TRIES and not is_ready:
                            door.send(b"unsuitable\0" + str(reason).encode("utf-8", "replace"))
                            os._exit(0)
                        _decline(door, memory)
                        continue
                    if pid == 0:
                        os.close(taken)
                        length, descriptors = _next(door, memory)
                        os.write(word, b"1")
                        message = bytes(memory[:length])
                        memory[:length] = bytes(length)
                        door.close()
                        connection = _child(message, descriptors, address, rights, files, word)
                        del message
                        return apus_runtime.serve(handler, connection)
                    os.close(word)
                    if not is_ready:
                        door.send(b"ready")
                        is_ready = True
                    if os.read(taken, 1) == b"":
                        os._exit(0)  # The server has gone.
                    os.read(taken, 1)
                    os.close(taken)
                    # The environment goes first, unless there is another to be started.
                    select.select([door], [], [], _PAUSE_MILLISECONDS / 1000)

            """###),
        ("python/hooks/snapshot_restore_py.py", ###"""
            """The runtime hooks of SnapStart, for functions that do not bring AWS's package of this name, which has the same functions."""

            _before_snapshot = []
            _after_restore = []


            def register_before_snapshot(func, *args, **kwargs):
                """Has a callable run before the snapshot is taken, the one that was registered last first; also a decorator."""
                _before_snapshot.append((func, args, kwargs))
                return func


            def register_after_restore(func, *args, **kwargs):
                """Has a callable run in each environment that is made of the snapshot, in the order of registration; also a decorator."""
                _after_restore.append((func, args, kwargs))
                return func


            def get_before_snapshot():
                return _before_snapshot


            def get_after_restore():
                return _after_restore

            """###),
        ("python/zygote.py", ###"""
            """The template of Python environments: an interpreter with the runtime client and common standard modules loaded, that forks.

            It has one thread and runs no function's code. The launcher sends it commands (Sources/CApusSandbox/template.h) on the socket
            that it was started with as standard output; each becomes one child, which is the launcher's child too, not the template's.
            """
            import ctypes
            import gc
            import os
            import sys
            import time
            import _socket

            import apus_confine
            import apus_runtime
            import apus_sdk

            # What functions most often import, and what their SDK does. None of these starts a thread or opens anything.
            _COMMON = """
            abc base64 binascii bisect calendar collections collections.abc concurrent.futures contextlib copy csv dataclasses datetime decimal
            email.message email.parser email.utils enum errno fnmatch functools gzip hashlib heapq hmac html http.client http.cookies inspect io
            itertools json logging logging.handlers math mimetypes numbers operator os.path pathlib platform queue quopri random re secrets select
            shutil signal socket ssl stat statistics string struct subprocess tempfile textwrap threading traceback types typing urllib.error
            urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree zipfile zlib
            """.split()

            _CLONE_INTO_CGROUP = 0x200000000
            _CLONE_NEWPID = 0x20000000
            _SYS_CLONE3 = 435
            _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME, _PR_SET_NO_NEW_PRIVS = 1, 4, 15, 38
            _UNCHANGED = 2 ** 64 - 1
            _SAME_USER = 2 ** 32 - 1
            _COMMAND = __import__("struct").Struct("=IiQIIQQQQiIIIIIIIIIQ")  # struct apus_command
            _MESSAGE_MAXIMUM = 128 * 1024
            _IDLE_SECONDS = 0.2


            class _CloneArguments(ctypes.Structure):
                _fields_ = [(name, ctypes.c_uint64) for name in (
                    "flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "stack_size", "tls", "set_tid", "set_tid_size", "cgroup")]


            _HERE = os.path.dirname(os.path.abspath(__file__))
            _libc = apus_confine.libc


            def _preload():
                """Returns the names of the top-level modules that an ordinary start would not have loaded."""
                before = {name.partition(".")[0] for name in sys.modules}
                for name in _COMMON:
                    try:
                        __import__(name)
                    except ImportError:
                        pass  # A Python that was built without it.
                return {name.partition(".")[0] for name in sys.modules} - before


            def _clone(thread_address, group):
                """fork(), but the child is the launcher's, and is born in a cgroup of version 2 where `group` names one."""
                arguments = _CloneArguments(
                    flags=apus_confine.CLONE_FLAGS, child_tid=thread_address)
                directory = -1
                if group:
                    directory = os.open(group, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
                    arguments.flags |= _CLONE_INTO_CGROUP
                    arguments.cgroup = directory
                ctypes.pythonapi.PyOS_BeforeFork()
                pid = _libc.syscall(_SYS_CLONE3, ctypes.byref(arguments), ctypes.sizeof(arguments))
                if pid == 0:
                    ctypes.pythonapi.PyOS_AfterFork_Child()
                    return 0
                ctypes.pythonapi.PyOS_AfterFork_Parent()
                if directory >= 0:
                    os.close(directory)
                if pid < 0:
                    raise OSError(ctypes.get_errno(), "clone3")
                return pid


            class _Nests(apus_confine.Rights):
                """How a fork gets into the namespaces that the launcher has made for it: see Sources/CApusSandbox/nest.h."""

                def __init__(self):
                    self.home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
                    super().__init__(os.environ.get("APUS_SECCOMP", ""))

                def aim(self, handle):
                    """What is forked next is born in the nest's process namespace; at home again with `home`."""
                    if _libc.setns(handle, _CLONE_NEWPID) != 0:
                        raise OSError(ctypes.get_errno(), "setns")

                @staticmethod
                def enter(handle, namespaces):
                    if _libc.setns(handle, namespaces & ~_CLONE_NEWPID) != 0:
                        raise OSError(ctypes.get_errno(), "setns")


            class _Ticket:
                """A SPAWN command without arguments, as the launcher hands it on: see apus_sandbox.h."""

                def __init__(self, message):
                    (kind, _, _, self.user, self.group, self.processes, self.files, self.file_bytes, self.data_bytes, self.out_of_memory,
                        arguments, variables, joins, self.namespaces, _, _, _, _, _, _) = _COMMAND.unpack_from(message)
                    texts = message[_COMMAND.size:].split(b"\0")
                    self.directory, self.cgroup = texts[0], texts[1]
                    self.variables = texts[2:2 + variables]
                    self.join_files = texts[2 + variables:2 + variables + joins]
                    if kind != 1 or arguments != 0 or len(texts) < 3 + variables + joins:
                        raise ValueError("a command that is not for a template")


            def _limit(kind, value):
                import resource
                if value == _UNCHANGED:
                    return
                hard = resource.getrlimit(kind)[1]
                if hard != resource.RLIM_INFINITY:
                    value = min(value, hard)
                resource.setrlimit(kind, (value, value))


            def _confine(ticket, launcher, nest, nests):
                """What CApusSandbox/child.c does between fork and exec, in its order."""
                import resource
                os.setsid()
                for file in ticket.join_files:
                    descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
                    os.write(descriptor, b"0")
                    os.close(descriptor)
                try:
                    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
                    os.write(descriptor, b"%d" % ticket.out_of_memory)
                    os.close(descriptor)
                except OSError:
                    pass  # An ordinary user may be refused.
                _limit(resource.RLIMIT_CORE, 0)
                _limit(resource.RLIMIT_NPROC, ticket.processes)
                _limit(resource.RLIMIT_NOFILE, ticket.files)
                _limit(resource.RLIMIT_FSIZE, ticket.file_bytes)
                _limit(resource.RLIMIT_DATA, ticket.data_bytes)
                os.umask(0o022)
                if nest >= 0:
                    nests.enter(nest, ticket.namespaces)
                if ticket.user != _SAME_USER:
                    os.setgroups([])
                    os.setresgid(ticket.group, ticket.group, ticket.group)
                    os.setresuid(ticket.user, ticket.user, ticket.user)
                for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_PDEATHSIG, 9), (_PR_SET_DUMPABLE, 1)):
                    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
                        raise OSError(ctypes.get_errno(), "prctl")
                # From a nest the parent is out of sight; if it has ended, the nest has too.
                if nest < 0 and os.getppid() != launcher:
                    os._exit(127)
                os.chdir(ticket.directory)
                if nest >= 0:
                    nests.give_up_rights()


            def _become(ticket):
                """Everything that an interpreter started with these variables would have."""
                environment = os.environb
                environment.clear()
                for variable in ticket.variables:
                    name, _, value = variable.partition(b"=")
                    environment[name] = value
                time.tzset()
                # The interpreter has read PYTHONPATH long ago; layers may be named there.
                wanted = [path for path in os.environ.get("PYTHONPATH", "").split(":") if path]
                sys.path[1:] = wanted + [path for path in sys.path[1:] if path not in wanted]


            def _forgettable(preloaded):
                """What a package may bring itself: the top-level names of the SDK that are loaded, and all. Found out before the fork, since
                whoever looks at the names of all modules counts references to them, and so has a copy of their memory."""
                sdk = frozenset(apus_sdk.top_level_names() & {name.partition(".")[0] for name in sys.modules})
                return sdk, sdk | preloaded


            def _forget_shadowed(sdk, forgettable, roots):
                """A package may have a module with the name of one that is loaded already: the package's is the one to be imported.

                The SDK and what it stands on are forgotten together, since each has objects of the others'.
                """
                for root in roots:
                    try:
                        brought = {name.partition(".")[0] for name in os.listdir(root)}
                    except OSError:
                        continue
                    names = {name for name in brought if name in forgettable}
                    if any(name in sdk for name in names):
                        names |= sdk
                    for top in names:
                        for name in [name for name in sys.modules if name == top or name.startswith(top + ".")]:
                            del sys.modules[name]


            def _child(message, launcher, output, nest, nests, forgettable):
                try:
                    ticket = _Ticket(message)
                    null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
                    os.dup2(null, 0)
                    os.dup2(output, 1)
                    os.dup2(output, 2)
                    _confine(ticket, launcher, nest, nests)
                    _become(ticket)
                    root = os.environ["LAMBDA_TASK_ROOT"]
                    layers = [path for path in os.environ.get("PYTHONPATH", "").split(":") if path and path != _HERE]
                    _forget_shadowed(*forgettable, [root, "/opt/python", *layers])
                    os.closerange(3, 64)  # The door, the answer's pipe, the output: nothing else is open.
                except BaseException as error:
                    try:
                        os.write(2, ("the environment could not be made from its template: %r\n" % (error,)).encode())
                    finally:
                        os._exit(127)
                apus_runtime.main()


            def _do(chores):
                """The next of the chores; None once there are no more. A broken SDK is left to whoever imports it."""
                try:
                    next(chores)()
                except StopIteration:
                    chores = None
                except Exception:
                    chores = None
                gc.collect()
                apus_confine.settle()
                gc.freeze()
                return chores


            def main():
                launcher = os.getppid()
                door_descriptor = os.dup(1)
                null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
                os.dup2(null, 1)
                os.close(null)
                preloaded = _preload()
                # Loaded by the template for itself, not by an ordinary start.
                import resource  # So that no child loads it.
                preloaded |= {"ctypes", "struct", "resource"}
                sys.argv = [os.path.join(os.path.dirname(__file__), "bootstrap.py")]
                thread_address = apus_confine.thread_address()
                nests = _Nests()
                _libc.prctl(_PR_SET_NAME, ctypes.c_char_p(b"apus-template"), 0, 0, 0)
                door = _socket.socket(fileno=door_descriptor)
                door.settimeout(None)
                os.dup2(1, 2)
                gc.collect()
                apus_confine.settle()
                gc.freeze()
                door.send(b"ready")
                space = _socket.CMSG_SPACE(3 * 4)
                memory = bytearray(_MESSAGE_MAXIMUM)
                path = list(sys.path)
                chores = apus_sdk.steps()
                forgettable = _forgettable(preloaded)
                while True:
                    # What can wait is done while nobody asks.
                    door.settimeout(None if chores is None else _IDLE_SECONDS)
                    try:
                        length, ancillary, _, _ = door.recvmsg_into([memory], space, _socket.MSG_CMSG_CLOEXEC)
                    except _socket.timeout:
                        chores = _do(chores)
                        forgettable = _forgettable(preloaded)
                        continue
                    except BlockingIOError:
                        continue
                    if not length:
                        return  # The server has gone.
                    descriptors = [int.from_bytes(data[at:at + 4], sys.byteorder) for _, _, data in ancillary for at in range(0, len(data), 4)]
                    pid, nest = -1, descriptors[2] if len(descriptors) == 3 else -1
                    try:
                        if len(descriptors) >= 2:
                            # No more of it than the name of the cgroup is made into objects here: it has credentials, and what another
                            # environment is forked from has this memory.
                            group = memory.index(b"\0", _COMMAND.size) + 1
                            group = os.fsdecode(bytes(memory[group:memory.index(b"\0", group)]))
                            if nest >= 0:
                                nests.aim(nest)
                            try:
                                pid = _clone(thread_address, group)
                            finally:
                                if nest >= 0 and pid != 0:
                                    nests.aim(nests.home)
                    except ValueError:
                        pid = -1
                    except OSError as reason:
                        pid = -(reason.errno or 1)  # Said in place of a process: it may be that there is no room for one now.
                    if pid == 0:
                        door.detach()
                        sys.path[:] = path
                        _child(bytes(memory[:length]), launcher, descriptors[0], nest, nests, forgettable)
                    memory[:length] = bytes(length)
                    if len(descriptors) >= 2:
                        try:
                            os.write(descriptors[1], pid.to_bytes(4, sys.byteorder, signed=True))
                        except OSError:
                            if pid > 0:
                                os.kill(pid, 9)  # Too late: the launcher has given it up.
                    for descriptor in descriptors:
                        os.close(descriptor)


            if __name__ == "__main__":
                main()

            """###),
        ("python/apus_sdk.py", ###"""
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

            """###),
        ("node/bootstrap.js", ###"""
            'use strict';
            // Apus's runtime client for Node.js: the Lambda Runtime API on one raw socket, and Lambda's handler conventions.
            // The response and the poll for the next event leave in one write.

            const net = require('net');
            const { Writable } = require('stream');
            const path = require('path');
            const fs = require('fs');
            const { setImmediate } = globalThis; // Functions may put others in their place.

            const API = '/2018-06-01/runtime/';
            const env = process.env;
            let requestId;
            let tenantId;
            let util;
            const format = (values) => (util || (util = require('util'))).format(...values);

            // Log lines: one frame is one log event, however many lines it has.

            function writeRecord(text) {
              const data = Buffer.from(text);
              const header = Buffer.from([0xff, 0xa5, 0, 0, 0, 0]);
              header.writeUInt32BE(data.length, 2);
              const record = Buffer.concat([header, data]);
              for (let sent = 0; sent < record.length;) {
                try {
                  sent += fs.writeSync(1, record, sent);
                } catch (error) {
                  if (error.code !== 'EAGAIN') return;
                }
              }
            }

            const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
            let inJSON = false;
            let lowest = 0;

            function errorFields(error) {
              const errorType = error instanceof RuntimeFault ? error.name : error.constructor?.name || error.name;
              return { errorType, errorMessage: error.message, stackTrace: String(error.stack).split('\n') };
            }

            /// One value stays what it is; several become a text, and the first error among them is told beside it.
            function writeJSON(level, values) {
              const record = { timestamp: new Date().toISOString(), level, requestId, tenantId };
              if (values.length === 1) {
                record.message = values[0];
              } else {
                record.message = format(values);
                const error = values.find((value) => value instanceof Error);
                if (error) Object.assign(record, errorFields(error));
              }
              const replace = (name, value) => (value instanceof Error ? { ...value, ...errorFields(value) } : value);
              let text;
              try {
                text = JSON.stringify(record, replace);
              } catch {
                text = JSON.stringify({ ...record, message: format(values) });
              }
              writeRecord(text);
            }

            function writeLevel(level, values) {
              if (LEVELS.indexOf(level) < lowest) return;
              if (inJSON) return writeJSON(level, values);
              writeRecord(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(values)}`);
            }

            function patchConsole() {
              console.log = (...values) => writeLevel('INFO', values);
              console.info = (...values) => writeLevel('INFO', values);
              console.warn = (...values) => writeLevel('WARN', values);
              console.error = (...values) => writeLevel('ERROR', values);
              console.debug = (...values) => writeLevel('DEBUG', values);
              console.trace = (...values) => {
                if (inJSON) return writeLevel('TRACE', values);
                const trace = new Error(format(values));
                trace.name = 'Trace';
                writeLevel('TRACE', [trace.stack]);
              };
            }

            // Errors

            class RuntimeFault extends Error {
              constructor(name, message, cause) {
                super(message);
                this.name = name;
                if (cause && cause.stack) {
                  const frames = String(cause.stack).split('\n').filter((line) => /^\s+at /.test(line));
                  this.stack = [`${name}: ${message}`, ...frames].join('\n');
                }
              }
            }

            const isError = (value) => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

            function errorPayload(error) {
              try {
                if (isError(error)) {
                  const stack = String(error.stack || `${error.name}: ${error.message}`);
                  return { errorType: error.name, errorMessage: error.message, trace: stack.split('\n') };
                }
                return { errorType: typeof error, errorMessage: String(error), trace: [] };
              } catch {
                return {
                  errorType: 'handled',
                  errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
                };
              }
            }

            function logError(title, error) {
              if (inJSON) return writeLevel('ERROR', [title, error]);
              const fields = errorPayload(error);
              const record = { errorType: fields.errorType, errorMessage: fields.errorMessage };
              if (isError(error)) {
                for (const key of Object.keys(error)) if (!(key in record) && key !== 'name') record[key] = error[key];
              }
              record.stack = fields.trace;
              let text;
              try {
                text = JSON.stringify(record);
              } catch {
                text = JSON.stringify({ errorType: fields.errorType, errorMessage: fields.errorMessage, stack: fields.trace });
              }
              writeRecord(`${new Date().toISOString()}\t${requestId}\tERROR\t${title} \t${text}`);
            }

            // The Runtime API: one connection for everything; answers are read in order.

            class Connection {
              /// `onEnd` is called when the server has gone.
              constructor(address, onAnswer, onEnd) {
                const [host, port] = address.split(':');
                this.host = address;
                this.chunks = [];
                this.size = 0;
                this.wanted = 0;
                this.onAnswer = onAnswer;
                this.socket = net.connect({ port: Number(port), host, noDelay: true });
                this.socket.on('data', (data) => this.take(data));
                this.socket.on('close', onEnd);
                this.socket.on('error', onEnd);
              }

              take(data) {
                this.chunks.push(data);
                this.size += data.length;
                while (this.size > 0 && this.size >= this.wanted) {
                  const buffer = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
                  this.chunks = [buffer];
                  this.wanted = 0;
                  const end = buffer.indexOf('\r\n\r\n');
                  if (end < 0) {
                    this.wanted = this.size + 1;
                    return;
                  }
                  const headers = {};
                  const lines = buffer.latin1Slice(0, end).split('\r\n');
                  for (let index = 1; index < lines.length; index++) {
                    const colon = lines[index].indexOf(':');
                    headers[lines[index].slice(0, colon).toLowerCase()] = lines[index].slice(colon + 1).trim();
                  }
                  const stop = end + 4 + Number(headers['content-length'] || 0);
                  if (buffer.length < stop) {
                    this.wanted = stop;
                    return;
                  }
                  const rest = buffer.subarray(stop);
                  this.chunks = rest.length ? [rest] : [];
                  this.size = rest.length;
                  this.onAnswer(headers, buffer.subarray(end + 4, stop));
                }
              }

              get poll() {
                return `GET ${API}invocation/next HTTP/1.1\r\nHost: ${this.host}\r\nApus-Gives-Back: memory\r\n\r\n`;
              }

              post(resource, body, errorType) {
                const type = errorType ? `Lambda-Runtime-Function-Error-Type: ${String(errorType).replace(/[^\x21-\x7e]/g, '?')}\r\n` : '';
                return `POST ${API}${resource} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: application/json\r\n${type}` +
                  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
              }

              send(text, done) {
                this.socket.write(text, 'utf8', done);
              }
            }

            // Handlers that stream their response

            const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
            const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
            const INTEGRATION = 'application/vnd.awslambda.http-integration-response';

            /// The body of a response that leaves in chunks, as the handler writes it.
            class ResponseStream extends Writable {
              constructor(connection, id, options) {
                super(options);
                this.connection = connection;
                this.id = id;
                this.contentType = 'application/octet-stream';
                this.begun = false;
                this.answered = false;
              }

              setContentType(type) {
                if (this.begun) throw new Error('Cannot set content-type, too late.');
                this.contentType = String(type).replace(/[^\x20-\x7e]/g, '?');
              }

              write(chunk, encoding, callback) {
                const isPlain = typeof chunk === 'string' || chunk instanceof Uint8Array;
                return super.write(isPlain ? chunk : JSON.stringify(chunk), encoding, callback);
              }

              frame(chunk) {
                return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
              }

              begin() {
                if (this.begun) return [];
                this.begun = true;
                const parts = [Buffer.from(
                  `POST ${API}invocation/${this.id}/response HTTP/1.1\r\nHost: ${this.connection.host}\r\n` +
                  `Content-Type: ${this.contentType}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n` +
                  'Transfer-Encoding: chunked\r\n' +
                  'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n')];
                if (this._onBeforeFirstWrite) {
                  this._onBeforeFirstWrite((chunk) => {
                    const bytes = Buffer.from(chunk);
                    if (bytes.length) parts.push(this.frame(bytes));
                  });
                }
                return parts;
              }

              _write(chunk, encoding, callback) {
                if (this.answered) return callback();
                const parts = this.begin();
                if (chunk.length) parts.push(this.frame(chunk));
                this.connection.socket.write(Buffer.concat(parts), callback);
              }

              _final(callback) {
                if (this.answered) return callback();
                this.answered = true;
                this.connection.socket.write(Buffer.concat([...this.begin(), Buffer.from('0\r\n\r\n')]), callback);
              }

              /// Ends what has begun with an error; nothing that is written later leaves.
              abort(payload) {
                this.answered = true;
                const type = String(payload.errorType).replace(/[^\x21-\x7e]/g, '?');
                const body = Buffer.from(JSON.stringify(payload)).toString('base64');
                this.connection.send(
                  `0\r\nLambda-Runtime-Function-Error-Type: ${type}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`);
              }
            }

            globalThis.awslambda = {
              streamifyResponse(handler, options) {
                handler[STREAMING] = 'response';
                if (typeof options?.highWaterMark !== 'undefined') handler[HIGH_WATER_MARK] = Number.parseInt(options.highWaterMark);
                return handler;
              },
              HttpResponseStream: class HttpResponseStream {
                static from(stream, prelude) {
                  stream.setContentType(INTEGRATION);
                  const metadata = JSON.stringify(prelude);
                  stream._onBeforeFirstWrite = (write) => {
                    write(metadata);
                    write(new Uint8Array(8));
                  };
                  return stream;
                }
              },
            };

            // The handler

            function isModuleFolder(folder) {
              for (let current = folder; ; current = path.dirname(current)) {
                const file = path.join(current, 'package.json');
                if (fs.existsSync(file)) {
                  try {
                    return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
                  } catch {
                    return false;
                  }
                }
                if (current === path.dirname(current)) return false;
              }
            }

            async function loadModule(root, folder, name) {
              const base = path.resolve(root, folder, name);
              if (fs.existsSync(`${base}.js`)) {
                return isModuleFolder(path.dirname(base)) ? import(`file://${base}.js`) : require(`${base}.js`);
              }
              if (fs.existsSync(`${base}.mjs`)) return import(`file://${base}.mjs`);
              if (fs.existsSync(`${base}.cjs`)) return require(`${base}.cjs`);
              if (fs.existsSync(base)) return require(base);
              return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
            }

            async function loadHandler(root, handler) {
              if (handler.includes('..')) {
                throw new RuntimeFault('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
              }
              const base = path.basename(handler);
              const folder = handler.slice(0, handler.length - base.length);
              const dot = base.indexOf('.');
              if (dot < 1 || dot === base.length - 1) throw new RuntimeFault('Runtime.MalformedHandlerName', 'Bad handler');
              let loaded;
              try {
                loaded = await loadModule(root, folder, base.slice(0, dot));
              } catch (error) {
                if (error instanceof SyntaxError) throw new RuntimeFault('Runtime.UserCodeSyntaxError', error.toString(), error);
                if (error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')) {
                  throw new RuntimeFault('Runtime.ImportModuleError', error.toString(), error);
                }
                throw error;
              }
              let found = loaded;
              for (const part of base.slice(dot + 1).split('.')) {
                found = found && (found[part] !== undefined ? found[part] : found.default && found.default[part]);
              }
              if (found === undefined || found === null) {
                throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
              }
              if (typeof found !== 'function') throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is not a function`);
              return found;
            }

            class Runtime {
              constructor() {
                this.handler = null;
                this.busy = false;
                this.skip = 0;
                this.afterEmptyLoop = null;
              }

              /// Takes what befalls the whole process: an empty event loop, and errors that nobody catches.
              watch() {
                process.on('beforeExit', () => {
                  const action = this.afterEmptyLoop;
                  this.afterEmptyLoop = null;
                  if (action) action();
                });
                process.on('uncaughtException', (error) => this.fail('Uncaught Exception', error, 129));
                process.on('unhandledRejection', (reason) => {
                  const fault = new RuntimeFault(
                    'Runtime.UnhandledPromiseRejection', isError(reason) ? reason.toString() : String(reason), reason);
                  fault.reason = reason;
                  this.fail('Unhandled Promise Rejection', fault, 128);
                });
              }

              start(address, folder, handler, onEnd) {
                // Loading goes on while the connection is being made; the first write waits for it by itself.
                this.connection = new Connection(address, (headers, body) => this.answer(headers, body), onEnd);
                loadHandler(folder, handler).then(
                  (handler) => {
                    this.handler = handler;
                    this.connection.send(this.connection.poll);
                  },
                  (error) => this.fail('Uncaught Exception', error, 1));
              }

              /// Reports an error that ends the process: of initialisation, or one that escaped the handler.
              fail(title, error, status) {
                logError(title, error);
                const payload = errorPayload(error);
                const resource = this.busy ? `invocation/${requestId}/error` : 'init/error';
                this.ending = status;
                if (!this.handler || this.busy) {
                  this.connection.socket.ref();
                  // What was answered whole stays so.
                  if (this.stream && this.stream.answered) return this.connection.socket.end(() => process.exit(status));
                  if (this.stream && this.stream.begun) this.stream.abort(payload);
                  else this.connection.send(this.connection.post(resource, JSON.stringify(payload), payload.errorType));
                  setTimeout(() => process.exit(status), 1000);
                } else {
                  process.exit(status);
                }
              }

              answer(headers, body) {
                if (this.ending !== undefined) process.exit(this.ending);
                if (this.skip > 0) {
                  this.skip -= 1;
                  return;
                }
                if (headers['apus-give-back'] !== undefined) return this.giveBack();
                requestId = headers['lambda-runtime-aws-request-id'];
                if (!requestId) return;
                tenantId = headers['lambda-runtime-aws-tenant-id'];
                if (headers['lambda-runtime-trace-id']) env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
                else delete env._X_AMZN_TRACE_ID;
                this.busy = true;
                if (this.handler[STREAMING]) this.invokeStreaming(headers, body);
                else this.invoke(headers, body);
              }

              /// The server has no event, and has had none for a while: what is not needed until the next one is given back.
              giveBack() {
                // A whole turn of the event loop comes first: timers that are due, and what the function's connections have received.
                setImmediate(() => setImmediate(() => {
                  const { poll, socket } = this.connection;
                  let sent = 0;
                  try {
                    // Everything before has left: the server has answered it.
                    sent = require('./memory.js')(socket._handle?.fd, poll);
                  } finally {
                    if (sent < poll.length) this.connection.send(poll.slice(sent));
                  }
                }));
              }

              invokeStreaming(headers, body) {
                const mark = this.handler[HIGH_WATER_MARK];
                const stream = new ResponseStream(this.connection, requestId, mark === undefined ? {} : { highWaterMark: mark });
                this.stream = stream;
                this.connection.socket.unref();
                this.afterEmptyLoop = () => this.neverSettled();
                let isOver = false;
                const end = (error) => {
                  if (isOver || this.stream !== stream) return;
                  isOver = true;
                  this.stream = null;
                  this.afterEmptyLoop = null;
                  this.busy = false;
                  this.connection.socket.ref();
                  this.skip += 1;
                  if (error === undefined) {
                    this.connection.send(this.connection.poll);
                  } else if (!stream.begun) {
                    stream.answered = true;
                    this.connection.send(this.failure(error) + this.connection.poll);
                  } else {
                    logError('Invoke Error', error);
                    if (!stream.answered) stream.abort(errorPayload(error));
                    this.connection.send(this.connection.poll);
                  }
                };
                const fail = (error) => end(error === undefined || error === null ? new Error(String(error)) : error);
                const written = new Promise((resolve, reject) => {
                  stream.once('finish', resolve);
                  stream.once('error', reject);
                  stream.once('close', resolve);
                });
                written.catch(fail);
                let returned;
                try {
                  const context = this.context(headers, (error) => { if (error) fail(error); });
                  returned = this.handler(JSON.parse(body.toString('utf8')), stream, context);
                } catch (error) {
                  return fail(error);
                }
                Promise.resolve(returned).then(() => written).then(() => {
                  if (stream.answered) end();
                  else fail(new Error('The response stream was destroyed before its end.'));
                }, fail);
              }

              context(headers, done) {
                const deadline = Number(headers['lambda-runtime-deadline-ms']);
                const parse = (text) => (text ? JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) : undefined);
                const context = {
                  callbackWaitsForEmptyEventLoop: true,
                  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
                  functionName: env.AWS_LAMBDA_FUNCTION_NAME,
                  memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
                  logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
                  logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
                  clientContext: parse(headers['lambda-runtime-client-context']),
                  identity: parse(headers['lambda-runtime-cognito-identity']),
                  invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
                  awsRequestId: requestId,
                  tenantId,
                  getRemainingTimeInMillis: () => deadline - Date.now(),
                };
                context.done = (error, value) => done(error, value);
                context.succeed = (value) => { context.callbackWaitsForEmptyEventLoop = false; done(null, value); };
                context.fail = (error) => { context.callbackWaitsForEmptyEventLoop = false; done(error === undefined ? null : error); };
                return context;
              }

              invoke(headers, body) {
                const current = requestId;
                let settled = false;
                let context;
                const finish = (error, value) => {
                  if (this.busy && requestId === current) this.finish(error, value);
                };
                const callback = (error, value) => {
                  if (settled) return;
                  settled = true;
                  const failed = error !== undefined && error !== null;
                  if (failed || !context.callbackWaitsForEmptyEventLoop) finish(error, value);
                  else this.afterEmptyLoop = () => finish(error, value);
                };
                // While the handler runs, the connection must not keep the event loop from becoming empty.
                this.connection.socket.unref();
                this.afterEmptyLoop = () => finish(null, null);
                let returned;
                try {
                  context = this.context(headers, callback);
                  returned = this.handler(JSON.parse(body.toString('utf8')), context, callback);
                } catch (error) {
                  settled = true;
                  this.finish(error === undefined || error === null ? new Error(String(error)) : error);
                  return;
                }
                if (returned && typeof returned.then === 'function') {
                  if (!settled) this.afterEmptyLoop = () => this.neverSettled();
                  returned.then(
                    (value) => { if (!settled) { settled = true; finish(null, value); } },
                    (error) => { if (!settled) { settled = true; finish(error === undefined || error === null ? new Error(String(error)) : error); } });
                }
              }

              neverSettled() {
                const fault = new RuntimeFault(
                  'Runtime.NodeJsExit',
                  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes');
                this.fail('Unexpected exit', fault, 13);
              }

              finish(error, value) {
                this.afterEmptyLoop = null;
                this.busy = false;
                this.connection.socket.ref();
                let message;
                if (error !== null && error !== undefined) {
                  message = this.failure(error);
                } else {
                  try {
                    const text = JSON.stringify(value === undefined ? null : value);
                    message = this.connection.post(`invocation/${requestId}/response`, text === undefined ? 'null' : text);
                  } catch (failure) {
                    message = this.failure(new RuntimeFault('Runtime.MarshalError', `Unable to stringify response body: ${failure.message}`, failure));
                  }
                }
                this.skip += 1;
                this.connection.send(message + this.connection.poll);
              }

              failure(error) {
                logError('Invoke Error', error);
                const payload = errorPayload(error);
                return this.connection.post(`invocation/${requestId}/error`, JSON.stringify(payload), payload.errorType);
              }
            }

            function main() {
              inJSON = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
              lowest = inJSON ? Math.max(LEVELS.indexOf(env.AWS_LAMBDA_LOG_LEVEL), 0) : 0;
              requestId = undefined; // A rehearsal has had one.
              tenantId = undefined;
              const runtime = new Runtime();
              runtime.watch();
              // When the server has gone, this environment goes with it.
              runtime.start(env.AWS_LAMBDA_RUNTIME_API, env.LAMBDA_TASK_ROOT, env._HANDLER, () => process.exit(0));
            }

            patchConsole();
            if (process.argv[2] === '--wait') require('./waiting.js')(main, Runtime);
            else main();

            """###),
        ("node/waiting.js", ###"""
            'use strict';
            // A process that is started before there is a function for it: it loads what functions and their SDKs commonly use, and waits for
            // its assignment, one message on standard input: the environment variables, each ended by NUL. It has no function's code and no
            // secret until then, and serves one environment of one function.

            const fs = require('fs');
            const net = require('net');

            const MESSAGE_MAXIMUM = 128 * 1024;
            const COMMON = [
              'assert', 'async_hooks', 'buffer', 'child_process', 'crypto', 'diagnostics_channel', 'dns', 'events', 'fs', 'fs/promises', 'http',
              'http2', 'https', 'net', 'os', 'path', 'perf_hooks', 'process', 'querystring', 'stream', 'stream/promises', 'string_decoder',
              'timers', 'timers/promises', 'tls', 'tty', 'url', 'util', 'zlib',
            ];

            function assignment() {
              const bytes = Buffer.allocUnsafeSlow(MESSAGE_MAXIMUM);
              let length = 0;
              try {
                length = fs.readSync(0, bytes, 0, bytes.length, null);
              } catch {
                // As if the server had gone.
              }
              if (length === 0) process.exit(0);
              fs.closeSync(0);
              fs.openSync('/dev/null', 'r+'); // The lowest number that is free: standard input again.
              const variables = bytes.toString('utf8', 0, length).split('\0');
              bytes.fill(0, 0, length);
              return variables;
            }

            function become(variables) {
              const env = process.env;
              const wanted = new Map();
              for (const variable of variables) {
                const equals = variable.indexOf('=');
                if (equals > 0) wanted.set(variable.slice(0, equals), variable.slice(equals + 1));
              }
              for (const name of Object.keys(env)) if (!wanted.has(name)) delete env[name];
              for (const [name, value] of wanted) if (env[name] !== value) env[name] = value;
              process.chdir(env.LAMBDA_TASK_ROOT);
              require('module').Module._initPaths(); // NODE_PATH, which was read at the start.
            }

            const EVENT = 'HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 0\r\nLambda-Runtime-Deadline-Ms: 0\r\nContent-Length: 2\r\n\r\n{}';

            /// Goes once through what a function goes through up to its first answer, with one of its own and over a connection to itself: what
            /// is compiled at its first use is then. Without such a connection it goes on as far as it gets.
            function rehearse(Runtime) {
              become([...Object.entries(process.env).map((variable) => variable.join('=')), 'LAMBDA_TASK_ROOT=.']);
              return new Promise((resolve) => {
                const sockets = [];
                const server = net.createServer((socket) => {
                  sockets.push(socket);
                  socket.on('error', () => {});
                  socket.once('data', () => {
                    socket.write(EVENT);
                    socket.once('data', () => socket.destroy());
                  });
                });
                const end = () => {
                  for (const socket of sockets) socket.destroy();
                  server.close(resolve);
                };
                server.on('error', end);
                server.listen(0, '127.0.0.1', () => {
                  new Runtime().start(`127.0.0.1:${server.address().port}`, __dirname, 'rehearsal.handler', end);
                });
              });
            }

            /// The loader of ECMAScript modules is made and compiled at its first use.
            function importOnce() {
              return import(`file://${__dirname}/rehearsal.mjs`).then((module) => module.handler());
            }

            /// Waits, and calls `main` once the process is a function's.
            module.exports = function wait(main, Runtime) {
              process.argv.splice(2);
              for (const name of COMMON) {
                try {
                  require(name);
                } catch {
                  // A Node.js that was built without it.
                }
              }
              importOnce().then(() => rehearse(Runtime)).catch(() => {}).then(() => setImmediate(() => {
                // What the start alone needed. So the function begins with an empty nursery, too, whose first collection would else come
                // with its first event.
                require('./memory.js')();
                become(assignment());
                main();
              }));
            };

            """###),
        ("node/memory.js", ###"""
            'use strict';
            // Gives back the memory of which a process that waits needs little (native/trim.c): garbage, the nursery's pages, what the allocators
            // keep, and those pages of Node.js's program that are as in the file, which come back when they are touched.

            const { setFlagsFromString } = require('v8');
            const path = require('path');

            const { dlopen } = process;
            const library = path.join(__dirname, 'trim.so');

            // `socket` and `question`: a descriptor, and what is sent to it once all is given back. The result is how many of its bytes have been.
            module.exports = function giveBack(socket, question) {
              const exports = { socket, question, sent: 0 };
              setFlagsFromString('--no-flush-bytecode'); // What has been compiled stays.
              try {
                dlopen.call(process, { exports }, library); // It works each time that it is loaded.
              } catch {
                // A Node.js without add-ons.
              }
              setFlagsFromString('--flush-bytecode');
              return exports.sent;
            };

            """###),
        ("node/rehearsal.js", ###"""
            'use strict';
            // The function of a process that waits for one: see rehearse in waiting.js.

            exports.handler = async () => ({});

            """###),
        ("node/rehearsal.mjs", ###"""
            // The same as rehearsal.js, as an ECMAScript module.

            export const handler = async () => ({});

            """###),
        ("extensions/start.sh", ###"""
            #!/bin/sh
            # Starts a function's external extensions and then its runtime, and tells the server of all of them:
            #
            #   start.sh {NAME PATH}... -- RUNTIME [ARGUMENT...]
            #
            # Lines that begin with the bytes FF A6 are for the server (they are in no text): E and a line that an extension printed, X and an
            # extension's name and exit status, R and the runtime's exit status. SIGTERM is for the runtime and the extensions; this shell
            # stays until the last of them has ended, since everything ends with it.
            trap : TERM

            extension() {
              {
                "$2" 2>&1 3>&- 4>&-
                printf '\377\246X%s %s\n' "$1" "$?" >&3
              } 4>&- | while IFS= read -r line || [ -n "$line" ]; do
                printf '\377\246E%s\n' "$line"
              done
            }

            # What the shell itself has to say of ended processes is nobody's output.
            exec 3>&1 4>&2 2>/dev/null
            while [ "$1" != "--" ]; do
              if [ -x "/opt/extensions/$1" ]; then
                extension "$1" "/opt/extensions/$1" &
              else
                extension "$1" "$2" &
              fi
              shift 2
            done
            shift
            "$@" 2>&4 3>&- 4>&- &
            runtime=$!
            status=143
            while :; do
              wait "$runtime"
              status=$?
              kill -0 "$runtime" 2>/dev/null || break
            done
            printf '\377\246R%s\n' "$status"
            while :; do
              wait && break
            done
            exit "$status"

            """###),
    ]
}
