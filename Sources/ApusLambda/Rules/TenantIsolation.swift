internal import ApusService

/// Functions whose environments serve one tenant each, and what they may not have.
///
/// "Tenant isolation mode is not supported with functions that use function URLs, provisioned concurrency, or SnapStart. You can
/// send requests to a tenant-isolated function using synchronous invocations, asynchronous invocations, or by using Amazon API
/// Gateway as an event-trigger."
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
package enum TenantIsolation {
    /// What a function that isolates tenants is refused.
    enum Feature: String {
        case urls = "function URLs"
        case provisionedConcurrency = "provisioned concurrency"
        case snapStart = "SnapStart"
        case eventSources = "event source mappings"
    }

    /// Errors: InvalidParameterValueException; the sentence is ours, after the documentation.
    static func refuse(_ feature: Feature, of settings: FunctionSettings) throws(ServiceError) {
        guard settings.isolatesTenants else { return }
        throw LambdaError.invalidParameterValue("Tenant isolation mode is not supported with \(feature.rawValue).")
    }

    /// A function that isolates tenants is invoked for one of them, and any other for none.
    ///
    /// The sentence for a tenant that is missing is AWS's own, that for one too many ours; both are named in
    /// https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-troubleshooting.html
    /// Errors: InvalidParameterValueException.
    static func check(_ tenant: String?, for settings: FunctionSettings) throws(ServiceError) {
        guard settings.isolatesTenants != (tenant != nil) else { return }
        throw LambdaError.invalidParameterValue(
            settings.isolatesTenants
                ? "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again."
                : "The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again."
        )
    }
}

extension FunctionTarget {
    /// Errors: InvalidParameterValueException.
    func checkTenant(_ tenant: String?) throws(ServiceError) {
        try TenantIsolation.check(tenant, for: self.record.configuration)
    }

    /// Whom an environment is to serve that runs an event of this tenant.
    ///
    /// "a limit of 2,500 tenant-isolated execution environments (active or idle) for every 1,000 concurrent executions configured
    /// for your Lambda function"
    func tenant(_ id: String?) -> InvocationTenant? {
        id.map { id in
            let concurrency = self.shared.reservedConcurrency ?? LambdaLimits.accountConcurrency
            return InvocationTenant(
                id: id, environmentsOfAll: max(1, concurrency * LambdaLimits.tenantEnvironmentsPerThousand / 1_000))
        }
    }
}
