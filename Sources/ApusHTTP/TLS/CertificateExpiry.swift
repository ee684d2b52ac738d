package import ApusBase
internal import NIOSSL

/// When a certificate ends, for whoever looks after it without serving it.
package enum CertificateExpiry {
    package enum Answer: Sendable, Equatable {
        /// Of those in the file, the one that ends first.
        case ends(Timestamp)
        /// A sentence without its full stop.
        case unknown(reason: String)
    }

    /// Reads a PEM file; blocks for the disk.
    package static func of(_ path: String) -> Answer {
        do throws(CertificateFiles.Problem) {
            let bytes = try CertificateFiles.read(path)
            let ends = (try? NIOSSLCertificate.fromPEMBytes(bytes))?.map(\.notValidAfter).min()
            guard let ends else { return .unknown(reason: "\(path) has no certificates in PEM form") }
            return .ends(Timestamp(milliseconds: Int64(ends) * 1_000))
        } catch {
            return .unknown(reason: error.reason)
        }
    }
}
