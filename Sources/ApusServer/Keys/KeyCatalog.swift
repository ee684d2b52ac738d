internal import ApusAutoScaling
internal import ApusDynamoDB
internal import ApusIAM
internal import ApusLambda
internal import ApusLogs
internal import ApusService
internal import ApusSQS
package import ApusStore

/// The key type of every tag that this release writes or reads.
package enum KeyCatalog {
    package static let types: [KeyTag: any StoreKey.Type] = {
        let all: [any StoreKey.Type] =
            BlobKeys.all + [TimerKey.self] + IAM.keys + SQS.keys + Logs.keys + Lambda.keys
            + DynamoDB.keys + AutoScaling.keys
        return Dictionary(all.map { ($0.tag, $0) }) { first, _ in
            preconditionFailure("two key types have the tag \(first.tag)")
        }
    }()

    /// Tags that are taken and that nothing writes: kept for what is to come.
    package static let reserved: Set<KeyTag> = [
        .storeFormat, .workerProgress, .outbox, .lambdaMappingByFunction,
    ]

    /// The newest record version under a tag that this release reads; 0 where it reads none.
    package static func recordVersion(of tag: KeyTag) -> UInt8 {
        guard let type = self.types[tag] else { return 0 }
        return self.version(type)
    }

    private static func version<Key: StoreKey>(_: Key.Type) -> UInt8 { Key.Value.version }
}
