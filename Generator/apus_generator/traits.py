"""The static table of a structure's members: their names and places in every protocol."""

from .model import Service
from .names import literal

TIMESTAMP_FORMATS = {"unixTimestamp": ".epochSeconds", "iso8601": ".dateTime", "rfc822": ".httpDate"}
LOCATIONS = {"uri": "uri", "querystring": "query", "header": "header", "headers": "prefixHeaders"}


def location(member: str, reference: dict, shape: dict, structure: dict) -> str | None:
    if structure.get("payload") == member:
        return ".payload"
    place = reference.get("location")
    if place is None:
        return None
    if place == "statusCode":
        return ".statusCode"
    name = reference.get("locationName", member if place != "headers" else "")
    if place == "querystring" and shape["type"] == "map":
        return ".queryMap"
    if place in ("header", "headers"):
        name = name.lower()
    return f".{LOCATIONS[place]}({literal(name)})"


def timestamp_format(service: Service, reference: dict) -> str | None:
    """The format of the timestamps in a member, however deep in collections."""
    shape = service.resolve(reference)
    if shape["type"] == "timestamp":
        in_header = ".httpDate" if shape.get("location") == "header" else None
        return TIMESTAMP_FORMATS.get(shape.get("timestampFormat"), in_header)
    if shape["type"] in ("list", "map"):
        inner = shape["member" if shape["type"] == "list" else "value"]
        return timestamp_format(service, {**inner, "location": shape.get("location")})
    return None


def collection(service: Service, shape_name: str, reference: dict) -> tuple[str, str | None] | None:
    """The Swift of a collection's traits, and the name of a flattened list's elements, which replaces the member's own."""
    shape = service.shapes[shape_name]
    if shape["type"] not in ("list", "map"):
        return None
    facts = {**service.query_shape(shape_name), **reference}
    flattened = facts.get("flattened", False)
    inner = shape["member" if shape["type"] == "list" else "value"]
    nested = collection(service, inner["shape"], {})
    arguments = []
    if shape["type"] == "list":
        element = facts.get("member", {}).get("locationName")
        if element and not flattened:
            arguments.append(literal(element))
        name = element if flattened else None
    else:
        key = facts.get("key", {}).get("locationName", "key")
        value = facts.get("value", {}).get("locationName", "value")
        if (key, value) != ("key", "value"):
            arguments += [literal(key), literal(value)]
        name = None
    if flattened:
        arguments.append("flattened: true")
    if nested:
        arguments.append(f"of: {nested[0]}")
    return f".{shape['type']}({', '.join(arguments)})", name


def member_entry(service: Service, structure_name: str, member: str, reference: dict) -> str:
    """`Member("QueueUrl")` and so on."""
    structure = service.shapes[structure_name]
    shape = service.shapes[reference["shape"]]
    place = location(member, reference, shape, structure)
    # The key of the JSON body; in a service that is not modelled as JSON it is not used.
    name = reference.get("locationName", member) if place is None and service.query_facts is None else member
    if service.protocols[0] == "query":
        name = member
    arguments = [literal(name)]
    speaks_query = "query" in service.protocols or service.is_rest and service.protocols[0] == "restXML"
    traits = None
    if speaks_query:
        facts = service.query_reference(structure_name, member, reference)
        override = service.config.get("query_names", {}).get(f"{structure_name}.{member}")
        if facts is None and override is None:
            raise SystemExit(f"{structure_name}.{member}: no facts of Query; name it in [query_names]")
        facts = facts or {}
        traits = collection(service, reference["shape"], {k: v for k, v in facts.items() if k == "flattened"})
        of_shape = service.query_shape(reference["shape"]).get("locationName")
        of_element = traits[1] if traits else None
        query_name = override or facts.get("locationName") or of_element or of_shape or member
        if query_name != name:
            arguments.append(f"query: {literal(query_name)}")
    if place:
        arguments.append(place)
    if traits:
        arguments.append(f"collection: {traits[0]}")
    format = timestamp_format(service, reference)
    if format:
        arguments.append(f"format: {format}")
    if reference.get("xmlAttribute"):
        arguments.append("xmlAttribute: true")
    if isinstance(reference.get("xmlNamespace"), dict):
        arguments.append(f"xmlNamespace: {literal(reference['xmlNamespace']['uri'])}")
    return f"Member({', '.join(arguments)})"
