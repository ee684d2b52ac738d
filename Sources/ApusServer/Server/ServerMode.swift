/// The two ways to run. They differ in which keys exist, never in what is checked.
package enum ServerMode: String, Sendable {
    /// Loopback only; every account of the configuration has the root key `ID`/`test`, the first also `test`/`test`.
    case dev
    /// Root keys are made at the first start and shown once.
    case serve
}
