/// What the model says of one service: how requests to it are recognised, its operations, how it words its errors.
package final class ServiceModel: Sendable {
    /// The service in our words, e.g. `SQS`.
    package let name: String
    /// The service in a signature's credential scope.
    package let signingName: String
    package let apiVersion: String
    /// The protocols the service speaks, the one of today's SDKs first.
    package let protocols: [WireProtocol]
    /// What stands before the dot in `X-Amz-Target`; empty for services without it.
    package let targetPrefix: String
    /// The namespace of Query and REST-XML answers; empty for services without it.
    package let xmlNamespace: String
    package let errors: ErrorDialect
    package let validation: ValidationPolicy
    /// Whether answers carry the CRC-32 of their body in `x-amz-crc32`, which SDKs check (DynamoDB).
    package let hasBodyChecksum: Bool
    /// All operations of the service, in the order of their names.
    package let operations: [OperationBinding]
    private let positions: [String: Int]

    package init(
        name: String, signingName: String, apiVersion: String, protocols: [WireProtocol], targetPrefix: String = "",
        xmlNamespace: String = "", errors: ErrorDialect, validation: ValidationPolicy, bodyChecksum: Bool = false,
        operations: [OperationBinding]
    ) {
        self.name = name
        self.signingName = signingName
        self.apiVersion = apiVersion
        self.protocols = protocols
        self.targetPrefix = targetPrefix
        self.xmlNamespace = xmlNamespace
        self.errors = errors
        self.validation = validation
        self.hasBodyChecksum = bodyChecksum
        self.operations = operations
        self.positions = Dictionary(uniqueKeysWithValues: operations.enumerated().map { ($1.name, $0) })
    }

    /// The operation called `name`; nil when the service has none.
    package func operation(_ name: String) -> OperationBinding? {
        self.positions[name].map { self.operations[$0] }
    }
}

/// How a service words its errors.
package struct ErrorDialect: Sendable, Equatable {
    /// The form of errors in XML.
    package enum XMLForm: Sendable, Equatable {
        /// `ErrorResponse` with `Error` and `RequestId`: Query and REST-XML.
        case wrapped
        /// `Error` with the request's two names in it, which are in headers of other names, too: S3.
        case bare
    }

    /// What stands before `#` in `__type` of the service's own errors; empty when the code stands alone.
    package let namespace: String
    /// The same for errors that every service has; empty when the code stands alone.
    package let commonNamespace: String
    /// The same for ValidationException alone, where that has one of its own; empty otherwise.
    package let validationNamespace: String
    /// Whether JSON and CBOR answers carry `x-amzn-query-error`, as services do that once spoke Query.
    package let isQueryCompatible: Bool
    /// The key of the message in errors that every service has.
    package let commonMessageKey: String
    package let xmlForm: XMLForm
    /// What the model calls the error of a service that cannot answer now; nil for the name that every service has.
    package let unavailable: String?

    package init(
        namespace: String = "", commonNamespace: String = "", validationNamespace: String = "",
        isQueryCompatible: Bool = false,
        commonMessageKey: String = "message", xmlForm: XMLForm = .wrapped, unavailable: String? = nil
    ) {
        self.namespace = namespace
        self.commonNamespace = commonNamespace
        self.validationNamespace = validationNamespace
        self.isQueryCompatible = isQueryCompatible
        self.commonMessageKey = commonMessageKey
        self.xmlForm = xmlForm
        self.unavailable = unavailable
    }
}
