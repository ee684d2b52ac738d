/// A property of a parser that does not hold for some input.
struct FuzzFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }

    /// Fails with `what` unless `condition` holds.
    static func unless(_ condition: Bool, _ what: @autoclosure () -> String) throws(FuzzFailure) {
        if !condition { throw FuzzFailure(what()) }
    }
}
