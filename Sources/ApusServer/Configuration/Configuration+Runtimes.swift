internal import ApusSandbox

extension Configuration.Functions {
    /// Runtime identifier → path, from the checked `runtimes`; of two entries with one name the later counts.
    package var interpreters: [String: String] {
        var interpreters: [String: String] = [:]
        for entry in self.runtimes {
            let parts = entry.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { interpreters[String(parts[0])] = String(parts[1]) }
        }
        return interpreters
    }

    /// What the runner is asked for.
    func wish(_ mode: ServerMode) -> ApusSandbox.Isolation.Wish {
        switch self.isolation {
        case .namespaces: .namespaces
        case .process: .process
        case .automatic: mode == .dev ? .automatic : .namespaces
        }
    }

    /// The network that environments have to themselves, where the server listens on `port`; nil: the host's.
    func ownNetwork(server port: Int) throws(ServerFailure) -> OwnNetwork? {
        let rules = self.egress.filter { !$0.isEmpty }
        guard rules.isEmpty || self.network == .private else {
            throw ServerFailure(
                .configuration,
                "functions.egress permits what functions.network=private reaches, and functions.network is "
                    + "\(self.network.rawValue).")
        }
        guard self.network != .host else { return nil }
        let egress = Egress(rules)
        guard rules.isEmpty || egress != nil else {
            throw ServerFailure(
                .configuration, "functions.egress names more than \(Egress.maximumPorts) ports.")
        }
        return OwnNetwork(endpointPort: OwnNetwork.endpointPort(port, egress: egress), egress: egress)
    }

    /// Whether the nearest version stands in for one that is not installed: developers want their example to run, operators want
    /// the version that they chose.
    package func substitutes(_ mode: ServerMode) -> Bool {
        switch self.substitution {
        case .nearest: true
        case .none: false
        case .automatic: mode == .dev
        }
    }
}
