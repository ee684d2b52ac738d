package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
///
/// At most one: only `$LATEST` has a URL here.
package enum ListFunctionUrlConfigs: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListFunctionUrlConfigsInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand("lambda:ListFunctionUrlConfigs", input.functionName, authType: nil)
    }

    package static func perform(
        _ input: ListFunctionUrlConfigsInput, in call: inout Call
    ) throws(ServiceError) -> ListFunctionUrlConfigsOutput {
        let (key, record) = try call.function(input.functionName)
        let url = try call.get(FunctionURLKey(function: record.id))
        return ListFunctionUrlConfigsOutput(
            functionUrlConfigs: url.map { [$0.config(key, endpoint: call.context.endpoint)] } ?? [])
    }
}
