/// Counts invocations that run, and says who may run another one.
///
/// A function with reserved concurrency runs within that, whatever the others do. All others share what the account has in the
/// region beside. Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
package struct ConcurrencyGate: Sendable {
    package struct Place: Hashable, Sendable {
        package var account: String
        package var region: String

        package init(account: String, region: String) {
            self.account = account
            self.region = region
        }
    }

    /// An invocation that runs, as it was counted: a reservation made meanwhile does not change that.
    package struct Claim: Sendable, Equatable {
        package var place: Place
        /// The function's id, where it runs in its own reservation.
        package var function: UInt64?
        /// The revision, where it runs in what is provisioned for that.
        package var revision: String?
    }

    /// What is provisioned for a version.
    package struct Provision: Sendable {
        package var revision: String
        package var count: Int

        package init(revision: String, count: Int) {
            self.revision = revision
            self.count = count
        }
    }

    /// Whose limit is reached; the value of `Reason` in the answer.
    package enum Refusal: String, Error, Sendable {
        case reserved = "ReservedFunctionConcurrentInvocationLimitExceeded"
        case account = "ConcurrentInvocationLimitExceeded"
    }

    private var shared: [Place: Int] = [:]
    private var reserved: [UInt64: Int] = [:]
    private var provisioned: [String: Int] = [:]
    /// All that run.
    package private(set) var running = 0

    package init() {}

    /// Counts an invocation, or refuses it.
    ///
    /// - Parameters:
    ///   - reservation: what the function has for itself; nil: nothing.
    ///   - allReserved: what all functions of the place have for themselves, reserved or provisioned.
    ///   - provision: what the version has beside, where its function has no reservation. Past it, it shares with all others.
    package mutating func enter(
        _ place: Place, function: UInt64, reservation: Int?, allReserved: Int, provision: Provision? = nil
    ) throws(Refusal) -> Claim {
        if let reservation {
            guard self.reserved[function, default: 0] < reservation else { throw .reserved }
            self.reserved[function, default: 0] += 1
            self.running += 1
            return Claim(place: place, function: function)
        }
        if let provision, self.provisioned[provision.revision, default: 0] < provision.count {
            self.provisioned[provision.revision, default: 0] += 1
            self.running += 1
            return Claim(place: place, revision: provision.revision)
        }
        guard self.shared[place, default: 0] < LambdaLimits.accountConcurrency - allReserved else { throw .account }
        self.shared[place, default: 0] += 1
        self.running += 1
        return Claim(place: place, function: nil)
    }

    package mutating func leave(_ claim: Claim) {
        self.running -= 1
        if let function = claim.function {
            let left = self.reserved[function, default: 1] - 1
            self.reserved[function] = left > 0 ? left : nil
        } else if let revision = claim.revision {
            let left = self.provisioned[revision, default: 1] - 1
            self.provisioned[revision] = left > 0 ? left : nil
        } else {
            let left = self.shared[claim.place, default: 1] - 1
            self.shared[claim.place] = left > 0 ? left : nil
        }
    }
}
