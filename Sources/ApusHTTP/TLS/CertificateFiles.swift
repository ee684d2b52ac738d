internal import Glibc
internal import NIOCore
internal import NIOSSL

/// A certificate chain and its key as they lie on disk.
struct CertificateFiles {
    /// What tells one content of a file from another without reading it. A rename over it changes the inode, writing in place
    /// the time and often the size.
    struct Stamp: Equatable {
        private struct File: Equatable {
            var device: UInt
            var inode: UInt
            var size: Int
            var seconds: Int
            var nanoseconds: Int
        }
        private let certificate: File?
        private let key: File?

        fileprivate init(_ files: CertificateFiles) {
            self.certificate = Self.file(files.certificatePath)
            self.key = Self.file(files.keyPath)
        }

        private static func file(_ path: String) -> File? {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return File(
                device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
                seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        }
    }
    /// Why a pair cannot be used, as a sentence without its full stop.
    struct Problem: Error { var reason: String }

    /// No certificate chain or key is longer; what is, is something else.
    private static let fileBytes = 1_048_576
    let certificatePath: String
    let keyPath: String

    var stamp: Stamp { Stamp(self) }

    /// Reads both files and puts them together; blocks for the disk. BoringSSL refuses a key that is not the certificate's.
    func context() throws(Problem) -> NIOSSLContext {
        let certificateBytes = try Self.read(self.certificatePath)
        let keyBytes = try Self.read(self.keyPath)
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(certificateBytes) } catch {
            throw Problem(reason: "\(self.certificatePath) has no certificates in PEM form")
        }
        let key: NIOSSLPrivateKey
        do {
            // A passphrase that is not asked for here would be asked for on the terminal.
            key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem) { setter in setter([UInt8]()) }
        } catch {
            throw Problem(reason: "\(self.keyPath) has no private key in PEM form, or one with a passphrase")
        }
        if chain.isEmpty { throw Problem(reason: "\(self.certificatePath) has no certificates in PEM form") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        // How long a peer may take to say that it has seen the end.
        configuration.shutdownTimeout = .seconds(2)
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw Problem(
                reason: "the key in \(self.keyPath) is not that of the certificate in \(self.certificatePath)")
        }
    }

    private static func read(_ path: String) throws(Problem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Problem(reason: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Problem(reason: "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > Self.fileBytes {
                throw Problem(reason: "\(path) is longer than any certificate chain or key")
            }
        }
    }
}
