package import ApusBase

/// A value that reads and writes its own JSON: what a service keeps in a form of its own and takes from the wire without a
/// structure between.
package protocol Transcoded: Sendable, Equatable {
    /// Reads the value that comes next.
    init(from json: inout JSONReader) throws(TranscodingError)

    func write(to json: inout JSONWriter)

    /// Stands for a required value that a request left out, until the request is refused.
    static var placeholder: Self { get }
}

/// JSON that is not what a `Transcoded` value reads.
package struct TranscodingError: Error, Sendable, Equatable {
    package let json: JSONError
    /// What was expected, as AWS's messages have it ("a String"); nil where those say nothing of it.
    package let wanted: String?

    package init(_ json: JSONError, wanted: String? = nil) {
        self.json = json
        self.wanted = wanted
    }
}

/// Protocols other than JSON go by a document.
extension ShapeReader where Self: ~Copyable {
    package mutating func readTranscoded<Value: Transcoded>(_ type: Value.Type) throws(WireError) -> Value {
        let text = try self.readDocument().text
        var json = JSONReader(Array(text.utf8))
        do throws(TranscodingError) { return try Value(from: &json) } catch { throw .serialization("") }
    }
}

extension ShapeWriter where Self: ~Copyable {
    package mutating func write<Value: Transcoded>(transcoded value: Value) {
        var json = JSONWriter()
        value.write(to: &json)
        do throws(JSONError) {
            self.write(document: try JSONValue(parsing: json.bytes))
        } catch {
            preconditionFailure("A transcoded value writes JSON: \(error)")
        }
    }

    /// A member that is nil is not written.
    package mutating func transcoded<Value: Transcoded>(_ table: MemberTable, _ index: Int, _ value: Value?) {
        guard let value else { return }
        self.member(table, index)
        self.write(transcoded: value)
    }
}
