/// The first two bytes of every key of the product. Assigned once, never reused; retired tags stay listed.
///
/// The first byte is the owner: 0x00 the store itself, then one per service. Adding a tag is one line here and, where it is
/// not `records`, one in `family`.
@usableFromInline package enum KeyTag: UInt16, CaseIterable, Sendable {
    // 0x00: the store and what all services share
    case storeFormat = 0x0001
    case timer = 0x0010
    case blobIntent = 0x0020
    case blobGarbage = 0x0021
    case blob = 0x0022
    case workerProgress = 0x0030
    case outbox = 0x0040

    // 0x10: IAM
    case iamAccount = 0x1001
    case iamUser = 0x1002
    case iamUserPolicy = 0x1003
    case iamAccessKey = 0x1004
    case iamAccessKeyOfUser = 0x1005
    case iamRole = 0x1006
    case iamRolePolicy = 0x1007
    case iamManagedPolicy = 0x1008
    case iamAttachment = 0x1009
    case iamName = 0x100A

    // 0x20: SQS
    case sqsQueue = 0x2001
    case sqsQueueByID = 0x2002
    case sqsQueueState = 0x2003
    case sqsQueueTags = 0x2004
    case sqsQueueCounter = 0x2005
    case sqsDeletedName = 0x2006
    case sqsMoveTask = 0x2007
    case sqsMoveHistory = 0x2008
    case sqsMessage = 0x2010
    case sqsFlight = 0x2011
    case sqsWaiting = 0x2012
    case sqsGroup = 0x2013
    case sqsGroupOrder = 0x2014
    case sqsGroupReady = 0x2015
    case sqsDeduplication = 0x2016
    case sqsReceiveAttempt = 0x2017
    case sqsTenant = 0x2018
    case sqsTenantMessage = 0x2019
    case sqsTurn = 0x201A
    case sqsNoisyTenant = 0x201B

    // 0x30: CloudWatch Logs
    case logsGroup = 0x3001
    case logsStream = 0x3002
    case logsStreamByTime = 0x3003
    case logsStreamName = 0x3004
    case logsEvent = 0x3010
    case logsEventByTime = 0x3011
    case logsDeleted = 0x3012
    case logsRetention = 0x3020
    case logsRetentionDue = 0x3021
    case logsMetricFilter = 0x3030
    case logsMetricFilterName = 0x3031
    case logsSubscription = 0x3040

    // 0x40: Lambda
    case lambdaFunction = 0x4001
    case lambdaFunctionPolicy = 0x4002
    case lambdaURL = 0x4003
    case lambdaURLByID = 0x4004
    case lambdaMapping = 0x4005
    case lambdaMappingByFunction = 0x4006
    case lambdaAliasURL = 0x4007
    case lambdaInvocation = 0x4010
    case lambdaInvocationDue = 0x4011
    case lambdaInvocationOfFunction = 0x4012
    case lambdaVersion = 0x4020
    case lambdaAlias = 0x4021
    case lambdaQualifiedPolicy = 0x4022
    case lambdaAccountUsage = 0x4023
    case lambdaProvisioned = 0x4024
    case lambdaLayer = 0x4025
    case lambdaLayerVersion = 0x4026
    case lambdaLayerPolicy = 0x4027
    case lambdaPackageUse = 0x4028
    case lambdaCodeSigning = 0x4029
    case lambdaCodeSigningUse = 0x402A
    case lambdaSnapStart = 0x402B
    case lambdaSnapStartPending = 0x402C
    case lambdaImageUse = 0x402D
    case lambdaEventInvoke = 0x4030
    case lambdaShardCheckpoint = 0x4031
    case lambdaDurableExecution = 0x4040
    case lambdaDurablePayload = 0x4041
    case lambdaDurableOperation = 0x4042
    case lambdaDurableOperationID = 0x4043
    case lambdaDurableEvent = 0x4044
    case lambdaDurableName = 0x4045
    case lambdaDurableOfFunction = 0x4046
    case lambdaDurableDue = 0x4047
    case lambdaDurableChange = 0x4048

    // 0x50: DynamoDB
    case dynamoTable = 0x5001
    case dynamoFilling = 0x5002
    case dynamoReplica = 0x5003
    case dynamoGlobalTable = 0x5004
    case dynamoItem = 0x5010
    case dynamoIndexEntry = 0x5011
    case dynamoToken = 0x5020
    case dynamoTokenExpiry = 0x5021
    case dynamoStream = 0x5030
    case dynamoStreamHead = 0x5031
    case dynamoStreamChange = 0x5032
    case dynamoStreamDue = 0x5033
    case dynamoExpiry = 0x5040
    case dynamoExpiryFilling = 0x5041
    case dynamoBackup = 0x5050
    case dynamoCopy = 0x5051
    case dynamoRestore = 0x5052
    case dynamoBackupExpiry = 0x5053
    case dynamoHistoryChange = 0x5054
    case dynamoHistoryHead = 0x5055
    case dynamoHistoryDue = 0x5056

    // 0x60: Application Auto Scaling
    case scalableTarget = 0x6001

    /// Where an engine keeps the keys of this tag.
    package var family: ColumnFamily {
        switch self {
        case .timer, .outbox, .sqsQueueState, .sqsMessage, .sqsFlight, .sqsWaiting, .sqsGroup, .sqsGroupOrder,
            .sqsGroupReady, .sqsDeduplication, .sqsReceiveAttempt, .sqsMoveTask, .sqsTenant, .sqsTenantMessage,
            .sqsTurn, .sqsNoisyTenant, .lambdaInvocation, .lambdaInvocationDue, .lambdaInvocationOfFunction,
            .lambdaDurableDue,
            .logsRetentionDue, .dynamoToken, .dynamoTokenExpiry, .dynamoStreamHead, .dynamoStreamDue,
            .dynamoExpiry, .dynamoCopy, .dynamoRestore, .dynamoHistoryHead, .dynamoHistoryDue:
            .flow
        case .logsEvent, .logsEventByTime, .dynamoStreamChange, .dynamoHistoryChange:
            .history
        case .dynamoItem, .dynamoIndexEntry:
            .items
        default:
            .records
        }
    }

    /// The family of an encoded key, by its first two bytes; nil for a tag of no known release.
    package static func family(ofKey key: UnsafeRawBufferPointer) -> ColumnFamily? {
        guard key.count >= 2 else { return nil }
        let raw = UInt16(key[0]) << 8 | UInt16(key[1])
        return raw < 0x8000 ? Self.table[Int(raw)] : nil
    }

    private static let table: [ColumnFamily?] = {
        var table: [ColumnFamily?] = Array(repeating: nil, count: 0x8000)
        for tag in Self.allCases { table[Int(tag.rawValue)] = tag.family }
        return table
    }()
}
