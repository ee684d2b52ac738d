/// The ten data types of an attribute value, under the names that the wire has for them.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
package enum ValueType: String, CaseIterable, Hashable, Sendable {
    case string = "S"
    case number = "N"
    case binary = "B"
    case bool = "BOOL"
    case null = "NULL"
    case stringSet = "SS"
    case numberSet = "NS"
    case binarySet = "BS"
    case list = "L"
    case map = "M"

    /// What an element of a set is; nil for what is no set.
    package var elementType: ValueType? {
        switch self {
        case .stringSet: .string
        case .numberSet: .number
        case .binarySet: .binary
        default: nil
        }
    }

    /// Whether values of the type have an order: `<`, BETWEEN, sort keys.
    package var isOrdered: Bool { self == .string || self == .number || self == .binary }

    /// The word that AWS's messages about update expressions have for the type.
    package var longName: String {
        switch self {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        case .list: "LIST"
        case .map: "MAP"
        }
    }
}

/// The first byte of a stored value. Codes are never used for something else.
enum ValueCode: UInt8 {
    case string = 1
    case number = 2
    case binary = 3
    case no = 4
    case yes = 5
    case null = 6
    case stringSet = 7
    case numberSet = 8
    case binarySet = 9
    case list = 10
    case map = 11

    var type: ValueType {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .no, .yes: .bool
        case .null: .null
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        case .list: .list
        case .map: .map
        }
    }

    /// The code of a container of this type.
    init(container type: ValueType) {
        switch type {
        case .stringSet: self = .stringSet
        case .numberSet: self = .numberSet
        case .binarySet: self = .binarySet
        case .list: self = .list
        default: self = .map
        }
    }
}
