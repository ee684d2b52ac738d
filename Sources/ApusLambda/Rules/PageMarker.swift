internal import ApusBase
package import ApusService

/// Where a list goes on: the last thing that was listed, in a form that nobody need read.
package enum PageMarker {
    package static func make(_ last: String) -> String { Base64.encode(Array(last.utf8)) }

    /// Errors: InvalidParameterValueException for a text that no answer had.
    package static func read(_ marker: String?) throws(ServiceError) -> String? {
        guard let marker else { return nil }
        guard let bytes = Base64.decode(marker), let text = String(validating: bytes, as: UTF8.self), !text.isEmpty
        else {
            throw self.invalid
        }
        return text
    }

    /// A number that was listed last.
    package static func readNumber(_ marker: String?) throws(ServiceError) -> UInt64? {
        guard let text = try self.read(marker) else { return nil }
        guard let number = UInt64(text) else { throw self.invalid }
        return number
    }

    static var invalid: ServiceError { LambdaError.invalidParameterValue("Invalid Marker") }
}
