internal import ApusStore

extension ServiceError {
    /// The error that the caller sees. A store that is overloaded throttles, one that cannot write now is unavailable, and
    /// the rest is an internal failure, whose reason is for the log only.
    package var answer: APIError {
        switch self {
        case .api(let error), .apiCommitting(let error): error
        case .store(let error): error.answer
        }
    }
}

extension StoreError {
    fileprivate var answer: APIError {
        let error: ServiceError =
            switch self {
            case .overloaded: CommonError.throttling()
            case .full:
                CommonError.serviceUnavailable("The server's disk is full: writes are refused until there is room.")
            case .unavailable: CommonError.serviceUnavailable()
            case .budgetExceeded: CommonError.requestTooLarge("The request touches more data than one request may.")
            case .corrupt, .unknownOutcome, .unreadable, .keyTooLong: CommonError.internalFailure()
            }
        guard let answer = error.apiError else { preconditionFailure("common errors are errors for the caller") }
        return answer
    }
}
