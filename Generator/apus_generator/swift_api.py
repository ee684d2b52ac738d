"""The Swift table of a service's operations and of what else the model says of the service."""

from .model import Service
from .names import literal
from .swift_errors import error_shapes
from .traits import namespace


def binding(service: Service, name: str) -> str:
    operation = service.operations[name]
    http = operation.get("http", {})
    arguments = [literal(name)]
    if service.is_rest:
        if http.get("method", "POST") != "POST":
            arguments.append(f"method: {literal(http['method'])}")
        arguments.append(f"uri: {literal(http.get('requestUri', '/'))}")
    if http.get("responseCode", 200) != 200:
        arguments.append(f"status: {http['responseCode']}")
    prefix = operation.get("endpoint", {}).get("hostPrefix")
    if prefix:
        arguments.append(f"hostPrefix: {literal(prefix)}")
    wrapper = operation.get("output", {}).get("resultWrapper")
    if service.query_facts:
        wrapper = service.query_facts["resultWrappers"].get(name)
    if wrapper:
        arguments.append(f"result: {literal(wrapper)}")
    payload_type = service.config.get("payload_types", {}).get(name)
    if payload_type:
        arguments.append(f"payloadType: {literal(payload_type)}")
    root = xml_root(service, name)
    if root:
        arguments.append(f"root: {root}")
    if "gzip" in operation.get("requestcompression", {}).get("encodings", []):
        arguments.append("gzip: true")
    if name in service.allowed:
        arguments.append("allowed: true")
    return f"OperationBinding({', '.join(arguments)})"


def xml_root(service: Service, name: str) -> str | None:
    """The Swift of the element around a REST-XML answer's members; None where there is none.

    The model does not say what S3 calls its answers, nor that GetBucketLocation has no element around its member:
    [xml_roots] in the service's file does, with an empty name for the latter."""
    reference = service.operations[name].get("output")
    if service.protocols[0] != "restXML" or reference is None:
        return None
    shape = service.shapes[reference["shape"]]
    usual = shape.get("locationName") or reference.get("locationName") or reference["shape"]
    element = service.config.get("xml_roots", {}).get(name, usual)
    declared = namespace(service, reference)
    return f"XMLRoot({literal(element)}{f', namespace: {declared}' if declared else ''})" if element else None


def dialect(service: Service) -> str:
    config = service.config.get("errors", {})
    arguments = []
    for key, label in (
            ("namespace", "namespace"), ("common_namespace", "commonNamespace"), ("validation_namespace", "validationNamespace")):
        if config.get(key):
            arguments.append(f"{label}: {literal(config[key])}")
    if config.get("query_compatible"):
        arguments.append("isQueryCompatible: true")
    if config.get("common_message_key"):
        arguments.append(f"commonMessageKey: {literal(config['common_message_key'])}")
    if config.get("xml_form"):
        arguments.append(f"xmlForm: .{config['xml_form']}")
    unavailable = "ServiceUnavailableException"
    if unavailable in error_shapes(service) and not service.shapes[unavailable].get("error"):
        arguments.append(f"unavailable: {literal(unavailable)}")
    return f"ErrorDialect({', '.join(arguments)})"


def policy(service: Service) -> str:
    config = service.config.get("validation", {})
    arguments = []
    if "code" in config:
        arguments.append(f"code: {literal(config['code'])}")
    if config.get("modelled"):
        arguments.append("isModelled: true")
    if config.get("missing", "collected") != "collected":
        arguments.append(f"missing: .{config['missing']}")
    return f"ValidationPolicy({', '.join(arguments)})"


def service_table(service: Service) -> list[str]:
    metadata = service.metadata
    default = service.query_facts["xmlNamespace"] if service.query_facts else metadata.get("xmlNamespace", "")
    default = service.config.get("xml_namespace", default)
    if isinstance(default, dict):
        default = default["uri"]
    lines = [
        f"/// What the API model says of {service.prefix}.",
        f"package enum {service.prefix}API {{",
        "    package static let model = ServiceModel(",
        f"        name: {literal(service.prefix)}, "
        f"signingName: {literal(metadata.get('signingName', metadata['endpointPrefix']))}, "
        f"apiVersion: {literal(metadata['apiVersion'])},",
        f"        protocols: [{', '.join('.' + p for p in service.protocols)}], "
        f"targetPrefix: {literal(metadata.get('targetPrefix', ''))},",
        f"        xmlNamespace: {literal(default)},",
        f"        errors: {dialect(service)},",
        f"        validation: {policy(service)},{' bodyChecksum: true,' if service.config.get('body_checksum') else ''}",
        "        operations: operations)",
        "",
        "    private static let operations: [OperationBinding] = [",
    ]
    lines += [f"        {binding(service, name)}," for name in sorted(service.operations)]
    return lines + ["    ]", "}"]
