package import ApusBase

/// How services reach each other. A port's function runs in the caller's transaction, in the name of the principal that the
/// call has at that moment, and is authorised like any request.
package struct Ports: Sendable {
    package var authorizer: any Authorizer
    package var identities: any IdentityDirectory
    package var messageSink: any MessageSink
    package var messageSource: any MessageSource
    package var logSink: any LogSink
    package var runner: any FunctionRunner
    package var functions: any FunctionInvoker
    package var streams: any StreamSource
    package var scaling: any CapacityScaling

    package init(
        authorizer: any Authorizer, identities: any IdentityDirectory, messageSink: any MessageSink,
        messageSource: any MessageSource, logSink: any LogSink, runner: any FunctionRunner,
        functions: any FunctionInvoker, streams: any StreamSource = NoStreams(),
        scaling: any CapacityScaling = NoScaling()
    ) {
        self.authorizer = authorizer
        self.identities = identities
        self.messageSink = messageSink
        self.messageSource = messageSource
        self.logSink = logSink
        self.runner = runner
        self.functions = functions
        self.streams = streams
        self.scaling = scaling
    }
}

/// Keys, roles and temporary credentials. Implemented by IAM and STS.
package protocol IdentityDirectory: Sendable {
    /// The secret and principal of a long-lived (`AKIA…`, root) or temporary (`ASIA…` with its token) access key; nil when
    /// there is no such active key.
    func credential(accessKeyID: String, sessionToken: String?, in call: inout Call) throws(ServiceError)
        -> KnownCredential?

    /// The role named by `arn`, or nil.
    func role(arn: String, in call: inout Call) throws(ServiceError) -> KnownRole?

    /// Whether `service` (`lambda.amazonaws.com`) may take on the role, by its trust policy.
    func mayAssume(_ role: KnownRole, service: ServiceIdentity, in call: inout Call) throws(ServiceError) -> Bool

    /// Temporary credentials of a role for a service. The caller has checked `mayAssume`.
    func credentials(
        role: KnownRole, sessionName: String, durationSeconds: Int, host: ServiceHost
    ) -> EnvironmentCredentials
}

/// What lies behind an access key.
package struct KnownCredential: Sendable {
    package var principal: Principal
    package var secret: [UInt8]
    /// nil: does not expire.
    package var expires: Timestamp?

    package init(principal: Principal, secret: [UInt8], expires: Timestamp?) {
        self.principal = principal
        self.secret = secret
        self.expires = expires
    }
}

/// A role as other services see it.
package struct KnownRole: Sendable, Hashable {
    package var account: String
    package var name: String
    package var path: String
    package var id: String
    package var maximumSessionSeconds: Int
    /// Who may take it on.
    package var trustPolicy: PolicyDocument

    package init(
        account: String, name: String, path: String, id: String, maximumSessionSeconds: Int,
        trustPolicy: PolicyDocument = PolicyDocument()
    ) {
        self.account = account
        self.name = name
        self.path = path
        self.id = id
        self.maximumSessionSeconds = maximumSessionSeconds
        self.trustPolicy = trustPolicy
    }

    package var arn: String { "arn:aws:iam::\(self.account):role\(self.path)\(self.name)" }

    package func session(named name: String) -> Principal {
        .session(
            RoleSession(
                account: self.account, roleName: self.name, rolePath: self.path, roleID: self.id, sessionName: name))
    }
}

/// Where messages can be put: queues.
package protocol MessageSink: Sendable {
    /// Sends one message to the queue named by `queueARN` in the call's transaction. Demands `sqs:SendMessage`.
    func send(_ message: OutgoingMessage, to queueARN: String, in call: inout Call) throws(ServiceError)
}

/// A message for a `MessageSink`.
package struct OutgoingMessage: Sendable {
    package var body: String
    /// String attributes only.
    package var attributes: [String: String]
    package var groupID: String?
    package var deduplicationID: String?

    package init(
        body: String, attributes: [String: String] = [:], groupID: String? = nil, deduplicationID: String? = nil
    ) {
        self.body = body
        self.attributes = attributes
        self.groupID = groupID
        self.deduplicationID = deduplicationID
    }
}

/// Where messages can be taken from: queues, for event source mappings. Each call demands the permission that the queue's own
/// operation does, of the call's principal.
package protocol MessageSource: Sendable {
    /// Facts of the queue; throws the queue service's error when there is none.
    func describe(_ queueARN: String, in call: inout Call) throws(ServiceError) -> MessageSourceDescription

    /// On a snapshot: whether anything can be taken now, and else what to wait for.
    func look(_ queueARN: String, in call: inout Call) throws(ServiceError) -> Sight

    /// Takes up to `limit` messages, invisible to others for the queue's visibility time-out.
    func receive(_ queueARN: String, limit: Int, in call: inout Call) throws(ServiceError) -> [IncomingMessage]

    /// Deletes received messages.
    func delete(_ queueARN: String, receipts: [String], in call: inout Call) throws(ServiceError)

    /// Makes received messages visible again after so many seconds.
    func changeVisibility(
        _ queueARN: String, receipts: [String], seconds: Int, in call: inout Call) throws(ServiceError)
}

package struct MessageSourceDescription: Sendable {
    package var isFIFO: Bool
    package var visibilityTimeoutSeconds: Int

    package init(isFIFO: Bool, visibilityTimeoutSeconds: Int) {
        self.isFIFO = isFIFO
        self.visibilityTimeoutSeconds = visibilityTimeoutSeconds
    }
}

/// A received message with all that the Lambda event of an SQS batch shows.
package struct IncomingMessage: Sendable {
    package struct Attribute: Sendable {
        package var dataType: String
        package var stringValue: String?
        package var binaryValue: [UInt8]?
        package init(dataType: String, stringValue: String?, binaryValue: [UInt8]?) {
            self.dataType = dataType
            self.stringValue = stringValue
            self.binaryValue = binaryValue
        }
    }
    package var id: String
    package var receipt: String
    package var body: String
    package var bodyMD5: String
    /// `SentTimestamp`, `ApproximateReceiveCount`, `MessageGroupId` … as SQS names them.
    package var systemAttributes: [String: String]
    package var attributes: [String: Attribute]
    package var attributesMD5: String?

    package init(
        id: String, receipt: String, body: String, bodyMD5: String, systemAttributes: [String: String],
        attributes: [String: Attribute], attributesMD5: String?
    ) {
        self.id = id
        self.receipt = receipt
        self.body = body
        self.bodyMD5 = bodyMD5
        self.systemAttributes = systemAttributes
        self.attributes = attributes
        self.attributesMD5 = attributesMD5
    }
}

/// Where function output goes: CloudWatch Logs, through the side lane.
package protocol LogSink: Sendable {
    /// Writes events of one function's streams, making group and stream where they are missing, in the name of the call's
    /// principal (demands `logs:CreateLogGroup`, `logs:CreateLogStream`, `logs:PutLogEvents`).
    func write(_ events: [FunctionLogEvent], in call: inout Call) throws(ServiceError)
}
