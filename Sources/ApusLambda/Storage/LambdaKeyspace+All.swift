package import ApusStore

extension Lambda {
    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [
        FunctionKey.self, FunctionPolicyKey.self, FunctionURLKey.self, FunctionURLByIDKey.self, AliasURLKey.self,
        MappingKey.self,
        InvocationKey.self, InvocationDueKey.self, InvocationOfFunctionKey.self,
        EventInvokeKey.self, ShardCheckpointKey.self, VersionKey.self, AliasKey.self, QualifiedPolicyKey.self,
        AccountUsageKey.self, ProvisionedKey.self, LayerKey.self, LayerVersionKey.self, LayerPolicyKey.self,
        PackageUseKey.self, ImageUseKey.self, CodeSigningKey.self, CodeSigningUseKey.self,
        DurableExecutionKey.self, DurablePayloadKey.self, DurableOperationKey.self, DurableOperationIDKey.self,
        DurableEventKey.self, DurableNameKey.self, DurableOfFunctionKey.self, DurableDueKey.self,
        DurableChangeKey.self, SnapStartKey.self, SnapStartPendingKey.self,
    ]
}
