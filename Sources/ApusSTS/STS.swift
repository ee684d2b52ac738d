package import ApusWire

/// Security Token Service: who am I, and temporary credentials of roles.
package enum STS {
    package static let definition = ServiceDefinition(
        model: STSAPI.model,
        operations: [
            .operation(AssumeRole.self, in: STSAPI.model),
            .operation(GetCallerIdentity.self, in: STSAPI.model),
        ])
}
