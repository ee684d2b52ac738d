internal import ApusBase

/// Why the data directory cannot be used, as a sentence that tells the operator what to do next.
package struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    init(_ error: FileError) { self.description = error.description }
}
