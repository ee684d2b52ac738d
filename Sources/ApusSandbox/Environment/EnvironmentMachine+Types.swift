/// What goes into the state machine of an environment and what comes out.
extension EnvironmentMachine {
    package struct Settings: Sendable {
        package var initNanoseconds: UInt64
        package var freezeNanoseconds: UInt64
        package var keepAliveNanoseconds: UInt64
        package var endGraceNanoseconds: UInt64
        /// What external extensions have before the end, to clean up.
        package var shutdownNanoseconds: UInt64
        /// After how long without an event memory is given back, how long it must be since the last time, and how long it may take.
        package var giveBackAfterNanoseconds = UInt64(SandboxLimits.giveBackAfterMilliseconds) * 1_000_000
        package var giveBackApartNanoseconds = UInt64(SandboxLimits.giveBackApartMilliseconds) * 1_000_000
        package var giveBackLimitNanoseconds = UInt64(SandboxLimits.giveBackLimitMilliseconds) * 1_000_000

        package init(
            initNanoseconds: UInt64, freezeNanoseconds: UInt64, keepAliveNanoseconds: UInt64,
            endGraceNanoseconds: UInt64, shutdownNanoseconds: UInt64 = 2_000_000_000
        ) {
            self.initNanoseconds = initNanoseconds
            self.freezeNanoseconds = freezeNanoseconds
            self.keepAliveNanoseconds = keepAliveNanoseconds
            self.endGraceNanoseconds = endGraceNanoseconds
            self.shutdownNanoseconds = shutdownNanoseconds
        }
    }

    /// How an invocation ended.
    package enum Ending: Equatable, Sendable {
        case answered([UInt8])
        /// The answer has reached its caller part by part.
        case streamed
        /// The runtime reported an error of the function.
        case reported([UInt8])
        case responseTooLarge(bytes: Int?)
        case timedOut
        case exited(ExitStatus)
    }

    /// How an initialisation failed.
    package enum InitFailure: Equatable, Sendable {
        /// The runtime reported it on `/init/error`.
        case reported([UInt8], type: String?)
        case exited(ExitStatus)
        case timedOut
        /// The process could not be started at all.
        case notStarted(StartFailure)

        /// Whether it is worth a second try within the invocation that waits for it: what cannot be started will not be.
        package var isRetried: Bool {
            switch self {
            case .reported, .exited, .timedOut: true
            case .notStarted: false
            }
        }
    }

    package enum Action: Equatable, Sendable {
        /// Initialisation is over; the environment can take an event. `durationNanoseconds` counts from its start.
        case ready(initNanoseconds: UInt64)
        /// Answer the waiting poll with the event of the current invocation.
        case deliver
        case finish(Ending, nanoseconds: UInt64)
        case initFailed(InitFailure, nanoseconds: UInt64)
        case freeze
        case thaw
        /// Answer the waiting poll with the word to give memory back.
        case giveBack
        /// It has, and can take an event again.
        case gaveBack
        /// Tell external extensions that the environment ends; `shutdownDone` follows, or the time for it runs out.
        case shutdown(ShutdownReason)
        case terminate
        case kill
        /// Nothing is left of it.
        case gone
    }

    /// Why an environment ends, as extensions are told.
    package enum ShutdownReason: String, Equatable, Sendable {
        case spindown = "SPINDOWN"
        case timeout = "TIMEOUT"
        case failure = "FAILURE"
    }

    /// Why the Runtime API refuses a request.
    package enum Refusal: Error, Equatable, Sendable { case invalidRequestID, invalidStateTransition }

    package enum State: Equatable, Sendable { case starting, idle, frozen, givingBack, busy, ending, ended }
}
