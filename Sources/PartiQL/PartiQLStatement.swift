package import DynamoDBExpressions
package import DynamoDBItems

/// A statement with its parameters put in.
package enum PartiQLStatement: Sendable {
    case select(Select)
    case insert(Insert)
    case update(UpdateItem)
    case delete(DeleteItem)
    /// `EXISTS(SELECT …)`: a condition of a transaction.
    case exists(Select)

    package struct Select: Sendable {
        package let source: Source
        /// nil for `*`.
        package let columns: [PartiQLColumn]?
        package let condition: PartiQLCondition?
        package let order: [Order]
    }

    package struct Insert: Sendable {
        package let table: String
        package let item: Item
    }

    package struct UpdateItem: Sendable {
        package let table: String
        package let update: Update
        package let condition: PartiQLCondition?
        package let returning: Returning?
    }

    package struct DeleteItem: Sendable {
        package let table: String
        package let condition: PartiQLCondition?
        package let returning: Returning?
    }

    /// `"table"` or `"table"."index"`.
    package struct Source: Hashable, Sendable {
        package let table: String
        package let index: String?
    }

    package struct Order: Hashable, Sendable {
        package let attribute: String
        package let isDescending: Bool
    }

    /// `RETURNING ALL OLD *` and its kin, under the names that UpdateItem's ReturnValues has for them.
    package enum Returning: String, Hashable, Sendable {
        case allOld = "ALL_OLD"
        case allNew = "ALL_NEW"
        case modifiedOld = "UPDATED_OLD"
        case modifiedNew = "UPDATED_NEW"
    }

    package var table: String {
        switch self {
        case .select(let select), .exists(let select): select.source.table
        case .insert(let insert): insert.table
        case .update(let update): update.table
        case .delete(let delete): delete.table
        }
    }

    package var isRead: Bool { if case .select = self { true } else { false } }

    /// Reads a statement, with a value for each `?`; throws AWS's message for what is wrong with it.
    package init(_ text: String, parameters: [ItemValue]) throws(ItemError) {
        var parser = PartiQLParser(text, parameters)
        self = try parser.statement()
    }
}

/// One of what SELECT asks for: what is found at a path, under the path's last name.
package struct PartiQLColumn: Hashable, Sendable {
    package let path: DocumentPath
    /// The attribute of the answer: the last name of the path; `_1` for the first column where it ends with an index.
    package let name: [UInt8]
}

/// What WHERE asks of an item.
package indirect enum PartiQLCondition: Hashable, Sendable {
    case all([PartiQLCondition])
    case any([PartiQLCondition])
    case not(PartiQLCondition)
    case comparison(Comparison, Operand, Operand)
    case between(Operand, Operand, Operand)
    case among(Operand, [Operand])
    case isMissing(Operand)
    case hasType(Operand, ItemValue)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)

    package enum Operand: Hashable, Sendable {
        case path(DocumentPath)
        case value(ItemValue)
        case size(DocumentPath)
    }

    package enum Comparison: Hashable, Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

        /// With its operands changed over.
        var mirrored: Comparison {
            switch self {
            case .equal, .notEqual: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            }
        }
    }
}
