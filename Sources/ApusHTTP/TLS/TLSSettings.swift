/// How a server speaks TLS: whose certificate it shows, and to whom it still speaks in clear text.
package struct TLSSettings: Sendable, Equatable {
    /// Who may speak plain HTTP on a port that speaks TLS. The first byte of a connection tells which it is.
    package enum PlainHTTP: String, Sendable, CaseIterable {
        case everyone
        /// Peers on this machine, such as the functions that the server runs itself.
        case loopback
        case nobody
    }

    /// PEM: the server's certificate, then those that vouch for it, in order.
    package var certificatePath: String
    /// PEM, without a passphrase.
    package var keyPath: String
    package var plainHTTP: PlainHTTP
    /// How often the two files are looked at for a change.
    package var reloadMilliseconds: Int

    package init(
        certificatePath: String, keyPath: String, plainHTTP: PlainHTTP = .everyone, reloadMilliseconds: Int = 1_000
    ) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.plainHTTP = plainHTTP
        self.reloadMilliseconds = reloadMilliseconds
    }
}

/// What became of a changed pair of certificate and key: for the log.
package enum TLSReload: Sendable, Equatable {
    /// New connections get the new certificate.
    case loaded
    /// The files cannot be used; the pair before stays in use.
    case refused(reason: String)
}
