import ApusBase

@testable import ApusService
@testable import ApusWire

/// Points in time: in each form, what is read is the same when it was written and read again.
enum TimestampTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let text = String(utf8: bytes) else { return }
        if let time = Timestamp(iso8601: text) {
            // An offset may lead out of the years that four digits can say.
            if time.iso8601.utf8.count == 24 {
                try FuzzFailure.unless(Timestamp(iso8601: time.iso8601) == time, "\(text) is \(time.iso8601)")
            }
        }
        if let time = Timestamp(amzDate: bytes) {
            try FuzzFailure.unless(time.amzDate.utf8.elementsEqual(bytes), "\(text) is \(time.amzDate)")
        }
        if let time = Timestamp(httpDate: text) {
            // The weekday need not be that of the date.
            try FuzzFailure.unless(
                time.httpDate.dropFirst(3).utf8.elementsEqual(text.utf8.dropFirst(3)), "\(text) is \(time.httpDate)")
        }
        _ = PolicyDate.milliseconds(text)
        for format in [TimestampFormat.httpDate, .dateTime, .epochSeconds, .protocolDefault] {
            guard let time = try? TimestampText.parse(text, format) else { continue }
            // Any point that is read can be written, even where its year has no four digits.
            _ = (TimestampText.text(time, format), time.lambdaDate, time.iso8601, time.httpDate, time.amzDate)
        }
    }
}
