/// The six kinds of JSON value.
package enum JSONKind: String, Hashable, Sendable {
    case object, array, string, number, bool, null
}
