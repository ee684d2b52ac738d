"""Swift structs of the shapes."""

from .constraints import Constraints
from .model import Service
from .names import identifier, lower_camel
from .plan import Plan
from .traits import member_entry
from .types import Type


class Property:
    """One member of a structure in Swift."""

    def __init__(self, plan: Plan, structure: str, index: int, member: str, reference: dict):
        shape = plan.service.shapes[structure]
        self.index = index
        self.member = member
        self.reference = reference
        self.plain_name = lower_camel(member)
        self.name = identifier(self.plain_name)
        self.type = Type(plan, reference["shape"], (structure, member) in plan.recursive)
        self.required = member in shape.get("required", [])
        empty = plan.service.config.get("validation", {}).get("empty_collections_for_missing", False)
        # A body that is not there is a blob of no bytes.
        is_body = shape.get("payload") == member and self.type.kind == "blob"
        self.defaults_to_empty = self.required and (empty and self.type.kind in ("list", "map") or is_body)

    @property
    def declared_type(self) -> str:
        return self.type.swift if self.required else f"{self.type.swift}?"


def structure(plan: Plan, constraints: Constraints, name: str) -> list[str]:
    """The struct of one structure shape."""
    service = plan.service
    members = service.shapes[name].get("members", {})
    properties = [Property(plan, name, i, m, r) for i, (m, r) in enumerate(members.items())]
    swift = plan.names[name]
    sections = [
        [f"    package var {p.name}: {p.declared_type}" for p in properties],
        initializer(properties),
        table(service, name, properties),
        decoder(properties, service.shapes[name].get("union", False)),
        encoder(properties),
    ]
    if constraints.is_validated(name):
        sections.append(validation(constraints, properties))
    if name in plan.placeholders:
        sections.append(placeholder(swift, properties))
    lines = [f"/// {description(plan, name)}", f"package struct {swift}: Shape {{"]
    for section in sections:
        if section:
            lines += section + [""]
    lines[-1] = "}"
    return lines


def event_union(plan: Plan, operation: str, union: str) -> list[str]:
    """The enumeration of the events of a stream."""
    events = [(lower_camel(m), m, plan.names[shape]) for m, shape in plan.service.events(union)[0].items()]
    lines = [f"/// The events that {operation} answers.", f"package enum {union}: EventShape {{"]
    lines += [f"    case {identifier(name)}({swift})" for name, _, swift in events]
    lines += ["", "    package var eventType: String {", "        switch self {"]
    lines += [f'        case .{name}: "{member}"' for name, member, _ in events]
    lines += [
        "        }", "    }", "",
        "    package func encodeEvent<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {",
        "        switch self {",
    ]
    lines += [f"        case .{name}(let event): event.encode(to: &writer)" for name, _, _ in events]
    lines += ["        }", "    }"]
    blobs = [
        (lower_camel(m), lower_camel(member)) for m, shape in plan.service.events(union)[0].items()
        if (member := plan.service.event_blob(shape))
    ]
    if blobs:
        lines += ["", "    package var eventBlob: [UInt8]? {", "        switch self {"]
        lines += [f"        case .{name}(let event): event.{member} ?? []" for name, member in blobs]
        lines += ["        default: nil"] if len(blobs) < len(events) else []
        lines += ["        }", "    }"]
    return lines + ["}"]


def description(plan: Plan, name: str) -> str:
    swift = plan.names[name]
    for suffix, role in (("Input", "input"), ("Output", "output")):
        if swift.removesuffix(suffix) in plan.service.allowed and swift.endswith(suffix):
            return f"The {role} of {swift.removesuffix(suffix)}."
    return f"The model's `{name}`."


def initializer(properties: list[Property]) -> list[str]:
    if not properties:
        return ["    package init() {}"]
    ordered = sorted(properties, key=lambda p: not p.required)
    parameters = [f"{p.name}: {p.declared_type}" + ("" if p.required else " = nil") for p in ordered]
    lines = ["    package init("]
    row = "       "
    for i, parameter in enumerate(parameters):
        text = f" {parameter}" + ("," if i + 1 < len(parameters) else "")
        if len(row) + len(text) > 120:
            lines.append(row)
            row = "       "
        row += text
    lines += [row, "    ) {"]
    lines += [f"        self.{p.name} = {p.name}" for p in properties]
    return lines + ["    }"]


def table(service: Service, name: str, properties: list[Property]) -> list[str]:
    if not properties:
        return ["    package static let members = MemberTable([])"]
    lines = ["    package static let members = MemberTable(["]
    lines += [f"        {member_entry(service, name, p.member, p.reference)}," for p in properties]
    return lines + ["    ])"]


def decoder(properties: list[Property], is_union: bool) -> list[str]:
    lines = ["    package init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {"]
    if not properties:
        return lines + [
            "        try reader.beginStructure(Self.members)",
            "        while try reader.nextMember(Self.members) != nil {}",
            "    }",
        ]
    lines += [f"        var {p.name}: {p.type.swift}?" for p in properties]
    if is_union:
        lines.append("        var presentCount = 0")
    lines += [
        "        try reader.beginStructure(Self.members)",
        "        while let member = try reader.nextMember(Self.members) {",
    ]
    if is_union:
        lines.append("            presentCount += 1")
    lines.append("            switch member {")
    for p in properties:
        statements, value = p.type.read("                ")
        label = "default" if p is properties[-1] else f"case {p.index}"
        if statements:
            lines += [f"            {label}:", *statements, f"                {p.name} = {value}"]
        else:
            lines.append(f"            {label}: {p.name} = {value}")
    lines += ["            }", "        }"]
    if is_union:
        lines.append("        try reader.checkUnion(presentCount)")
    for p in properties:
        if p.defaults_to_empty:
            lines.append(f"        self.{p.name} = {p.name} ?? {p.type.placeholder}")
        elif p.required:
            lines.append(
                f"        self.{p.name} = reader.require({p.name}, Self.members, {p.index}, {p.type.placeholder})")
        else:
            lines.append(f"        self.{p.name} = {p.name}")
    return lines + ["    }"]


def encoder(properties: list[Property]) -> list[str]:
    lines = [
        "    package func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {",
        "        writer.beginStructure(Self.members)",
    ]
    for p in properties:
        value = f"self.{p.name}"
        if p.type.element is None and not p.type.recursive:
            call = "structure" if p.type.kind == "structure" else p.type.writer
            lines.append(f"        writer.{call}(Self.members, {p.index}, {value})")
        elif p.type.recursive:
            optional = "" if p.required else "?"
            lines.append(f"        writer.structure(Self.members, {p.index}, {value}{optional}.value)")
        elif p.type.collection_call:
            lines.append(f"        writer.{p.type.collection_call}(Self.members, {p.index}, {value})")
        elif p.required:
            lines.append(f"        writer.member(Self.members, {p.index})")
            lines += p.type.write(value, "        ")
        else:
            lines.append(f"        if let value = {value} {{")
            lines.append(f"            writer.member(Self.members, {p.index})")
            lines += p.type.write("value", "            ")
            lines.append("        }")
    return lines + ["        writer.endStructure()", "    }"]


def validation(constraints: Constraints, properties: list[Property]) -> list[str]:
    lines = ["    package func validate(_ validator: inout Validator) {"]
    for p in properties:
        check = constraints.check(p.member, p.reference["shape"], p.required)
        if check:
            lines.append(f"        validator.{check}")
    return lines + ["    }"]


def placeholder(swift: str, properties: list[Property]) -> list[str]:
    arguments = ", ".join(f"{p.plain_name}: {p.type.placeholder}" for p in properties if p.required)
    return [
        "    /// Stands for a required value that a request left out, until the request is refused.",
        f"    package static var placeholder: {swift} {{ {swift}({arguments}) }}",
    ]
