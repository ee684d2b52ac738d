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
