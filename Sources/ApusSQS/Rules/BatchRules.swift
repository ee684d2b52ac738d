package import ApusService

/// The rules that hold for every batch.
package enum BatchRules {
    /// Refuses a batch that is empty, too long, or whose ids are not what they should be. `type` names the entries in
    /// the error of an empty batch.
    package static func check(_ ids: [String], type: String) throws(ServiceError) {
        guard !ids.isEmpty else {
            throw SQSError.emptyBatchRequest("There should be at least one \(type) in the request.")
        }
        guard ids.count <= SQSLimits.batchEntries else {
            throw SQSError.tooManyEntriesInBatchRequest(
                "Maximum number of entries per request are \(SQSLimits.batchEntries). You have sent \(ids.count).")
        }
        for id in ids where !self.isValid(id) {
            throw SQSError.invalidBatchEntryId(
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most "
                    + "80 letters long.")
        }
        for (index, id) in ids.enumerated() where ids[..<index].contains(id) {
            throw SQSError.batchEntryIdsNotDistinct("Id \(id) repeated.")
        }
    }

    private static func isValid(_ id: String) -> Bool {
        SQSLimits.batchEntryID.contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
