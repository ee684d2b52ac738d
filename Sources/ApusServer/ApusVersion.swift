/// The version of this program.
package enum ApusVersion {
    /// As semantic versioning has it. Before 1.0 a data directory still opens in every later version.
    package static let current: String = "0.1.0"
}
