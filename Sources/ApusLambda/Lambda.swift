package import ApusBase
package import ApusService
package import ApusStore
package import ApusWire

/// Lambda: functions and everything that calls them.
package final class Lambda: Sendable {
    package let packages: PackageStore
    package let folders: HotFolders
    package let invocations: FunctionInvocations
    package let logs = FunctionLogs()
    package let events: AsyncInvocations
    /// Functions as other services see them.
    package let functions: FunctionEvents
    package let pollers: MappingPollers
    package let provisioned: ProvisionedEnvironments
    package let snapshots: VersionSnapshots
    package let durable = DurableExecutions()

    /// - Parameters:
    ///   - packageDirectory: where packages are unpacked; functions' users must be able to pass.
    ///   - hotReload: whether functions may run from folders as they lie there.
    package init(
        blobs: BlobStore, packageDirectory: String, entropy: any Entropy, hotReload: HotFolders.Permission = .refused
    ) throws(FileError) {
        self.packages = try PackageStore(blobs: blobs, directory: packageDirectory, entropy: entropy)
        self.folders = HotFolders(hotReload)
        self.invocations = FunctionInvocations(packages: self.packages, folders: self.folders)
        self.events = AsyncInvocations(invoker: self.invocations)
        self.functions = FunctionEvents(self.events)
        self.pollers = MappingPollers(invoker: self.invocations)
        self.provisioned = ProvisionedEnvironments(invocations: self.invocations)
        let invocations = self.invocations
        self.snapshots = VersionSnapshots { (key, version, session) async throws(ServiceError) in
            try await invocations.spec(of: key, version, in: session)
        }
    }

    /// Starts what runs in the background. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.invocations.attach(runner: host.ports.runner)
        // What was pulled for functions that were never made, or that are gone.
        if let used = try? host.read(CallContext.system(host), { (call) throws(ServiceError) in try call.usedImages() }) {
            host.ports.runner.images.keep(only: used)
        }
        self.logs.start(host: host)
        self.events.start(host: host)
        self.pollers.start(host: host)
        self.provisioned.start(host: host)
        self.snapshots.start(host: host)
        self.durable.start(host: host, invoker: self.invocations)
    }

    package var definition: ServiceDefinition {
        let model = LambdaAPI.model
        return ServiceDefinition(
            model: model,
            operations: self.functionOperations + self.versionOperations + self.layerOperations
                + self.codeSigningOperations + self.mappingOperations + self.eventOperations + self.durableOperations
                + [
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
            .procedure(CreateFunction(packages: self.packages, folders: self.folders), in: model),
            .procedure(
                DeleteFunction(packages: self.packages, invocations: self.invocations, events: self.events), in: model),
            .operation(GetFunction.self, in: model),
            .operation(GetFunctionCodeSigningConfig.self, in: model),
            .operation(GetFunctionConfiguration.self, in: model),
            .procedure(Invoke(invocations: self.invocations, asynchronous: self.events), in: model),
            .streaming(InvokeWithResponseStream(invocations: self.invocations), in: model),
            .operation(ListFunctions.self, in: model),
            .operation(ListVersionsByFunction.self, in: model),
            .procedure(
                UpdateFunctionCode(packages: self.packages, invocations: self.invocations, folders: self.folders),
                in: model),
            .procedure(UpdateFunctionConfiguration(packages: self.packages, invocations: self.invocations), in: model),
        ]
    }

    private var versionOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .operation(CreateAlias.self, in: model),
            .operation(DeleteAlias.self, in: model),
            .operation(DeleteProvisionedConcurrencyConfig.self, in: model),
            .operation(GetProvisionedConcurrencyConfig.self, in: model),
            .operation(ListProvisionedConcurrencyConfigs.self, in: model),
            .operation(PutProvisionedConcurrencyConfig.self, in: model),
            .procedure(DeleteFunctionConcurrency(invocations: self.invocations), in: model),
            .operation(GetAccountSettings.self, in: model),
            .operation(GetAlias.self, in: model),
            .operation(GetFunctionConcurrency.self, in: model),
            .operation(GetFunctionRecursionConfig.self, in: model),
            .operation(GetRuntimeManagementConfig.self, in: model),
            .operation(ListAliases.self, in: model),
            .operation(PublishVersion.self, in: model),
            .procedure(PutFunctionConcurrency(invocations: self.invocations), in: model),
            .operation(PutFunctionRecursionConfig.self, in: model),
            .operation(PutRuntimeManagementConfig.self, in: model),
            .operation(UpdateAlias.self, in: model),
        ]
    }

    private var layerOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .operation(AddLayerVersionPermission.self, in: model),
            .procedure(DeleteLayerVersion(packages: self.packages), in: model),
            .operation(GetLayerVersion.self, in: model),
            .operation(GetLayerVersionByArn.self, in: model),
            .operation(GetLayerVersionPolicy.self, in: model),
            .operation(ListLayerVersions.self, in: model),
            .operation(ListLayers.self, in: model),
            .procedure(PublishLayerVersion(packages: self.packages), in: model),
            .operation(RemoveLayerVersionPermission.self, in: model),
        ]
    }

    private var codeSigningOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .operation(CreateCodeSigningConfig.self, in: model),
            .operation(DeleteCodeSigningConfig.self, in: model),
            .operation(DeleteFunctionCodeSigningConfig.self, in: model),
            .operation(GetCodeSigningConfig.self, in: model),
            .operation(ListCodeSigningConfigs.self, in: model),
            .operation(ListFunctionsByCodeSigningConfig.self, in: model),
            .operation(PutFunctionCodeSigningConfig.self, in: model),
            .operation(UpdateCodeSigningConfig.self, in: model),
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

    private var durableOperations: [OperationEntry] {
        let model = LambdaAPI.model
        return [
            .operation(CheckpointDurableExecution.self, in: model),
            .operation(GetDurableExecution.self, in: model),
            .operation(GetDurableExecutionHistory.self, in: model),
            .operation(GetDurableExecutionState.self, in: model),
            .operation(ListDurableExecutionsByFunction.self, in: model),
            .operation(SendDurableExecutionCallbackFailure.self, in: model),
            .operation(SendDurableExecutionCallbackHeartbeat.self, in: model),
            .operation(SendDurableExecutionCallbackSuccess.self, in: model),
            .operation(StopDurableExecution.self, in: model),
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
