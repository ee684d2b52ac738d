package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
///
/// Until versions can be published a function has the one that all have, `$LATEST`, whose ARN names it as such here.
package enum ListVersionsByFunction: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListVersionsByFunctionInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        Demands(try call.functionDemand("lambda:ListVersionsByFunction", input.functionName))
    }

    package static func perform(
        _ input: ListVersionsByFunctionInput, in call: inout Call
    ) throws(ServiceError) -> ListVersionsByFunctionOutput {
        let (key, record) = try call.function(input.functionName)
        // One page holds all there are, so that no marker was ever handed out.
        if input.marker != nil { throw LambdaError.invalidParameterValue("Invalid Marker") }
        var latest = try call.configuration(key, record)
        latest.functionArn = "\(key.arn):$LATEST"
        return ListVersionsByFunctionOutput(versions: [latest])
    }
}
