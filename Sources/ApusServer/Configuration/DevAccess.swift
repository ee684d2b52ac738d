/// Who may reach a dev server, whose keys everybody knows.
package enum DevAccess {
    /// Whether a server of this mode may listen on an address.
    package static func permits(_ host: String, _ configuration: Configuration, _ mode: ServerMode) -> Bool {
        mode == .serve || configuration.devAccess == .everyone || Loopback.contains(host)
    }

    /// Why it may not, and what to do, as a sentence.
    package static func refusal(of host: String) -> String {
        "dev has keys that everybody knows, so it listens on this machine only; \(host) is not a loopback address. Leave "
            + "--host out, or use apus serve. In a container, whose published ports decide who reaches it: "
            + "--set dev_access=everyone."
    }
}
