import ApusBase

@testable import ApusService

/// An ARN that is read is written as it was.
enum ARNTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let text = String(utf8: bytes), let arn = ARN(text) else { return }
        // Byte by byte: String's own == takes texts for equal that differ in the form of their accents.
        try FuzzFailure.unless(Array(arn.description.utf8) == bytes, "an ARN is written differently: \(arn)")
        for part in [arn.partition, arn.service, arn.region, arn.account] {
            try FuzzFailure.unless(!part.utf8.contains(UInt8(ascii: ":")), "a colon in a part of \(arn)")
        }
        try FuzzFailure.unless(!arn.resource.isEmpty && !arn.service.isEmpty, "an ARN lacks a part: \(arn)")
    }
}
