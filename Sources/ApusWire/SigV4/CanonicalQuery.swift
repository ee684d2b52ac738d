internal import ApusBase

/// The query's line of a canonical request: parameters escaped in one way, sorted by name and then by value.
enum CanonicalQuery {
    private struct Parameter {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// Appends the canonical form of `query` without the parameters that are named.
    static func append(_ query: String, leavingOut omitted: [String], to bytes: inout [UInt8]) {
        var text: [UInt8] = []
        text.reserveCapacity(query.utf8.count * 2)
        var parameters: [Parameter] = []
        for piece in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            let start: Int = text.count
            CanonicalEscapes.append(piece[..<equals], slash: .encoded, plus: .space, to: &text)
            let middle: Int = text.count
            if omitted.contains(where: { text[start...].elementsEqual($0.utf8) }) {
                text.removeSubrange(start...)
                continue
            }
            if equals != piece.endIndex {
                CanonicalEscapes.append(piece[piece.index(after: equals)...], slash: .encoded, plus: .space, to: &text)
            }
            parameters.append(Parameter(name: start..<middle, value: middle..<text.count))
        }
        parameters.sort { left, right in
            let names: Int = Self.order(text, left.name, right.name)
            return names == 0 ? Self.order(text, left.value, right.value) < 0 : names < 0
        }
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: text[parameter.name])
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: text[parameter.value])
        }
    }

    private static func order(_ text: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Int {
        for (left, right) in zip(text[left], text[right]) where left != right { return Int(left) - Int(right) }
        return left.count - right.count
    }
}
