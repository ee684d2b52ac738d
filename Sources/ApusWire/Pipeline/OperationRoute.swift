/// Where a request goes: a service, one of its operations, and how the request speaks.
package struct OperationRoute: Sendable {
    package let service: ServiceDefinition
    package let binding: OperationBinding
    package let wireProtocol: WireProtocol
    /// What the operation's input is read from.
    package let input: WireInput

    package init(
        service: ServiceDefinition, binding: OperationBinding, wireProtocol: WireProtocol, input: WireInput
    ) {
        self.service = service
        self.binding = binding
        self.wireProtocol = wireProtocol
        self.input = input
    }
}
