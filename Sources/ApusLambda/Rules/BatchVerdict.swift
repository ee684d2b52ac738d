internal import ApusBase

/// Which messages of a batch are done, by what the function answered.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
package enum BatchVerdict {
    /// The indices of the messages that succeeded, in their order.
    ///
    /// - Parameter isFIFO: what follows the first failure failed too, so that order is kept.
    package static func succeeded(_ ids: [String], response: [UInt8], isFIFO: Bool) -> [Int] {
        guard let failed = self.failures(in: response) else { return [] }
        guard failed.allSatisfy(ids.contains) else { return [] }
        if isFIFO { return Array(0..<(ids.firstIndex(where: failed.contains) ?? ids.count)) }
        return ids.indices.filter { !failed.contains(ids[$0]) }
    }

    /// The identifiers that the response names; nil for a response that fails the whole batch.
    private static func failures(in response: [UInt8]) -> Set<String>? {
        if response.isEmpty { return [] }
        guard let value = try? JSONValue(parsing: response) else { return nil }
        if value.isNull { return [] }
        guard let object = value.objectValue else { return nil }
        guard let list = object["batchItemFailures"], !list.isNull else { return [] }
        guard let items = list.arrayValue else { return nil }
        var failed: Set<String> = []
        for item in items {
            guard let id = item["itemIdentifier"]?.stringValue, !id.isEmpty else { return nil }
            failed.insert(id)
        }
        return failed
    }
}
