internal import ApusBase

/// Asks the server that runs on a data directory, if one does.
enum ServerProbe {
    static func facts(_ dataDirectory: String) -> MachineFacts.Server? {
        guard let announced = ServerDirectory.announced(in: dataDirectory) else { return nil }
        let answer = try? AdminClient.ask("GET", "/_apus/health", in: dataDirectory)
        let version = answer.flatMap { try? JSONValue(parsing: $0.body) }?["version"]?.stringValue
        return MachineFacts.Server(process: announced.process, endpoint: announced.endpoint, version: version)
    }
}
