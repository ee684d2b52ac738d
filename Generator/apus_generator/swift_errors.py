"""Swift factories of a service's errors."""

from .model import Service
from .names import identifier, literal, lower_camel


def error_shapes(service: Service) -> list[str]:
    """The errors of the allowed operations, and those that the allow-list file adds."""
    names = {
        error["shape"] for operation in service.allowed for error in service.operations[operation].get("errors", [])
    }
    for union in service.event_streams.values():
        names |= set(service.events(union)[1])
    return sorted(names | set(service.config.get("errors", {}).get("also", [])))


def facts(service: Service, name: str) -> tuple[str, str | None, int, bool]:
    """An error's code, its Query code where that differs, its status, and whether the caller is at fault."""
    shape = service.shapes[name]
    error = shape.get("error", {})
    older = service.query_facts["shapes"].get(name, {}).get("error", {}) if service.query_facts else {}
    receiver = shape.get("fault", False) or error.get("fault", False)
    status = older.get("httpStatusCode") or error.get("httpStatusCode") or (500 if receiver else 400)
    speaks_only_query = service.protocols == ["query"]
    code = error.get("code", name) if speaks_only_query else name
    query = older.get("code") if "query" in service.protocols else None
    return code, query if query != code else None, status, not (receiver or status >= 500)


PARAMETERS = {
    "string": ("String", ".string({})"),
    "integer": ("Int", ".number(JSONNumber(Int64({})))"),
    "long": ("Int", ".number(JSONNumber(Int64({})))"),
    "boolean": ("Bool", ".bool({})"),
}


def extra_parameters(service: Service, name: str) -> list[tuple[str, str, str]]:
    """The members beside an error's message that its factory takes: name, parameter and Swift type."""
    type_member = service.config.get("errors", {}).get("type_member")
    return [
        (member, lower_camel(member), PARAMETERS.get(service.shapes[reference["shape"]]["type"], ("JSONValue", ""))[0])
        for member, reference in service.shapes[name].get("members", {}).items()
        if member.lower() not in ("message", "code") and member != type_member
    ]


def extra_fields(service: Service, name: str, sender: bool) -> tuple[list[str], list[str]]:
    """The parameters and the field values of an error's members beside its message."""
    type_member = service.config.get("errors", {}).get("type_member")
    parameters, fields = [], []
    for member, reference in service.shapes[name].get("members", {}).items():
        if member.lower() in ("message", "code"):
            continue
        header = ""
        if reference.get("location") == "header":
            header = f", header: {literal(reference['locationName'].lower())}"
        if member == type_member:
            fields.append(f'APIError.Field({literal(member)}, "{"User" if sender else "Service"}"{header})')
            continue
        parameter = lower_camel(member)
        swift, value = PARAMETERS.get(service.shapes[reference["shape"]]["type"], ("JSONValue", "{}"))
        parameters.append(f"{identifier(parameter)}: {swift}? = nil")
        fields.append(
            f"{identifier(parameter)}.map {{ APIError.Field({literal(member)}, {value.format('$0')}{header}) }}")
    return parameters, fields


def factory(service: Service, name: str, swift: str) -> list[str]:
    usual_key = "message"
    code, query, status, sender = facts(service, name)
    members = service.shapes[name].get("members", {})
    key = next((member for member in members if member.lower() == "message"), usual_key)
    parameters, fields = extra_fields(service, name, sender)
    arguments = [literal(code)]
    if query:
        arguments.append(f"queryCode: {literal(query)}")
    arguments.append(f"status: {status}")
    if not sender:
        arguments.append("fault: .receiver")
    if key != usual_key:
        arguments.append(f"messageKey: {literal(key)}")
    arguments.append("message: message")
    lines = [f"    /// `{code}`, HTTP {status}."]
    if parameters:
        lines += [
            f"    package static func {identifier(swift)}(",
            "        _ message: String, " + ", ".join(parameters),
            "    ) -> ServiceError {",
        ]
    else:
        lines.append(f"    package static func {identifier(swift)}(_ message: String) -> ServiceError {{")
    if any(".map {" in field for field in fields):
        lines.append("        let fields: [APIError.Field?] = [")
        lines += [f"            {field}," for field in fields]
        lines.append("        ]")
        arguments.append("fields: fields.compactMap { $0 }")
        lines.append(f"        return .api(APIError({', '.join(arguments)}))")
    else:
        if fields:
            arguments.append(f"fields: [{', '.join(fields)}]")
        lines.append(f"        .api(APIError({', '.join(arguments)}))")
    return lines + ["    }"]


def swift_names(service: Service) -> dict[str, str]:
    """The errors of a service and what their factories are called."""
    names: dict[str, str] = {}
    for name in error_shapes(service):
        swift = lower_camel(name.removesuffix("Exception"))
        names[name] = lower_camel(name) if swift in names.values() else swift
    return names


def factories(service: Service) -> list[str]:
    lines = [
        f"/// The errors of {service.prefix}, as the model has them.",
        f"package enum {service.prefix}Error {{",
    ]
    for index, (name, swift) in enumerate(swift_names(service).items()):
        if index > 0:
            lines.append("")
        lines += factory(service, name, swift)
    return lines + ["}"]


READERS = {"String": "?.stringValue", "Int": "?.int64Value.map { Int($0) }", "Bool": "?.boolValue", "JSONValue": ""}


def samples(service: Service) -> list[str]:
    """Swift that makes each error of a service by its name, for tests of the wire."""
    lines = [
        "extension ErrorSamples {",
        f"    /// An error of {service.prefix}; nil where the model has none of that name.",
        f"    static func {lower_camel(service.prefix)}(_ name: String, _ message: String, _ fields: JSONValue)"
        " -> ServiceError? {",
        "        switch name {",
    ]
    for name, swift in swift_names(service).items():
        arguments = ["message"]
        for member, parameter, type in extra_parameters(service, name):
            arguments.append(f"{parameter}: fields[{literal(member)}]{READERS[type]}")
        lines.append(f"        case {literal(name)}: {service.prefix}Error.{identifier(swift)}({', '.join(arguments)})")
    return lines + ["        default: nil", "        }", "    }", "}"]


def sample_table(services: dict[str, str]) -> list[str]:
    """Swift that finds the samples of a service; the services' names with their Swift functions."""
    lines = [
        "/// Errors of every service's model, each made by the factory that the service uses.",
        "enum ErrorSamples {",
        "    static func error(",
        "        of service: String, _ name: String, _ message: String, _ fields: JSONValue",
        "    ) -> ServiceError? {",
        "        switch service {",
    ]
    lines += [f"        case {literal(name)}: Self.{swift}(name, message, fields)" for name, swift in services.items()]
    return lines + ["        default: nil", "        }", "    }", "}"]
