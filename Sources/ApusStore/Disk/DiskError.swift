internal import ApusBase

/// Why the data directory or a backup of it cannot be used, as a sentence that tells the operator what to do next.
package struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    /// Whether another process has the directory, so that waiting for its end may help.
    package let isInUse: Bool

    /// Whether there is no space left on the disk.
    package let isFull: Bool

    package init(_ description: String, isInUse: Bool = false, isFull: Bool = false) {
        self.description = description
        self.isInUse = isInUse
        self.isFull = isFull
    }

    init(_ error: FileError) { self.init(error.description, isFull: error.isNoSpace) }

    /// Runs what works on files; its error becomes one of these.
    static func io<Value: ~Copyable>(_ body: () throws(FileError) -> Value) throws(DiskError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw DiskError(error)
        }
    }
}
