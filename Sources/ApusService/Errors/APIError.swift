/// An error that a caller of an AWS API sees. Made by the generated factories (`SQSError`, `LambdaError` …) and `CommonError` only.
package struct APIError: Error, Sendable, Equatable {
    /// Who has to change something for the call to succeed.
    package enum Fault: Sendable { case sender, receiver }

    /// The error's name in JSON, REST and CBOR answers.
    package let code: String
    /// The error's name in Query answers, where it differs.
    package let queryCode: String?
    /// The HTTP status.
    package let status: Int
    package let fault: Fault
    /// The key of the message in JSON bodies; nil for the service's usual one.
    package let messageKey: String?
    /// Whether it is one of the service's own errors, or one that every service has.
    package let isModelled: Bool
    package var message: String

    package init(
        _ code: String, queryCode: String? = nil, status: Int, fault: Fault = .sender, messageKey: String? = nil,
        isModelled: Bool = true, message: String
    ) {
        self.code = code
        self.queryCode = queryCode
        self.status = status
        self.fault = fault
        self.messageKey = messageKey
        self.isModelled = isModelled
        self.message = message
    }
}
