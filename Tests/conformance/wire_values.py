"""Random values of a model's shapes, their one form for comparison, and what each protocol cannot say."""

import base64
import datetime
import random
import struct
import unicodedata

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
PLAIN = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
STRANGE = [
    "\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x80", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufffd",
    "\ufffe", "\uffff", "\ud7ff", "\ue000", "\U0001f600", "\U0010ffff", "e\u0301", "\xe9", "\xdf", "\u0130", "\u202e",
]
COMMON = ["\t", "\n", "\r", "\r\n", " ", "  ", "\"", "\\", "/", "<", ">", "&", "'", "]]>", "%", "+", "=", "?", "#", ";", ",", "{}",
          "[]", "null", "true", "0", "\u00e9", "\u65e5\u672c", "\U0001f600"]
DEEPEST = 5


def is_xml_character(character):
    code = ord(character)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


class Values:
    """Values by a seed."""

    def __init__(self, seed, transcoded=()):
        """`transcoded` are the shapes that a service keeps in a form of its own: DynamoDB's values and maps of them."""
        self.random = random.Random(seed)
        self.transcoded = transcoded

    # Texts

    def text(self, protocol, direction, place="body"):
        chance = self.random.random()
        if place == "header":
            text = "".join(self.random.choice(PLAIN) for _ in range(self.random.randrange(1, 20)))
            return text.strip() or "x"
        if chance < 0.08 and place != "uri":
            return ""
        pieces = []
        for _ in range(self.random.choice([1, 1, 2, 3, 5, 8, 40])):
            kind = self.random.random()
            if kind < 0.5:
                pieces.append(self.random.choice(PLAIN))
            elif kind < 0.75:
                pieces.append(self.random.choice(COMMON))
            elif kind < 0.9:
                pieces.append(self.random.choice(STRANGE))
            else:
                code = self.random.randrange(0x20, 0x110000)
                pieces.append(chr(code) if not 0xD800 <= code < 0xE000 else "x")
        if chance > 0.995:
            pieces *= 300
        text = "".join(pieces)
        if protocol == "restXML" or direction != "input" and protocol == "query":
            # XML has no way to write the others, and clients have none to write a carriage return.
            text = "".join(
                character for character in text
                if is_xml_character(character) and (character != "\r" or direction != "input")) or "x"
        if place == "uri" and (not text or set(text) <= {"."}):
            text += "x"
        return text

    def whole(self, kind):
        bits = 63 if kind == "long" else 31
        return self.random.choice([
            0, 1, -1, 2**bits - 1, -(2**bits), self.random.randrange(-1000, 1000), self.random.randrange(-(2**bits), 2**bits)])

    def fraction(self):
        return self.random.choice([
            0.0, -0.0, 1.0, 0.1, -2.5, 1e-7, 1e21, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, 123456789.123456789,
            self.random.uniform(-1e6, 1e6), struct.unpack("<d", struct.pack("<Q", self.random.randrange(2**62)))[0]])

    def time(self):
        milliseconds = self.random.choice([0, 1, 999, 1000, 1_700_000_000_000, self.random.randrange(0, 4_102_444_800_000)])
        return EPOCH + datetime.timedelta(milliseconds=milliseconds)

    # Shapes

    def of(self, shape, protocol, direction, place="body", depth=0):
        kind = shape.type_name
        if shape.name in self.transcoded:
            return self.item(depth) if kind == "map" else self.item_value(depth)
        if kind == "structure":
            return self.structure(shape, protocol, direction, depth)
        if kind == "list":
            count = self.count(depth)
            if place != "body":
                # A list without elements cannot be said there.
                count = max(1, count)
            return [self.of(shape.member, protocol, direction, place, depth + 1) for _ in range(count)]
        if kind == "map":
            keys = [self.of(shape.key, protocol, direction, place, depth + 1) for _ in range(self.count(depth))]
            # Keys that are canonically equivalent are one here: a deviation that ApusWire's README names.
            keys = list({unicodedata.normalize("NFC", key): key for key in keys}.values())
            return {key: self.of(shape.value, protocol, direction, place, depth + 1) for key in keys}
        if kind in ("string", "character"):
            if getattr(shape, "enum", None) and self.random.random() < 0.8:
                return self.random.choice(shape.enum)
            return self.text(protocol, direction, place)
        if kind in ("integer", "long"):
            return self.whole(kind)
        if kind in ("double", "float"):
            return self.fraction()
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "timestamp":
            return self.time()
        if kind == "blob":
            return self.random.randbytes(self.random.choice([0, 1, 2, 3, 10, 100, 5000]))
        raise AssertionError(f"values of {kind} are not made here")

    def count(self, depth):
        return 0 if depth >= DEEPEST else self.random.choice([0, 1, 1, 2, 3])

    def structure(self, shape, protocol, direction, depth):
        members = dict(shape.members)
        if getattr(shape, "is_document_type", False):
            return self.document(0)
        if getattr(shape, "is_tagged_union", False):
            name = self.random.choice(list(members))
            members = {name: members[name]}
            chance = 1
        else:
            chance = self.random.choice([0, 0.3, 0.7, 1]) if depth < DEEPEST else 0
        value = {}
        for name, member in members.items():
            if name not in shape.required_members and self.random.random() >= chance:
                continue
            location = member.serialization.get("location", "body")
            if location == "statusCode":
                value[name] = self.random.choice([200, 201, 202, 299])
                continue
            place = {"uri": "uri", "header": "header", "headers": "header", "querystring": "query"}.get(location, "body")
            value[name] = self.of(member, protocol, direction, place, depth + 1)
        return value

    # DynamoDB's values, in the one form in which they are answered: sets in ascending order, numbers without zeros at their ends

    def item(self, depth):
        names = [self.text("json", "input") or "x" for _ in range(self.count(depth))]
        names = list({unicodedata.normalize("NFC", name): name for name in names}.values())
        return {name: self.item_value(depth + 1) for name in names}

    def item_value(self, depth):
        texts = [self.text("json", "input") or "x" for _ in range(3)]
        numbers = [str(self.random.randrange(-10**9, 10**9)) for _ in range(3)]
        blobs = [self.random.randbytes(size) for size in (1, 2, 10)]
        kinds = {
            "S": texts[0], "N": numbers[0], "B": blobs[2], "BOOL": self.random.random() < 0.5, "NULL": True,
            "SS": sorted(set(texts), key=str.encode), "NS": sorted(set(numbers), key=int), "BS": sorted(blobs),
        }
        if depth < DEEPEST:
            kinds["L"] = [self.item_value(depth + 1) for _ in range(self.random.randrange(3))]
            kinds["M"] = self.item(depth + 1)
        kind = self.random.choice(list(kinds))
        return {kind: kinds[kind]}

    def document(self, depth):
        kinds = [None, True, False, 1, -2**53, 1.5, self.text("json", "input")]
        if depth < 3 and self.random.random() < 0.5:
            return [self.document(depth + 1) for _ in range(self.random.randrange(3))]
        if depth < 3 and self.random.random() < 0.5:
            return {self.text("json", "input"): self.document(depth + 1) for _ in range(self.random.randrange(3))}
        return self.random.choice(kinds)


def canonical(value, shape, member_names, direction, protocol):
    """A value as `wire-echo` has it: timestamps in milliseconds, doubles by their bits, blobs in Base64.

    `member_names`: members are called as the model does, and not as JSON bodies do."""
    if shape is None:
        return value
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        result = {}
        for name, item in value.items():
            if name not in shape.members:
                result[name] = f"not in {shape.name}: {item!r}"
                continue
            member = shape.members[name]
            is_body = "location" not in member.serialization and shape.serialization.get("payload") != name
            key = name if member_names or not is_body else member.serialization.get("name", name)
            result[key] = canonical(item, member, member_names, direction, protocol)
        return result
    if kind == "list":
        return [canonical(item, shape.member, member_names, direction, protocol) for item in value]
    if kind == "map":
        return {key: canonical(item, shape.value, member_names, direction, protocol) for key, item in value.items()}
    if kind in ("double", "float"):
        return str(struct.unpack("<Q", struct.pack("<d", float(value)))[0])
    if kind == "timestamp":
        return round((value - EPOCH) / datetime.timedelta(milliseconds=1))
    if kind == "blob":
        return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
    return value


def normalised(value, shape, protocol, direction, member=None, place="body"):
    """The value as it is when all that the protocol cannot say is left out.

    - A request in Query has no empty map, and no structure without members, nor has a list elements of that kind.
    - In an answer in XML an empty flattened collection has no element at all.
    - Timestamps in JSON that clients write, and in headers, have whole seconds.
    - REST-JSON: a client sends `{}` for a structure that is the whole body and is absent; of an answer it makes one.
    - REST: an empty blob that is the whole body is sent as no body; a server reads it where the blob is required.
    - REST: empty lists and maps in headers and query strings are not sent; of an answer without them, the client makes an
      empty stream and the status itself.
    """
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        result = {}
        for name, item in value.items():
            inner = shape.members[name]
            location = inner.serialization.get("location", "body")
            if item is None or is_unsaid(item, inner, protocol, direction, location, shape.serialization.get("payload") == name):
                continue
            said = normalised(item, inner, protocol, direction, name, location)
            if protocol == "query" and direction == "input" and (
                    said == {} and inner.type_name in ("structure", "map") or said == [] and item != []):
                continue
            result[name] = said
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name == "blob" and (
                direction == "output" or direction == "input" and payload in shape.required_members):
            result.setdefault(payload, b"")
        if payload and shape.members[payload].type_name == "structure" and direction in ("input", "output") and (
                direction == "output" or protocol == "restJSON"):
            result.setdefault(payload, {})
        return result
    if kind == "list":
        said = [normalised(item, shape.member, protocol, direction, member, place) for item in value]
        if protocol == "query" and direction == "input" and shape.member.type_name in ("structure", "map"):
            said = [item for item in said if item != {}]
        return said
    if kind == "map":
        return {key: normalised(item, shape.value, protocol, direction, member, place) for key, item in value.items()}
    if kind == "timestamp":
        format = shape.serialization.get("timestampFormat")
        if format is None:
            format = "rfc822" if place in ("header", "headers") else "iso8601" if place in ("querystring", "uri") \
                or protocol in ("query", "restXML") else "unixTimestamp"
        if format == "rfc822" or (format.lower() == "unixtimestamp" and direction == "input"):
            return value.replace(microsecond=0)
    return value


def is_unsaid(item, shape, protocol, direction, location, is_payload):
    """Whether a member is not on the wire, though it has a value."""
    is_empty = item in ([], {})
    if location in ("headers", "header", "querystring") and is_empty:
        return True
    if protocol in ("query", "restXML") and direction != "input" and is_empty and shape.serialization.get("flattened"):
        return True
    if is_payload and item == b"" and direction == "input":
        return True
    return False
