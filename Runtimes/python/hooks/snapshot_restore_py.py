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
