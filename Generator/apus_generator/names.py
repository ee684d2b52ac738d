"""Swift names for the model's names."""

import re

KEYWORDS = {
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
    "internal", "let", "open", "operator", "private", "protocol", "public", "rethrows", "static", "struct", "subscript",
    "typealias", "var", "break", "case", "continue", "default", "defer", "do", "else", "fallthrough", "for", "guard",
    "if", "in", "repeat", "return", "switch", "where", "while", "as", "catch", "false", "is", "nil", "self", "Self",
    "super", "throw", "throws", "true", "try", "Type",
}

# Swift's own types and ours that a file of a service would lose to a shape of the same name.
RESERVED_TYPES = {
    "Any", "Array", "Bool", "Call", "Character", "Clock", "Dictionary", "Double", "Entropy", "Equatable", "Error",
    "Float", "Int", "Key", "Member", "MemberTable", "NoShape", "Never", "Operation", "Optional", "Pattern", "Protocol",
    "Range", "Reader", "Recursive", "Result", "Self", "Sendable", "Set", "Shape", "String", "Timestamp", "Type",
    "Value", "Void", "Writer",
}


def lower_camel(name: str) -> str:
    """`QueueUrl` → `queueUrl`, `KMSKeyArn` → `kmsKeyArn`, `MD5OfBody` → `md5OfBody`, `S3Bucket` → `s3Bucket`."""
    name = re.sub(r"[^A-Za-z0-9]+(.)?", lambda match: (match[1] or "").upper(), name)
    run = re.match(r"[A-Z0-9]*", name).group()
    if len(run) > 1 and len(run) < len(name) and name[len(run)].islower() and run[-1].isupper():
        run = run[:-1]
    run = run or name[0]
    return run.lower() + name[len(run):]


def upper_camel(name: str) -> str:
    return name[0].upper() + name[1:]


def validation_name(name: str) -> str:
    """The name in messages of failed constraints: the first letter in lower case."""
    return name[0].lower() + name[1:]


def identifier(name: str) -> str:
    """The name, quoted when Swift reserves it."""
    return f"`{name}`" if name in KEYWORDS else name


def literal(text: str) -> str:
    """A Swift string literal of the text."""
    if "\\" in text or '"' in text:
        hashes = "#"
        while f'"{hashes}' in text or f"\\{hashes}" in text:
            hashes += "#"
        return f'{hashes}"{text}"{hashes}'
    return f'"{text}"'
