public import ApusStore

/// What an operation may fail with.
@usableFromInline package enum ServiceError: Error, Sendable, Equatable {
    /// The caller's answer; the transaction is rolled back.
    case api(APIError)
    /// The caller's answer; what the transaction wrote is committed all the same (a lock-out counter, a dead-letter move).
    case apiCommitting(APIError)
    /// The store failed: throttling when it is overloaded, an internal failure otherwise.
    case store(StoreError)

    /// The error for the caller, if it is one.
    package var apiError: APIError? {
        switch self {
        case .api(let error), .apiCommitting(let error): error
        case .store: nil
        }
    }

    /// The same error, but what the transaction wrote is committed. A store error stays what it is.
    package var committing: ServiceError {
        switch self {
        case .api(let error): .apiCommitting(error)
        case .apiCommitting, .store: self
        }
    }

    /// Whether what the transaction wrote is to be committed all the same.
    package var commits: Bool {
        if case .apiCommitting = self { return true }
        return false
    }

    /// Whether the same may succeed a little later without anybody changing anything.
    package var isTransient: Bool {
        switch self {
        case .api, .apiCommitting: false
        case .store(.overloaded), .store(.full), .store(.unavailable), .store(.unknownOutcome): true
        case .store: false
        }
    }
}
