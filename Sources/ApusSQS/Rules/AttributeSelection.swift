package import ApusService

/// Which attributes of its messages a receive asks for.
package struct AttributeSelection: Equatable, Sendable {
    package var system: [SystemAttribute]
    private var everyMessageAttribute = false
    private var names: Set<String> = []
    private var prefixes: [String] = []

    /// - Parameters:
    ///   - system: names of system attributes, or `All`.
    ///   - message: names of message attributes, prefixes followed by `.*`, or `All` or `.*`.
    /// Errors: `InvalidAttributeName`.
    package init(system: [String], message: [String]) throws(ServiceError) {
        self.system = []
        for name in system {
            if name == "All" {
                self.system = SystemAttribute.allCases
                break
            }
            // The API reference lists it here too; it is an attribute of queues, and says nothing of a message.
            if name == "SqsManagedSseEnabled" { continue }
            guard let attribute = SystemAttribute(rawValue: name) else {
                throw SQSError.invalidAttributeName("Unknown Attribute \(name).")
            }
            if !self.system.contains(attribute) { self.system.append(attribute) }
        }
        for name in message {
            if name == "All" || name == ".*" {
                self.everyMessageAttribute = true
            } else if name.hasSuffix(".*") {
                self.prefixes.append(String(name.dropLast(2)))
            } else {
                self.names.insert(name)
            }
        }
    }

    /// Everything there is.
    package static let all: AttributeSelection = {
        do { return try AttributeSelection(system: ["All"], message: ["All"]) } catch {
            preconditionFailure("All is a name that every selection knows")
        }
    }()

    /// Those of `attributes` that are asked for.
    package func selected(_ attributes: [MessageAttribute]) -> [MessageAttribute] {
        if self.everyMessageAttribute { return attributes }
        if self.names.isEmpty, self.prefixes.isEmpty { return [] }
        return attributes.filter { attribute in
            self.names.contains(attribute.name) || self.prefixes.contains { attribute.name.hasPrefix($0) }
        }
    }
}
