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


def namespace(service: Service, reference: dict) -> str | None:
    """The Swift of what an element declares in XML: by the reference, in REST-XML by the shape, too."""
    trait = reference.get("xmlNamespace")
    if trait is None and service.protocols[0] == "restXML":
        trait = service.shapes[reference["shape"]].get("xmlNamespace")
    if trait is None:
        return None
    if isinstance(trait, str):
        trait = {"uri": trait}
    prefix = f", prefix: {literal(trait['prefix'])}" if trait.get("prefix") else ""
    return f"XMLNamespace({literal(trait['uri'])}{prefix})"


def collection(service: Service, shape_name: str, reference: dict) -> tuple[str, str | None] | None:
    """The Swift of a collection's traits, and the name of a flattened list's elements, which replaces the member's own in
    Query."""
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
    if shape["type"] == "map" and namespace(service, shape["key"]):
        arguments.append(f"keyNamespace: {namespace(service, shape['key'])}")
    if namespace(service, inner):
        arguments.append(f"namespace: {namespace(service, inner)}")
    return f".{shape['type']}({', '.join(arguments)})", name


def xml_name(service: Service, member: str, reference: dict, is_payload: bool) -> str:
    """The name of a member's element in REST-XML. One that is the whole body is called after its shape, unless the member
    has a name of its own: the model also writes the member's plain name there."""
    own = reference.get("locationName")
    if not is_payload:
        return own or member
    shape = service.shapes[reference["shape"]]
    return own if own and own != member else shape.get("locationName", reference["shape"])


def member_entry(service: Service, structure_name: str, member: str, reference: dict) -> str:
    """`Member("QueueUrl")` and so on."""
    structure = service.shapes[structure_name]
    shape = service.shapes[reference["shape"]]
    place = location(member, reference, shape, structure)
    # The key of the JSON body; in a service that is not modelled as JSON it is not used.
    name = reference.get("locationName", member) if place is None and service.query_facts is None else member
    if service.protocols[0] in ("query", "restXML"):
        name = member
    arguments = [literal(name)]
    traits = None
    if "query" in service.protocols or service.protocols[0] == "restXML":
        traits, query_name = xml_traits(service, structure_name, member, reference, place == ".payload")
        if query_name != name and place in (None, ".payload"):
            arguments.append(f"query: {literal(query_name)}")
    if place:
        arguments.append(place)
    if traits:
        arguments.append(f"collection: {traits}")
    format = timestamp_format(service, reference)
    if format:
        arguments.append(f"format: {format}")
    if reference.get("xmlAttribute"):
        arguments.append("xmlAttribute: true")
    if namespace(service, reference):
        arguments.append(f"xmlNamespace: {namespace(service, reference)}")
    if reference.get("jsonvalue") and reference.get("location") == "header":
        arguments.append("base64: true")
    return f"Member({', '.join(arguments)})"


def xml_traits(
    service: Service, structure: str, member: str, reference: dict, is_payload: bool
) -> tuple[str | None, str]:
    """The Swift of a member's collection traits and its name in Query forms and XML."""
    if service.protocols[0] == "restXML":
        facts = {k: v for k, v in reference.items() if k == "flattened"}
        traits = collection(service, reference["shape"], facts)
        return traits and traits[0], xml_name(service, member, reference, is_payload)
    facts = service.query_reference(structure, member, reference)
    override = service.config.get("query_names", {}).get(f"{structure}.{member}")
    if facts is None and override is None:
        raise SystemExit(f"{structure}.{member}: no facts of Query; name it in [query_names]")
    facts = facts or {}
    traits = collection(service, reference["shape"], {k: v for k, v in facts.items() if k == "flattened"})
    of_shape = service.query_shape(reference["shape"]).get("locationName")
    of_element = traits[1] if traits else None
    return traits and traits[0], override or facts.get("locationName") or of_element or of_shape or member
