/// The errors that every AWS service has.
///
/// Codes and statuses are those of "Common Errors" in AWS's API references; the wording of messages is what the
/// services answer. Where a service's Query code differs from its JSON code, both are given.
package enum CommonError {
    /// The caller's policies do not allow the action. `message` is the sentence that names principal, action and
    /// resource.
    package static func accessDenied(_ message: String) -> ServiceError {
        .api(Self.error("AccessDeniedException", query: "AccessDenied", 403, message))
    }

    /// No service is called so, or the request names no action at all.
    package static func invalidAction(_ message: String) -> ServiceError {
        .api(Self.error("InvalidAction", 400, message))
    }

    /// The target or path names no operation of the service: the JSON and REST counterpart of `invalidAction`.
    package static func unknownOperation(_ message: String = "") -> ServiceError {
        .api(Self.error("UnknownOperationException", query: "InvalidAction", 404, message))
    }

    /// The operation exists at AWS and not here.
    package static func notImplemented(service: String, operation: String) -> ServiceError {
        self.notImplemented("Apus does not implement the operation \(operation) of \(service).")
    }

    /// The service exists at AWS and not here. `name` is what the request calls it by.
    package static func serviceNotImplemented(_ name: String) -> ServiceError {
        self.notImplemented("Apus does not implement the service \(name).")
    }

    /// Something else that AWS has and Apus has not. `message` names it.
    package static func notImplemented(_ message: String) -> ServiceError {
        .api(Self.error("NotImplemented", 501, message, fault: .receiver))
    }

    package static func throttling(_ message: String = "Rate exceeded") -> ServiceError {
        .api(Self.error("ThrottlingException", query: "Throttling", 400, message))
    }

    /// The request is not signed.
    package static func missingAuthenticationToken(
        _ message: String = "Request is missing Authentication Token"
    ) -> ServiceError {
        .api(Self.error("MissingAuthenticationTokenException", query: "MissingAuthenticationToken", 403, message))
    }

    /// The body is not what the protocol says.
    package static func serialization(_ message: String) -> ServiceError {
        .api(Self.error("SerializationException", query: "MalformedInput", 400, message))
    }

    /// A required parameter is absent, for services that name it.
    package static func missingParameter(_ message: String) -> ServiceError {
        .api(Self.error("MissingRequiredParameterException", query: "MissingParameter", 400, message))
    }

    /// A parameter's value cannot be used.
    package static func invalidParameterValue(_ message: String) -> ServiceError {
        .api(Self.error("InvalidParameterValueException", query: "InvalidParameterValue", 400, message))
    }

    /// A constraint of the model failed.
    package static func validation(_ message: String) -> ServiceError {
        .api(Self.error("ValidationException", query: "ValidationError", 400, message))
    }

    package static func requestTooLarge(_ message: String = "Request size exceeded the limit") -> ServiceError {
        .api(Self.error("RequestEntityTooLargeException", query: "RequestEntityTooLarge", 413, message))
    }

    package static func internalFailure(
        _ message: String = "The request processing has failed because of an unknown error, exception or failure."
    ) -> ServiceError {
        .api(Self.error("InternalFailure", 500, message, fault: .receiver))
    }

    package static func serviceUnavailable(
        _ message: String = "The request has failed due to a temporary failure of the server."
    ) -> ServiceError {
        .api(Self.error("ServiceUnavailable", 503, message, fault: .receiver))
    }

    private static func error(
        _ code: String, query: String? = nil, _ status: Int, _ message: String, fault: APIError.Fault = .sender
    ) -> APIError {
        APIError(code, queryCode: query, status: status, fault: fault, isModelled: false, message: message)
    }
}
