/// Where a request goes: a service, one of its operations, and how the request speaks.
package struct OperationRoute: Sendable {
    package let service: ServiceDefinition
    package let entry: OperationEntry
    package let wireProtocol: WireProtocol
    /// What the operation's input is read from.
    package let input: WireInput

    package init(
        service: ServiceDefinition, entry: OperationEntry, wireProtocol: WireProtocol, input: WireInput
    ) {
        self.service = service
        self.entry = entry
        self.wireProtocol = wireProtocol
        self.input = input
    }

    package var binding: OperationBinding { self.entry.binding }
}
