internal import ApusBase
package import ApusService
internal import DynamoDBItems

/// Why a transaction was cancelled: one reason for each of its items, most of which say that there is none.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, Errors
package struct CancellationReasons: Sendable {
    private struct Reason {
        var code = "None"
        var message: String?
        var item: Item?
    }
    private var reasons: [Reason]
    private var isCancelled = false
    private let direction: Consumption.Direction

    package init(count: Int, _ direction: Consumption.Direction) {
        self.reasons = Array(repeating: Reason(), count: count)
        self.direction = direction
    }

    package static var multipleOperations: ServiceError {
        CommonError.validation("Transaction request cannot include multiple operations on one item")
    }

    package static var tooLarge: ServiceError {
        CommonError.validation("Transaction size limit has exceeded: the items of a transaction take 4 MB")
    }

    /// Notes that the condition of a part does not hold, with the item where it is asked for.
    package mutating func add(_ number: Int, _ unmet: ItemWrite.Unmet, _ returnValues: String?) {
        self.isCancelled = true
        self.reasons[number] = Reason(
            code: "ConditionalCheckFailed", message: "The conditional request failed",
            item: returnValues == "ALL_OLD" ? unmet.item : nil)
    }

    /// Notes the parts whose tables are in another account than that of the first.
    package mutating func note(accountsOf tables: [TableReference]) {
        for (number, table) in tables.enumerated() where table.account != tables[0].account {
            self.isCancelled = true
            self.reasons[number] = Reason(
                code: "ValidationError", message: "The tables of a transaction must be in one account")
        }
    }

    /// Notes that a part puts an item that is there already.
    package mutating func addDuplicate(_ number: Int) {
        self.isCancelled = true
        self.reasons[number] = Reason(code: "DuplicateItem", message: StatementWrite.duplicate)
    }

    /// Notes that a part is throttled.
    package mutating func add(_ number: Int, _ throttling: Throttling) {
        self.isCancelled = true
        let (code, message) = throttling.cancellation
        self.reasons[number] = Reason(code: code, message: message)
    }

    /// Runs a part. What is invalid in it cancels the transaction, and is its reason; then the answer is nil.
    package mutating func validated<Result>(
        _ number: Int, _ body: () throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result? {
        do throws(ServiceError) { return try body() } catch {
            try self.note(number, error)
            return nil
        }
    }

    /// Notes what is invalid in a part; other errors are the whole transaction's, and so is an empty key of a write.
    package mutating func note(_ number: Int, _ error: ServiceError) throws(ServiceError) {
        guard let answer = error.apiError, answer.code == "ValidationException" else { throw error }
        if self.direction == .write, answer.message.hasPrefix(TableRecord.notValid) { throw error }
        self.isCancelled = true
        self.reasons[number] = Reason(code: "ValidationError", message: answer.message)
    }

    /// Throws TransactionCanceledException where any part had a reason.
    package func check() throws(ServiceError) {
        guard self.isCancelled else { return }
        let codes = self.reasons.map(\.code).joined(separator: ", ")
        throw DynamoDBError.transactionCanceled(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [\(codes)]",
            cancellationReasons: .array(self.reasons.map(Self.json)))
    }

    private static func json(_ reason: Reason) -> JSONValue {
        var members: [(String, JSONValue)] = [("Code", .string(reason.code))]
        if let message = reason.message { members.append(("Message", .string(message))) }
        if let item = reason.item { members.append(("Item", item.jsonValue)) }
        return .object(JSONObject(members))
    }
}

/// What a request takes of each of several tables.
package struct ConsumptionByTable: Sendable {
    private var names: [String] = []
    private var parts: [String: Consumption] = [:]

    package init() {}

    package mutating func add(_ units: Double, to name: String) {
        var part = Consumption()
        part.table = units
        self.add(part, to: name)
    }

    package mutating func add(_ consumption: Consumption, to name: String) {
        if self.parts[name] == nil { self.names.append(name) }
        self.parts[name, default: Consumption()].add(consumption)
    }

    /// In the order in which the tables came; nil for NONE.
    package func answers(_ wanted: String?, _ direction: Consumption.Direction?) -> [ConsumedCapacity]? {
        let answers = self.names.compactMap { name in
            self.parts[name]?.answer(wanted, table: name, transactional: direction)
        }
        return answers.isEmpty ? nil : answers
    }
}
