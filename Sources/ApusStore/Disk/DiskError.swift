internal import ApusBase

/// Why the data directory cannot be used, as a sentence that tells the operator what to do next.
package struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    /// Whether another process has the directory, so that waiting for its end may help.
    package let isInUse: Bool

    package init(_ description: String, isInUse: Bool = false) {
        self.description = description
        self.isInUse = isInUse
    }

    init(_ error: FileError) { self.init(error.description) }
}
