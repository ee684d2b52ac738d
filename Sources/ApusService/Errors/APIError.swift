package import ApusBase

/// An error that a caller of an AWS API sees. Made by the generated factories (`SQSError`, `LambdaError` …) and
/// `CommonError` only.
@usableFromInline package struct APIError: Error, Sendable, Equatable {
    /// Who has to change something for the call to succeed.
    package enum Fault: Sendable { case sender, receiver }

    /// A modelled member beside the message.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: JSONValue
        /// The header that it travels in, in lower case, where the protocol is REST; nil for the body.
        package let header: String?

        package init(_ name: String, _ value: JSONValue, header: String? = nil) {
            self.name = name
            self.value = value
            self.header = header
        }
    }

    /// The error's name in JSON, REST and CBOR answers.
    package let code: String
    /// The error's name in Query answers, and in `x-amzn-query-error`, where it differs.
    package let queryCode: String?
    /// The HTTP status.
    package let status: Int
    package let fault: Fault
    /// The key of the message in JSON bodies; nil for the service's usual one.
    package let messageKey: String?
    /// Whether it is one of the service's own errors, or one that every service has.
    package let isModelled: Bool
    package var message: String
    /// In the order in which they are written.
    package let fields: [Field]

    package init(
        _ code: String, queryCode: String? = nil, status: Int, fault: Fault = .sender, messageKey: String? = nil,
        isModelled: Bool = true, message: String, fields: [Field] = []
    ) {
        self.code = code
        self.queryCode = queryCode
        self.status = status
        self.fault = fault
        self.messageKey = messageKey
        self.isModelled = isModelled
        self.message = message
        self.fields = fields
    }
}
