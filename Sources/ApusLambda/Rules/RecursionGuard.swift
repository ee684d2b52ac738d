internal import ApusBase
internal import ApusService

/// Stops events that come back to the same function again and again.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
extension FunctionTarget {
    /// Whether one more invocation for what caused `trace` would go on with a loop.
    package func isLoop(_ trace: String?) -> Bool {
        guard let trace, !self.shared.allowsRecursion else { return false }
        return Lineage(header: trace).count(self.key.arn.description) >= LambdaLimits.loopInvocations
    }

    /// The header for an invocation that `cause` led to, which notes that it was here.
    func trace(after cause: String?, _ host: ServiceHost) -> String {
        var lineage = Lineage(header: cause)
        lineage.visit(self.key.arn.description)
        return TraceHeader.next(after: cause, lineage: lineage, now: host.clock.now, entropy: host.entropy)
    }
}

extension LambdaError {
    static var loop: ServiceError {
        self.recursiveInvocation(
            "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and "
                + "stopped your function's invocation.")
    }
}
