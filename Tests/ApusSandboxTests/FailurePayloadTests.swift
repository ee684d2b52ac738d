import ApusSandbox
import Testing

/// Expected values: answers of Lambda itself, as recorded in public bug reports and AWS's documentation.
@Suite struct FailurePayloadTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `a timed-out invocation answers Sandbox.Timedout`() {
        #expect(
            self.text(FailurePayload.timeout(requestID: "5ded4dda", timeoutSeconds: 3))
                == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 5ded4dda Error: Task timed out after 3.00 seconds"}"#
        )
    }

    @Test func `an exit answers Runtime.ExitError with the status, the signal, or no reason`() {
        let head = #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: a Error: Runtime exited "#
        #expect(
            self.text(FailurePayload.exit(requestID: "a", status: .status(1))) == head + #"with error: exit status 1"}"#
        )
        #expect(
            self.text(FailurePayload.exit(requestID: "a", status: .signal(9))) == head
                + #"with error: signal: killed"}"#)
        #expect(
            self.text(FailurePayload.exit(requestID: "a", status: .signal(11)))
                == head + #"with error: signal: segmentation fault"}"#)
        #expect(
            self.text(FailurePayload.exit(requestID: "a", status: .status(0))) == head
                + #"without providing a reason"}"#)
    }

    @Test func `a response beyond 6 MB answers Function.ResponseSizeTooLarge`() {
        #expect(
            self.text(FailurePayload.responseTooLarge(bytes: nil))
                == #"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#
        )
    }
}
