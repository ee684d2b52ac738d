/// Why a server cannot start or go on: for the operator, in one sentence that says what to do next.
package struct ServerFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind, as the exit code that a script can act on (the codes are those of sysexits.h).
    package enum Kind: Int32, Sendable {
        /// The data directory or what lies in it cannot be used as it is.
        case data = 65
        /// The port or an interpreter or a right is missing.
        case unavailable = 69
        /// A fault of the program.
        case software = 70
        /// Another server has the data directory.
        case locked = 75
        /// The settings contradict each other or this machine.
        case configuration = 78
    }
    package var kind: Kind
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
