package import ApusService

/// A service as the server assembles it: what the model says, what is implemented, what runs in the background.
///
/// A class, like the model and its bindings: every request carries one along, and copying a struct of as many fields costs
/// more than the look-up that found it.
package final class ServiceDefinition: Sendable {
    package let model: ServiceModel
    /// By operation name. Operations of the model that are not here answer 501.
    package let operations: [String: OperationEntry]
    /// Whether requests without a signature reach the service's own demands; elsewhere they end before.
    package let allowsAnonymous: Bool
    package let workers: [any Worker]
    /// Paths and hosts beside the API: function URLs.
    package let endpoints: [any HTTPEndpoint]

    /// - Parameter operations: in any order; each name once.
    package init(
        model: ServiceModel, operations: [OperationEntry], allowsAnonymous: Bool = false, workers: [any Worker] = [],
        endpoints: [any HTTPEndpoint] = []
    ) {
        self.model = model
        self.operations = Dictionary(uniqueKeysWithValues: operations.map { ($0.binding.name, $0) })
        self.allowsAnonymous = allowsAnonymous
        self.workers = workers
        self.endpoints = endpoints
    }
}
