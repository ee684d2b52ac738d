package import ApusBase
package import ApusService
package import ApusStore
package import ApusWire

/// Lambda: functions and everything that calls them.
package final class Lambda: Sendable {
    package let packages: PackageStore
    package let invocations: FunctionInvocations
    package let logs = FunctionLogs()
    package let events: AsyncInvocations
    /// Functions as other services see them.
    package let functions: FunctionEvents
    package let pollers: MappingPollers

    /// - Parameter packageDirectory: where packages are unpacked; functions' users must be able to pass.
    package init(blobs: BlobStore, packageDirectory: String, entropy: any Entropy) throws(FileError) {
        self.packages = try PackageStore(blobs: blobs, directory: packageDirectory, entropy: entropy)
        self.invocations = FunctionInvocations(packages: self.packages)
        self.events = AsyncInvocations(invoker: self.invocations)
        self.functions = FunctionEvents(self.events)
        self.pollers = MappingPollers(invoker: self.invocations)
    }

    /// Starts what runs in the background. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.invocations.attach(runner: host.ports.runner)
        self.logs.start(host: host)
        self.events.start(host: host)
        self.pollers.start(host: host)
    }

    package var definition: ServiceDefinition {
        let model = LambdaAPI.model
        return ServiceDefinition(
            model: model,
            operations: self.functionOperations + self.mappingOperations + self.eventOperations + [
                .operation(AddPermission.self, in: model),
                .operation(CreateFunctionUrlConfig.self, in: model),
                .operation(DeleteFunctionUrlConfig.self, in: model),
                .operation(GetFunctionUrlConfig.self, in: model),
                .operation(GetPolicy.self, in: model),
                .operation(ListFunctionUrlConfigs.self, in: model),
                .operation(ListTags.self, in: model),
                .operation(RemovePermission.self, in: model),
                .operation(TagResource.self, in: model),
                .operation(UntagResource.self, in: model),
                .operation(UpdateFunctionUrlConfig.self, in: model),
            ],
            endpoints: [PackageEndpoint(packages: self.packages), FunctionURLEndpoint(invoker: self.invocations)])
    }
    private var functionOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .procedure(CreateFunction(packages: self.packages), in: model),
            .procedure(DeleteFunction(packages: self.packages, invocations: self.invocations, events: self.events), in: model),
            .operation(GetFunction.self, in: model),
            .operation(GetFunctionCodeSigningConfig.self, in: model),
            .operation(GetFunctionConfiguration.self, in: model),
            .procedure(Invoke(invocations: self.invocations, asynchronous: self.events), in: model),
            .operation(ListFunctions.self, in: model),
            .operation(ListVersionsByFunction.self, in: model),
            .procedure(UpdateFunctionCode(packages: self.packages, invocations: self.invocations), in: model),
            .procedure(UpdateFunctionConfiguration(invocations: self.invocations), in: model),
        ]
    }

    private var eventOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .operation(DeleteFunctionEventInvokeConfig.self, in: model),
            .operation(GetFunctionEventInvokeConfig.self, in: model),
            .procedure(InvokeAsync(asynchronous: self.events), in: model),
            .operation(ListFunctionEventInvokeConfigs.self, in: model),
            .operation(PutFunctionEventInvokeConfig.self, in: model),
            .operation(UpdateFunctionEventInvokeConfig.self, in: model),
        ]
    }

    private var mappingOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .procedure(CreateEventSourceMapping(pollers: self.pollers), in: model),
            .procedure(DeleteEventSourceMapping(pollers: self.pollers), in: model),
            .operation(GetEventSourceMapping.self, in: model),
            .operation(ListEventSourceMappings.self, in: model),
            .procedure(UpdateEventSourceMapping(pollers: self.pollers), in: model),
        ]
    }
}
