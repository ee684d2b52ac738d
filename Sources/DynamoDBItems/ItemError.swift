/// What is wrong with a value or an item: the message of AWS's ValidationException.
package struct ItemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { self.message }

    /// With AWS's usual words before it.
    package static func parameters(_ message: String) -> ItemError {
        ItemError("One or more parameter values were invalid: " + message)
    }

    // MARK: Values

    package static let empty = ItemError(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    package static let severalTypes = ItemError(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
    package static let falseNull = ItemError.parameters("Null attribute value types must have the value of true")
    package static let emptyStringSet = ItemError.parameters("An string set  may not be empty")
    package static let emptyNumberSet = ItemError.parameters("An number set  may not be empty")
    package static let emptyBinarySet = ItemError.parameters("Binary sets should not be empty")
    package static let emptyStringInSet = ItemError.parameters("An string set may not have a empty string as a member")
    package static let emptyBinaryInSet = ItemError.parameters("Binary sets may not contain null or empty values")
    package static let duplicateNumbers = ItemError("Input collection contains duplicates")

    /// `elements` in the order of the request; of binaries their Base64.
    package static func duplicates(in elements: [String], _ type: ValueType) -> ItemError {
        let collection = "[\(elements.joined(separator: ", "))]"
        return .parameters(
            "Input collection \(collection)\(type == .binarySet ? "of type BS" : "") contains duplicates.")
    }

    // MARK: Numbers

    package static let emptyNumber = ItemError("The parameter cannot be converted to a numeric value")
    package static func notNumeric(_ text: String) -> ItemError {
        ItemError("The parameter cannot be converted to a numeric value: " + text)
    }
    package static let numberOverflow = ItemError(
        "Number overflow. Attempting to store a number with magnitude larger than supported range")
    package static let numberUnderflow = ItemError(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range")
    package static let tooManyDigits = ItemError("Attempting to store more than 38 significant digits in a Number")

    // MARK: Items

    package static let nesting = ItemError(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    )
    /// The item of a put.
    package static let itemSize = ItemError("Item size has exceeded the maximum allowed size")
    /// The item that an update makes.
    package static let updatedItemSize = ItemError("Item size to update has exceeded the maximum allowed size")
    package static let emptyName = ItemError.parameters("An attribute name may not be empty")
    package static let longName = ItemError.parameters(
        "An attribute name may not have more than \(ItemLimits.attributeNameBytes) bytes")
}

/// Stored bytes that are no item. Nothing that a request can cause.
package struct ItemDamage: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte at which it was noticed, from 0.
    package let offset: Int
    package var description: String { "damaged item at byte \(self.offset)" }
}
