/// When init scripts run: the four stages that LocalStack has (docs.localstack.cloud, "Initialization Hooks").
package enum InitStage: String, Sendable, CaseIterable {
    /// Before the data directory is opened.
    case boot = "BOOT"
    /// The port answers, but nobody was told.
    case start = "START"
    /// Beside the first requests.
    case ready = "READY"
    /// Before the server stops; it still answers.
    case shutdown = "SHUTDOWN"

    /// The folder of the stage below a folder of scripts.
    package var folder: String { self.rawValue.lowercased() + ".d" }
}
