internal import ApusBase

/// The lock that a command holds while it takes a backup of a running server; it goes with the object, or the process.
final class BackupLock: Sendable {
    private let file: ByteFile

    /// Errors: `locked` where another command has it.
    init(of dataDirectory: String) throws(ServerFailure) {
        let path = BackupDesk.lock(in: dataDirectory)
        let isFree: Bool
        do throws(FileError) {
            self.file = try ByteFile(path, .readWrite)
            isFree = try self.file.tryLock()
        } catch {
            throw ServerFailure(.unavailable, "The server on \(dataDirectory) cannot be asked for a backup: \(error).")
        }
        guard isFree else {
            throw ServerFailure(
                .locked, "Another backup of \(dataDirectory) is under way; try again when it has ended.")
        }
    }
}
