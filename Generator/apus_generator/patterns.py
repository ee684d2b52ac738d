"""Says whether the matcher in ApusWire has what a pattern needs. The two must agree; a test of the matcher compiles all."""

import re

LOOK_AROUND = re.compile(r"(?<!\\)\(\?(?!:)")
BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
BOUNDARY = re.compile(r"(?<!\\)(?:\\\\)*\\[bBAzZGQE]")
LARGEST_REPEAT = 1000


def unsupported(pattern: str) -> str | None:
    """Why a pattern is not supported; None when it is."""
    if LOOK_AROUND.search(pattern):
        return "looks around"
    if BACK_REFERENCE.search(pattern):
        return "refers back"
    if BOUNDARY.search(pattern):
        return "has a boundary"
    if "&&" in pattern:
        return "intersects classes"
    if any(int(n) > LARGEST_REPEAT for n in re.findall(r"(?<!\\)\{(?:\d+,)?(\d+)\}", pattern)):
        return "repeats too often"
    return None
