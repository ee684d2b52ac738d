internal import ApusBase

/// The values of a condition, compiled for its operator. A request's value that is not of the operator's kind (no
/// number, no address) is accepted by none.
enum ConditionTest: Hashable, Sendable {
    case strings([PolicyPattern], PolicyPattern.Folding)
    case numbers([Double], ConditionOperator.Comparison)
    /// Milliseconds since 1970.
    case dates([Int64], ConditionOperator.Comparison)
    case binaries([[UInt8]])
    case addresses([AddressRange])
    case arns([ARNPattern])
    /// `Null`: the accepted answers to «is the key absent?».
    case absence([Bool])

    init?(_ kind: ConditionOperator.Kind, _ values: [String], _ version: PolicyDocument.Version) {
        switch kind {
        case .string(let wildcards, let folding):
            self = .strings(
                values.map { PolicyPattern($0, wildcards: wildcards, folding: folding, version: version) }, folding)
        case .bool:
            self = .strings(
                values.map { PolicyPattern($0, wildcards: .literal, folding: .ignoringCase, version: version) },
                .ignoringCase)
        case .number(let comparison):
            guard let numbers = values.compiled({ Double($0) }) else { return nil }
            self = .numbers(numbers, comparison)
        case .date(let comparison):
            guard let dates = values.compiled({ PolicyDate.milliseconds($0) }) else { return nil }
            self = .dates(dates, comparison)
        case .binary:
            guard let binaries = values.compiled({ Base64.decode($0) }) else { return nil }
            self = .binaries(binaries)
        case .address:
            guard let ranges = values.compiled({ AddressRange($0) }) else { return nil }
            self = .addresses(ranges)
        case .arn:
            self = .arns(values.map { ARNPattern($0, version: version) })
        case .null:
            guard let answers = values.compiled({ Bool($0.lowercased()) }) else { return nil }
            self = .absence(answers)
        }
    }

    /// Whether one of the policy's values matches the request's `value`.
    func accepts(_ value: String, in request: PolicyRequest) -> Bool {
        switch self {
        case .strings(let patterns, let folding):
            let bytes = Array((folding == .ignoringCase ? value.lowercased() : value).utf8)
            for pattern in patterns where pattern.matches(bytes.span, in: request) { return true }
            return false
        case .numbers(let numbers, let comparison):
            guard let value = Double(value) else { return false }
            return numbers.contains { comparison.holds(value, $0) }
        case .dates(let dates, let comparison):
            guard let value = PolicyDate.milliseconds(value) else { return false }
            return dates.contains { comparison.holds(value, $0) }
        case .binaries(let binaries):
            guard let value = Base64.decode(value) else { return false }
            return binaries.contains(value)
        case .addresses(let ranges):
            guard let address = AddressRange(value) else { return false }
            return ranges.contains { $0.contains(address) }
        case .arns(let patterns):
            let parts = ARNPattern.parts(of: Array(value.utf8), isColon: { $0 == UInt8(ascii: ":") })
            return patterns.contains { $0.matches(parts, in: request) }
        case .absence:
            return false
        }
    }

    /// Whether a value of the policy holds a variable that the request cannot fill.
    func hasUnknownVariable(in request: PolicyRequest) -> Bool {
        switch self {
        case .strings(let patterns, _): patterns.contains { $0.hasUnknownVariable(in: request) }
        case .arns(let patterns): patterns.contains { $0.hasUnknownVariable(in: request) }
        default: false
        }
    }
}

extension Array {
    /// Every element transformed, or nil when one of them cannot be.
    fileprivate func compiled<Result>(_ transform: (Element) -> Result?) -> [Result]? {
        var results: [Result] = []
        for element in self {
            guard let result = transform(element) else { return nil }
            results.append(result)
        }
        return results
    }
}
