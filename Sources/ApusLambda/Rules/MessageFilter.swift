internal import ApusBase
package import ApusService
internal import EventPattern

/// Which messages of a queue a mapping takes: those that match one of its patterns, or all where it has none.
///
/// Patterns see the message's body alone, as `{"body": …}`: a body that is a JSON object or list as what it is, another one as
/// a text. So a pattern for JSON never matches a text, and one for texts never matches JSON, as AWS's table has it.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
package struct MessageFilter: Sendable {
    private let patterns: [EventPattern]
    private let takesAll: Bool

    /// Compiles patterns that were checked when the mapping was set; one that is none any more matches nothing.
    package init(_ patterns: [String]) {
        self.takesAll = patterns.isEmpty
        self.patterns = patterns.compactMap { try? EventPattern($0) }
    }

    /// Errors: InvalidParameterValueException for a text that is no pattern, and for too many of them.
    package init(checking patterns: [String]) throws(ServiceError) {
        guard patterns.count <= LambdaLimits.filters else {
            throw LambdaError.invalidParameterValue(
                "The number of filters must be less than or equal to \(LambdaLimits.filters).")
        }
        var compiled: [EventPattern] = []
        for pattern in patterns {
            do throws(EventPatternError) { compiled.append(try EventPattern(pattern)) } catch {
                throw LambdaError.invalidParameterValue("Invalid filter pattern definition.")
            }
        }
        self.takesAll = patterns.isEmpty
        self.patterns = compiled
    }

    package func passes(_ message: IncomingMessage) -> Bool {
        if self.takesAll { return true }
        let tape = EventTape(member: "body", text: Array(message.body.utf8))
        return self.patterns.contains { $0.matches(tape) }
    }

    /// Of a stream's record patterns see the whole; one that is no JSON matches nothing.
    package func passes(_ record: StreamRecord) -> Bool {
        if self.takesAll { return true }
        var tape = EventTape()
        do throws(JSONError) { try tape.append(record.filtered ?? record.json) } catch { return false }
        return self.patterns.contains { $0.matches(tape) }
    }
}

extension FilterCriteria {
    /// The patterns' texts; a filter without one counts as an empty text, which is no pattern.
    var patterns: [String] { (self.filters ?? []).map { $0.pattern ?? "" } }
}
