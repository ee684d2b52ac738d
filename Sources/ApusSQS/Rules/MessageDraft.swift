/// A message that was checked against its queue's rules and can be stored.
package struct MessageDraft: Equatable, Sendable {
    package var body: String
    /// 16 bytes.
    package var bodyDigest: [UInt8]
    /// In the order of their names.
    package var attributes: [MessageAttribute] = []
    /// 16 bytes; nil when there are no attributes.
    package var attributesDigest: [UInt8]?
    package var traceHeader: MessageAttribute?
    package var groupID: String?
    /// Set for every message of a FIFO queue.
    package var deduplicationID: String?
    package var delaySeconds = 0

    package init(body: String, bodyDigest: [UInt8]) {
        self.body = body
        self.bodyDigest = bodyDigest
    }

    /// 16 bytes; nil when there are no system attributes.
    package var systemAttributesDigest: [UInt8]? { self.traceHeader.map { MessageAttribute.digest([$0]) } }

    /// What counts against the queue's maximum. System attributes do not.
    package var count: Int { self.attributes.reduce(self.body.utf8.count) { $0 + $1.count } }
}
