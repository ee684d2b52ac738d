internal import ApusBase

/// Where the admin socket lies: `admin/socket` in the data directory.
///
/// The folder `admin` is open to its owner only, which is all the protection there is and needs to be: the socket's own
/// rights are not set, since they would come after it is there.
final class AdminSocket: Sendable {
    /// What `bind` and `connect` take: valid while this value lives.
    let address: String
    private let folder: ByteFile?
    /// The longest path that fits into a socket's address on Linux, less the zero byte.
    private static let addressLimit = 107

    static func folder(in dataDirectory: String) -> String { dataDirectory + "/admin" }
    static func path(in dataDirectory: String) -> String { Self.folder(in: dataDirectory) + "/socket" }

    /// The address of the socket of a data directory, whose folder `admin` is there. A path that is too long for an address
    /// is shortened by way of the open folder.
    init(of dataDirectory: String) throws(FileError) {
        let path = Self.path(in: dataDirectory)
        guard path.utf8.count > Self.addressLimit else {
            self.address = path
            self.folder = nil
            return
        }
        let folder = try ByteFile(Self.folder(in: dataDirectory), .read)
        self.address = "/proc/self/fd/\(folder.descriptor)/socket"
        self.folder = consume folder
    }
}
