internal import ApusBase
package import ApusService

/// The statement that AddPermission writes into a function's resource policy, and AddLayerVersionPermission into a layer's.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html,
/// https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html and the policies that they answer.
package struct PermissionStatement: Sendable, Equatable {
    package var id: String
    /// As the caller gave it: `*`, an account, an ARN, or a service.
    package var principal: String
    package var action: String
    package var resource: String
    package var sourceARN: String?
    package var sourceAccount: String?
    package var organization: String?
    package var eventSourceToken: String?
    package var urlAuthType: String?
    package var viaURL: Bool?

    package init(_ input: AddPermissionInput, resource: String) {
        self.id = input.statementId
        self.principal = input.principal
        self.action = input.action
        self.resource = resource
        self.sourceARN = input.sourceArn
        self.sourceAccount = input.sourceAccount
        self.organization = input.principalOrgID
        self.eventSourceToken = input.eventSourceToken
        self.urlAuthType = input.functionUrlAuthType
        self.viaURL = input.invokedViaFunctionUrl
    }

    package init(_ input: AddLayerVersionPermissionInput, resource: String) {
        self.id = input.statementId
        self.principal = input.principal
        self.action = input.action
        self.resource = resource
        self.organization = input.organizationId
    }

    /// The statement as compact JSON, members in AWS's order.
    ///
    /// Errors: InvalidParameterValueException for a principal of no kind and for conditions that do not fit the action.
    package func json() throws(ServiceError) -> String {
        if self.urlAuthType != nil, self.action != "lambda:InvokeFunctionUrl" {
            throw LambdaError.invalidParameterValue(
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Sid")
        writer.string(self.id)
        writer.key("Effect")
        writer.string("Allow")
        try self.writePrincipal(to: &writer)
        writer.key("Action")
        writer.string(self.action)
        writer.key("Resource")
        writer.string(self.resource)
        self.writeConditions(to: &writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func writePrincipal(to writer: inout JSONWriter) throws(ServiceError) {
        let text = self.principal
        writer.key("Principal")
        if text == "*" { return writer.string("*") }
        let isAccount = text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        writer.beginObject()
        if isAccount || ARN(text) != nil {
            writer.key("AWS")
            writer.string(isAccount ? "arn:aws:iam::\(text):root" : text)
        } else if text.hasSuffix(".amazonaws.com") || text.hasSuffix(".amazon.com")
            || text.hasSuffix(".amazonaws.com.cn")
        {
            writer.key("Service")
            writer.string(text)
        } else {
            throw LambdaError.invalidParameterValue(
                "The provided principal was invalid. Please check the principal and try again.")
        }
        writer.endObject()
    }

    private func writeConditions(to writer: inout JSONWriter) {
        let equal: [(String, String)] = [
            ("lambda:FunctionUrlAuthType", self.urlAuthType), ("AWS:SourceAccount", self.sourceAccount),
            ("aws:PrincipalOrgID", self.organization), ("lambda:EventSourceToken", self.eventSourceToken),
        ].compactMap { name, value in value.map { (name, $0) } }
        let groups: [(String, [(String, String)])] = [
            ("StringEquals", equal), ("ArnLike", self.sourceARN.map { [("AWS:SourceArn", $0)] } ?? []),
            ("Bool", self.viaURL.map { [("lambda:InvokedViaFunctionUrl", $0 ? "true" : "false")] } ?? []),
        ].filter { !$0.1.isEmpty }
        if groups.isEmpty { return }
        writer.key("Condition")
        writer.beginObject()
        for (name, conditions) in groups {
            writer.key(name)
            writer.beginObject()
            for (key, value) in conditions {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
        }
        writer.endObject()
    }
}
