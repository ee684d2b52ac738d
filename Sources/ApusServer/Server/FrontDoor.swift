internal import ApusHTTP
internal import ApusSandbox
internal import Logging

/// What the settings mean to the front door.
enum FrontDoor {
    /// - Parameter sockets: to listen on instead of the configured address.
    static func configuration(
        _ settings: Configuration, _ sockets: [Int32], log: ServerLog
    ) throws(ServerFailure) -> HTTPServerConfiguration {
        var limits = HTTPLimits()
        limits.bodyBytes = settings.http.bodyLimitMiB << 20
        limits.headerBlockBytes = settings.http.headerLimitBytes
        limits.headerFields = settings.http.headerCountLimit
        limits.connections = settings.http.connectionLimit
        var timeouts = HTTPTimeouts()
        timeouts.headSeconds = settings.http.headTimeoutSeconds
        timeouts.bodyTotalSeconds = settings.http.bodyTimeoutSeconds
        timeouts.keepAliveSeconds = settings.http.idleTimeoutSeconds
        let loops = settings.http.eventLoops
        var configuration = HTTPServerConfiguration(
            listeners: sockets.isEmpty
                ? [.tcp(host: settings.host, port: settings.port)] : sockets.map { .inherited(descriptor: $0) },
            eventLoopCount: loops > 0 ? loops : Self.standardLoops(ProcessorCount.current), limits: limits,
            timeouts: timeouts)
        configuration.tls = try self.tls(settings.tls)
        let logger = log.logger("tls")
        configuration.tlsReloaded = { outcome in
            switch outcome {
            case .loaded: logger.notice("a new certificate is shown from now on")
            case .refused(let reason): logger.error("a changed certificate is not used: \(reason)")
            }
        }
        return configuration
    }

    /// Half as many as there are cores, since the writer and functions want the rest; but two from two cores on. Reads are done on
    /// the loops: with one of them a second core gave them nothing. See docs/performance.md.
    private static func standardLoops(_ cores: Int) -> Int { max(min(2, cores), cores / 2) }

    private static func tls(_ settings: Configuration.TLS) throws(ServerFailure) -> TLSSettings? {
        switch (settings.certificate.isEmpty, settings.key.isEmpty) {
        case (true, true):
            guard settings.plainHTTP == .everyone else {
                throw ServerFailure(
                    .configuration,
                    "tls.plain_http refuses plain HTTP, and there is no certificate. Set --tls-certificate and --tls-key."
                )
            }
            return nil
        case (false, true): throw ServerFailure(.configuration, "tls.certificate is set and tls.key is not.")
        case (true, false): throw ServerFailure(.configuration, "tls.key is set and tls.certificate is not.")
        case (false, false):
            let plainHTTP: TLSSettings.PlainHTTP =
                switch settings.plainHTTP {
                case .everyone: .everyone
                case .loopback: .loopback
                case .nobody: .nobody
                }
            return TLSSettings(
                certificatePath: settings.certificate, keyPath: settings.key, plainHTTP: plainHTTP)
        }
    }

    /// Where functions find the server. Plain HTTP as long as it is allowed: a function on the same machine has nobody to hide
    /// from, and may not trust the certificate's issuer. In a network of their own it is on their loopback interface, by the name
    /// that the certificate may have, where there is one.
    static func functionEndpoint(
        _ settings: Configuration, _ address: (host: String, port: Int), _ network: OwnNetwork?
    ) -> String {
        let isPlain = !settings.tls.isConfigured || settings.tls.plainHTTP != .nobody
        let transport: Transport = isPlain ? .plain : .tls
        guard let network else {
            return ServerReady(host: address.host, port: address.port, transport: transport).endpoint
        }
        let host = isPlain ? "127.0.0.1" : "localhost"
        return ServerReady(host: host, port: Int(network.endpointPort), transport: transport).endpoint
    }
}
