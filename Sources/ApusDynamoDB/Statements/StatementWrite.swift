internal import ApusBase
package import ApusService
internal import DynamoDBExpressions
package import DynamoDBItems
package import PartiQL

/// INSERT, UPDATE, DELETE or EXISTS, in one transaction with whatever else the request has.
package struct StatementWrite: Sendable {
    package let statement: PartiQLStatement
    package let reference: TableReference

    /// What was done.
    package struct Result: Sendable {
        package var item: Item?
        package var consumption = Consumption()
    }

    /// Why nothing was done.
    package enum Refusal: Error, Sendable {
        case unmet(ItemWrite.Unmet)
        case duplicate
    }

    package static let duplicate = "Duplicate primary key exists in table"

    package init(_ statement: PartiQLStatement, in call: borrowing Call) throws(ServiceError) {
        self.statement = statement
        self.reference = try TableReference(statement.table, in: call)
    }

    private var condition: PartiQLCondition? {
        switch self.statement {
        case .select(let select), .exists(let select): select.condition
        case .insert: nil
        case .update(let update): update.condition
        case .delete(let delete): delete.condition
        }
    }

    private var returning: PartiQLStatement.Returning? {
        switch self.statement {
        case .select, .exists, .insert: nil
        case .update(let update): update.returning
        case .delete(let delete): delete.returning
        }
    }

    // MARK: Policies

    private var action: String {
        switch self.statement {
        case .select: "dynamodb:PartiQLSelect"
        case .exists: "dynamodb:ConditionCheckItem"
        case .insert: "dynamodb:PartiQLInsert"
        case .update: "dynamodb:PartiQLUpdate"
        case .delete: "dynamodb:PartiQLDelete"
        }
    }

    /// The table, once the caller may do this with it; `operation` is the one that has the statement among others.
    package func open(enclosing operation: String? = nil, in call: inout Call) throws(ServiceError) -> OpenTable {
        try call.open(self.reference, for: self.action) { record, access in
            self.describe(record, enclosing: operation, &access)
        }
    }

    private func describe(_ table: TableRecord?, enclosing operation: String?, _ access: inout ItemAccess) {
        access.enclosingOperation = operation
        access.returnValues = self.returning?.rawValue
        switch self.statement {
        case .insert(let insert):
            access.add(key: insert.item, in: table)
            access.add(attributesOf: insert.item)
            return
        case .update(let update): access.add(update.update.projection.paths)
        case .select, .exists, .delete: break
        }
        access.add(self.condition?.expression.documentPaths ?? [])
        if let table, let plan = try? WritePlan(self.condition, keys: table.keyAttributes) {
            access.add(key: plan.key, in: table)
        }
    }

    // MARK: Doing

    /// The write that it is on its table.
    package func write(on table: TableRecord) throws(ServiceError) -> ItemWrite {
        if case .insert(let insert) = self.statement {
            let item = try PutRules.checked(ItemInput(insert.item))
            let key = try table.key(of: item)
            try table.checkIndexKeys(of: item, .put)
            let isNew = PartiQLCondition.isMissing(.path(DocumentPath(name: table.hash.name)))
            return ItemWrite(.put(item), at: key, if: isNew.expression, needsOld: true)
        }
        let plan = try validated { () throws(ItemError) in
            try WritePlan(self.condition, keys: table.keyAttributes)
        }
        let key = try table.key(plan.key)
        switch self.statement {
        case .update(let update):
            try table.check(update.update)
            return ItemWrite(
                .update(update.update, key: plan.key), at: key, if: plan.condition(requiring: table.hash),
                needsOld: true)
        case .delete: return ItemWrite(.delete, at: key, if: plan.condition, needsOld: true)
        case .select, .exists, .insert:
            return ItemWrite(.check, at: key, if: plan.condition(requiring: table.hash), needsOld: true)
        }
    }

    /// Does it. A delete of what is not there has nothing to ask a condition of, and does nothing.
    package func perform(
        _ write: ItemWrite, on table: OpenTable, in call: inout Call
    ) throws(ServiceError) -> Swift.Result<Result, Refusal> {
        switch try write.perform(on: table, in: &call) {
        case .success(let result):
            return .success(Result(item: self.shown(result), consumption: result.consumption))
        case .failure(let unmet):
            switch self.statement {
            case .insert: return .failure(.duplicate)
            case .delete where unmet.item == nil:
                var result = Result()
                result.consumption.add(Consumption.write(0), to: nil)
                return .success(result)
            default: return .failure(.unmet(unmet))
            }
        }
    }

    /// What RETURNING asks for.
    private func shown(_ result: ItemWrite.Result) -> Item? {
        guard let returning else { return nil }
        let item = returning == .allOld || returning == .modifiedOld ? result.old : result.new
        guard returning == .modifiedOld || returning == .modifiedNew, case .update(let update) = self.statement else {
            return item
        }
        return item.map { update.update.projection.applied(to: $0) }
    }
}

extension StatementWrite.Refusal {
    /// As the error of a whole request.
    package func error(_ returnValues: String?) -> ServiceError {
        switch self {
        case .unmet(let unmet): unmet.error(returnValues)
        // Nothing was written that could be kept with the price.
        case .duplicate: DynamoDBError.duplicateItem(StatementWrite.duplicate).committing
        }
    }
}

extension PartiQLStatement {
    /// Reads a statement of a request, once its values are known to be valid.
    package init(_ text: String, _ parameters: [ValueInput]?) throws(ServiceError) {
        var values: [ItemValue] = []
        for parameter in parameters ?? [] {
            values.append(try validated { () throws(ItemError) in try parameter.checked() })
        }
        self = try validated { () throws(ItemError) in try PartiQLStatement(text, parameters: values) }
    }
}
