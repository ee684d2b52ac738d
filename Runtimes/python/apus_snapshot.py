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
