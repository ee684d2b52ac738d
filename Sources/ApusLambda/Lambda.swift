package import ApusBase
package import ApusService
package import ApusStore
package import ApusWire

/// Lambda: functions and everything that calls them.
package final class Lambda: Sendable {
    package let packages: PackageStore
    package let invocations: FunctionInvocations
    package let logs = FunctionLogs()

    /// - Parameter packageDirectory: where packages are unpacked; functions' users must be able to pass.
    package init(blobs: BlobStore, packageDirectory: String, entropy: any Entropy) throws(FileError) {
        self.packages = try PackageStore(blobs: blobs, directory: packageDirectory, entropy: entropy)
        self.invocations = FunctionInvocations(packages: self.packages)
    }

    /// Starts what runs in the background. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.invocations.attach(runner: host.ports.runner)
        self.logs.start(host: host)
    }

    package var definition: ServiceDefinition {
        let model = LambdaAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .procedure(CreateFunction(packages: self.packages), in: model),
                .procedure(DeleteFunction(packages: self.packages, invocations: self.invocations), in: model),
                .operation(GetFunction.self, in: model),
                .operation(GetFunctionConfiguration.self, in: model),
                .procedure(
                    Invoke(invocations: self.invocations, asynchronous: NoAsynchronousInvocation()), in: model),
                .operation(ListFunctions.self, in: model),
                .procedure(UpdateFunctionCode(packages: self.packages, invocations: self.invocations), in: model),
                .procedure(UpdateFunctionConfiguration(invocations: self.invocations), in: model),
            ],
            endpoints: [PackageEndpoint(packages: self.packages)])
    }
}
