"""Reads a service's API model: facts only (names, types, bindings, constraints), never documentation."""

import gzip
import json
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROSE = {"documentation", "deprecatedMessage"}


def without_prose(value):
    if isinstance(value, dict):
        # A member may be called `documentation`: then it is a reference to a shape, not a text.
        return {k: without_prose(v) for k, v in value.items() if not (k in PROSE and isinstance(v, str))}
    if isinstance(value, list):
        return [without_prose(v) for v in value]
    return value


def read_botocore(service: str, api_version: str, package: str | None = None) -> dict:
    """The model as botocore has it; from the installed package, or the one whose folder is given."""
    if package is None:
        import botocore

        package = pathlib.Path(botocore.__file__).parent
    folder = pathlib.Path(package) / "data" / service / api_version
    packed = folder / "service-2.json.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "service-2.json").read_bytes()
    return without_prose(json.loads(data))


class Service:
    """A service's model, its allow-list file and, where one was asked for, the facts of its older protocol."""

    def __init__(self, name: str):
        self.config = tomllib.loads((ROOT / "services" / f"{name}.toml").read_text())
        self.model = read_botocore(self.config["service"], self.config["api_version"])
        self.prefix: str = self.config["prefix"]
        self.target: str = self.config["target"]
        # Two services of one target have folders of their own.
        self.folder: str = self.config.get("folder", "API")
        self.protocols: list[str] = self.config["protocols"]
        facts = self.config.get("query_facts")
        self.query_facts = json.loads((ROOT / "facts" / facts).read_text()) if facts else None
        self.shapes: dict = self.model["shapes"]
        # Bounds that AWS documents and the model lacks.
        for shape, bounds in self.config.get("limits", {}).items():
            self.shapes[shape] = {**self.shapes[shape], **bounds}
        # Shapes that a type of ours reads and writes by itself, whatever the model says is in them.
        self.transcoded: dict[str, str] = self.config.get("transcoded", {})
        self.operations: dict = self.model["operations"]
        self.allowed: list[str] = self.config["operations"]
        # Operations that answer a stream of events, by name: the union of the events. It is no member of the output here.
        self.event_streams: dict[str, str] = {}
        for name in self.allowed:
            self.take_event_stream(name)
        unknown = [name for name in self.allowed if name not in self.operations]
        if unknown:
            raise SystemExit(f"{name}.toml names operations that the model lacks: {', '.join(unknown)}")

    def take_event_stream(self, operation: str):
        output = self.operations.get(operation, {}).get("output", {}).get("shape")
        if output is None:
            return
        shape = self.shapes[output]
        streams = {
            member: reference["shape"] for member, reference in shape["members"].items()
            if self.shapes[reference["shape"]].get("eventstream")
        }
        if streams:
            (member, union), = streams.items()
            self.event_streams[operation] = union
            members = {name: reference for name, reference in shape["members"].items() if name != member}
            required = [name for name in shape.get("required", []) if name != member]
            self.shapes[output] = {**shape, "members": members, "required": required}

    def events(self, union: str) -> tuple[dict[str, str], list[str]]:
        """The events of a stream with their shapes, and the errors that may end it."""
        members = self.shapes[union]["members"]
        shapes = {member: reference["shape"] for member, reference in members.items()}
        errors = [shape for shape in shapes.values() if self.shapes[shape].get("exception")]
        events = {member: shape for member, shape in shapes.items() if shape not in errors}
        for shape in events.values():
            self.event_blob(shape)
        return events, errors

    def event_blob(self, event: str) -> str | None:
        """The member of an event whose bytes are its whole payload; None where the payload is the event's structure."""
        members = self.shapes[event].get("members", {})
        if any(reference.get("eventheader") for reference in members.values()):
            raise SystemExit(f"{event} has members in headers of events: not built yet")
        payloads = [member for member, reference in members.items() if reference.get("eventpayload")]
        if not payloads:
            return None
        if len(members) > 1 or self.shapes[members[payloads[0]]["shape"]]["type"] != "blob":
            raise SystemExit(f"{event} has a payload that is no blob, or not alone: not built yet")
        return payloads[0]

    @property
    def metadata(self) -> dict:
        return self.model["metadata"]

    @property
    def is_rest(self) -> bool:
        return self.protocols[0].startswith("rest")

    def resolve(self, reference: dict) -> dict:
        """A shape with what its reference adds or overrides."""
        return {**self.shapes[reference["shape"]], **{k: v for k, v in reference.items() if k != "shape"}}

    def query_reference(self, shape: str, member: str, reference: dict) -> dict | None:
        """The reference that tells a member's name in Query; None when the facts lack the member."""
        if self.query_facts is None:
            return reference
        facts = self.query_facts["shapes"].get(shape, {}).get("members", {})
        return facts.get(member)

    def query_shape(self, shape: str) -> dict:
        if self.query_facts is None:
            return self.shapes[shape]
        return self.query_facts["shapes"].get(shape, self.shapes[shape])
