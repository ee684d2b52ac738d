internal import ApusService

/// Where a list of an execution's operations goes on, as markers have it.
enum DurablePlace: Equatable {
    /// At the first of all.
    case start
    /// After an operation, in the order of their starts.
    case operation(UInt64)
    /// At an index of what the last checkpoint touched.
    case touched(Int)

    private static let touchedPrefix = "touched "

    /// Errors: InvalidParameterValueException for a text that no answer had.
    init(_ marker: String?) throws(ServiceError) {
        guard let text = try PageMarker.read(marker?.isEmpty == true ? nil : marker) else {
            self = .start
            return
        }
        if text.hasPrefix(Self.touchedPrefix), let index = Int(text.dropFirst(Self.touchedPrefix.count)), index > 0 {
            self = .touched(index)
        } else if let number = UInt64(text) {
            self = .operation(number)
        } else {
            throw PageMarker.invalid
        }
    }

    /// nil at the start.
    var marker: String? {
        switch self {
        case .start: nil
        case .operation(let number): PageMarker.make(String(number))
        case .touched(let index): PageMarker.make("\(Self.touchedPrefix)\(index)")
        }
    }
}
