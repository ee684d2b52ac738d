"""The Swift table of a service's operations and of what else the model says of the service."""

from .model import Service
from .names import literal


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
    if name in service.allowed:
        arguments.append("allowed: true")
    return f"OperationBinding({', '.join(arguments)})"


def dialect(service: Service) -> str:
    config = service.config.get("errors", {})
    arguments = []
    for key, label in (("namespace", "namespace"), ("common_namespace", "commonNamespace")):
        if config.get(key):
            arguments.append(f"{label}: {literal(config[key])}")
    if config.get("query_compatible"):
        arguments.append("isQueryCompatible: true")
    if config.get("common_message_key"):
        arguments.append(f"commonMessageKey: {literal(config['common_message_key'])}")
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
    namespace = service.query_facts["xmlNamespace"] if service.query_facts else metadata.get("xmlNamespace", "")
    if isinstance(namespace, dict):
        namespace = namespace["uri"]
    lines = [
        f"/// What the API model says of {service.prefix}.",
        f"package enum {service.prefix}API {{",
        "    package static let model = ServiceModel(",
        f"        name: {literal(service.prefix)}, "
        f"signingName: {literal(metadata.get('signingName', metadata['endpointPrefix']))}, "
        f"apiVersion: {literal(metadata['apiVersion'])},",
        f"        protocols: [{', '.join('.' + p for p in service.protocols)}], "
        f"targetPrefix: {literal(metadata.get('targetPrefix', ''))},",
        f"        xmlNamespace: {literal(namespace)},",
        f"        errors: {dialect(service)},",
        f"        validation: {policy(service)},",
        "        operations: operations)",
        "",
        "    private static let operations: [OperationBinding] = [",
    ]
    lines += [f"        {binding(service, name)}," for name in sorted(service.operations)]
    return lines + ["    ]", "}"]
