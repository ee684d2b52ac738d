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
