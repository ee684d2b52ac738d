package import ApusService

/// Settings that CloudWatch Logs has and Apus has not yet: refused by name, never taken and ignored.
package enum UnsupportedSettings {
    /// Errors: NotImplemented (501).
    package static func refuse(_ given: [(name: String, isGiven: Bool)]) throws(ServiceError) {
        for setting in given where setting.isGiven {
            throw CommonError.notImplemented("Apus does not implement \(setting.name) of CloudWatch Logs yet.")
        }
    }
}
