/// Names whose values must not be logged. A net under the rule that nobody hands a secret to a logger.
enum SecretNames {
    static let replacement = "(withheld)"

    private static let parts = [
        "secret", "password", "token", "authorization", "signature", "credential", "privatekey",
    ]

    /// Whether a value of this name may be a secret. Letter case, `-`, `_` and `.` do not matter.
    static func contains(_ name: String) -> Bool {
        let bare = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." }
        return self.parts.contains { bare.contains($0) }
    }
}
