internal import ApusAutoScaling
internal import ApusDynamoDB
internal import ApusIAM
package import ApusLambda
internal import ApusLogs
internal import ApusSQS
internal import ApusSTS
package import ApusWire

extension Server {
    /// The registry: every service that a server has.
    package static func services(lambda: Lambda) -> [ServiceDefinition] {
        [
            SQS.definition, Logs.definition, IAM.definition, STS.definition, lambda.definition, DynamoDB.definition,
            DynamoDB.streamsDefinition, AutoScaling.definition,
        ]
    }
}
