package import ApusService

/// Why one message or receipt is refused. Alone it is the request's error; in a batch it is an entry's, which AWS words
/// without the parameter's value.
package enum MessageFault: Error, Equatable, Sendable {
    /// `InvalidParameterValue` of a named parameter.
    case parameter(String, value: String, reason: String)
    /// The same of a receipt handle that was valid once: batches name it `ReceiptHandleIsInvalid`.
    case receipt(value: String, reason: String)
    case other(ServiceError)

    /// The error of a request about one message.
    package var error: ServiceError {
        switch self {
        case .parameter(let name, let value, let reason):
            CommonError.invalidParameterValue("Value \(value) for parameter \(name) is invalid. Reason: \(reason).")
        case .receipt(let value, let reason):
            CommonError.invalidParameterValue(
                "Value \(value) for parameter ReceiptHandle is invalid. Reason: \(reason).")
        case .other(let error): error
        }
    }

    /// The entry of a batch's answer. Errors: those of the store, which fail the whole batch.
    package func entry(_ id: String) throws(ServiceError) -> BatchResultErrorEntry {
        switch self {
        case .parameter(_, _, let reason):
            return BatchResultErrorEntry(id: id, senderFault: true, code: "InvalidParameterValue", message: reason)
        case .receipt(_, let reason):
            return BatchResultErrorEntry(id: id, senderFault: true, code: "ReceiptHandleIsInvalid", message: reason)
        case .other(let error):
            guard let api = error.apiError else { throw error }
            return BatchResultErrorEntry(
                id: id, senderFault: api.fault == .sender, code: api.queryCode ?? api.code, message: api.message)
        }
    }
}
