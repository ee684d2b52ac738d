/// The kinds of CBOR item that AWS's protocols know. `undefined` counts as null.
package enum CBORKind: String, Hashable, Sendable {
    case integer, bytes, text, array, map, timestamp, bool, null, float
    /// A simple value without meaning here.
    case simple
}
