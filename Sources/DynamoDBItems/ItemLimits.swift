/// The documented limits of values and items.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
package enum ItemLimits {
    /// Bytes of an item, names and values (`Item.size`).
    package static let itemBytes = 400 * 1024
    /// No item within `itemBytes` takes more bytes in its stored form: that is less than three times its size, even for lists of
    /// empty lists.
    package static let storedBytes = 3 * itemBytes + 64
    /// Values nest this deep: one within 31 lists and maps is allowed, a value within 32 is not.
    package static let depth = 32
    /// Significant digits of a number.
    package static let numberDigits = 38
    /// Of the first significant digit: 9.9e125 is the largest magnitude, 1e-130 the smallest.
    package static let numberExponents: ClosedRange<Int> = -130...125
    /// Bytes of a hash key that is a string or binary.
    package static let hashKeyBytes = 2048
    /// Bytes of a sort key that is a string or binary.
    package static let sortKeyBytes = 1024
    /// Bytes of an attribute's name.
    package static let attributeNameBytes = 65_535
}
