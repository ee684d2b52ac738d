/// What follows from the facts for a server with these settings. Pure rules: each finding has a test with made-up facts.
package enum Diagnosis {
    /// The findings in the order in which an operator reads them.
    package static func findings(_ facts: MachineFacts, _ configuration: Configuration) -> [Finding] {
        self.server(facts) + self.disk(facts, configuration) + [self.store(facts)] + self.network(facts)
            + self.certificates(facts) + self.functions(facts) + self.limits(facts, configuration) + self.machine(facts)
    }

    private static func server(_ facts: MachineFacts) -> [Finding] {
        guard let server = facts.server else {
            return facts.disk.wasNotClosed
                ? [
                    Finding(
                        good: "server",
                        "The last server did not end in order; the next start recovers what it had answered.")
                ] : []
        }
        guard let version = server.version else {
            return [
                Finding(
                    .problem, "server",
                    "Process \(server.process) has the data directory, and \(server.endpoint) does not answer.",
                    matters: "Clients get no answers either.",
                    remedy: "Read its log; if it hangs: kill \(server.process), and start it again.")
            ]
        }
        let text = "Version \(version) answers at \(server.endpoint), process \(server.process)."
        guard version != ApusVersion.current else { return [Finding(good: "server", text)] }
        return [
            Finding(
                .warning, "server", text + " This program is version \(ApusVersion.current).",
                matters: "The server runs what was installed when it was started.", remedy: "apus upgrade")
        ]
    }

    private static func store(_ facts: MachineFacts) -> Finding {
        guard let version = facts.rocksDBVersion else {
            return Finding(
                .warning, "store", "The version of RocksDB could not be told.",
                matters: "Apus is tried with 7.8 only.", remedy: "apt-get install librocksdb7.8")
        }
        return Finding(good: "store", "RocksDB \(version).")
    }

    private static func network(_ facts: MachineFacts) -> [Finding] {
        let network = facts.network
        var findings: [Finding] = []
        if let problem = network.listenProblem {
            findings.append(
                Finding(
                    .problem, "port", problem, matters: "A server would not start.",
                    remedy: "Stop what has the port (ss -ltnp names it), or choose another with --port."))
        }
        if network.localhost.isEmpty {
            findings.append(
                Finding(
                    .warning, "names", "The name localhost is not known here.",
                    matters: "Clients are given it as endpoint.",
                    remedy: "echo '127.0.0.1 localhost' >> /etc/hosts"))
        } else if network.localhost.first?.contains(":") == true {
            findings.append(
                Finding(
                    .warning, "names", "localhost is \(network.localhost[0]) first.",
                    matters: "A server on 127.0.0.1 is found only by clients that try the second address too.",
                    remedy: "Give clients http://127.0.0.1, or listen on both with --host ::."))
        }
        if !network.resolvesBelowLocalhost {
            findings.append(
                Finding(
                    .warning, "names", "Names below localhost are not known here.",
                    matters:
                        "Function URLs (ID.lambda-url.REGION.localhost) are reached by curl and browsers, which know them "
                        + "anyway, and not by other programs.", remedy: "apt-get install libnss-myhostname"))
        }
        return findings
    }

    private static func certificates(_ facts: MachineFacts) -> [Finding] {
        if let problem = facts.certificateProblem {
            return [
                Finding(
                    .problem, "TLS", "\(problem).", matters: "A server of this user would not start.",
                    remedy: "Name a certificate and its key in PEM form with --tls-certificate and --tls-key.")
            ]
        }
        return facts.certificates.map { certificate in
            let days = certificate.daysLeft
            guard days < 14 else {
                return Finding(good: "TLS", "\(certificate.path) is valid for \(days) days.")
            }
            return Finding(
                days < 0 ? .problem : .warning, "TLS",
                days < 0 ? "\(certificate.path) has expired." : "\(certificate.path) expires in \(days) days.",
                matters: "Clients refuse a server whose certificate has expired.",
                remedy: "Put a new certificate and its key in the place of the old ones.")
        }
    }
}
