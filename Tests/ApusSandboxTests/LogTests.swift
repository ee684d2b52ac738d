import ApusBase
import ApusSandbox
import Testing

@Suite struct LogTests {
    private func records(_ pieces: [[UInt8]], limit: Int = 1000, flush: Bool = true) -> [String] {
        var assembler = LogAssembler(limit: limit)
        var records: [String] = []
        for piece in pieces {
            piece.withUnsafeBytes { bytes in
                assembler.append(bytes) { records.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        if flush { assembler.flush { records.append(String(decoding: $0, as: UTF8.self)) } }
        return records
    }

    private func frame(_ text: String) -> [UInt8] {
        let length = UInt32(text.utf8.count).bigEndian
        return [0xFF, 0xA5] + withUnsafeBytes(of: length) { Array($0) } + Array(text.utf8)
    }

    @Test func `each line is a record, empty ones too, and an unfinished line comes at the end`() {
        #expect(self.records([Array("a\nbc".utf8), Array("d\n\nlast".utf8)]) == ["a", "bcd", "", "last"])
        #expect(self.records([Array("a\nb".utf8)], flush: false) == ["a"])
    }

    @Test func `a frame is one record of several lines, however it arrives`() {
        let bytes = Array("x\n".utf8) + self.frame("one\ntwo") + Array("y\n".utf8)
        #expect(self.records([bytes]) == ["x", "one\ntwo", "y"])
        #expect(self.records(bytes.map { [$0] }) == ["x", "one\ntwo", "y"])
    }

    @Test func `a frame after an unfinished line ends that line`() {
        #expect(self.records([Array("no end".utf8) + self.frame("framed")]) == ["no end", "framed"])
        #expect(self.records([self.frame("") + Array("z\n".utf8)]) == ["z"])
    }

    @Test func `bytes that are not UTF-8 are kept as replacement characters`() {
        #expect(self.records([[0xFF, 0x41, 10]]) == ["\u{FFFD}A"])
        #expect(self.records([[0x41, 0xC3, 10]]) == ["A\u{FFFD}"])
    }

    @Test func `a longer line than the limit comes in pieces`() {
        #expect(self.records([Array("abcdefghij\nk\n".utf8)], limit: 4) == ["abcd", "efgh", "ij", "k"])
        #expect(self.records([self.frame("abcdefghij")], limit: 4) == ["abcd", "efgh", "ij"])
    }

    @Test func `the tail keeps the last 4 KiB`() {
        var tail = LogTail()
        tail.append("START".utf8)
        #expect(tail.bytes == Array("START\n".utf8))
        for number in 0..<2000 { tail.append("line \(number)".utf8) }
        #expect(tail.bytes.count == 4096)
        #expect(String(decoding: tail.bytes, as: UTF8.self).hasSuffix("line 1998\nline 1999\n"))
        tail.append(String(repeating: "x", count: 9000).utf8)
        #expect(tail.bytes == Array((String(repeating: "x", count: 4095) + "\n").utf8))
    }

    @Test func `output beyond the budget is dropped with a notice, and flows again later`() {
        var budget = LogBudget(now: 0, burst: 1000, bytesPerSecond: 100)
        let taken = [(900, 0), (200, 0), (50, 0), (50, 1_000_000_000)].map { budget.take($0.0, now: $0.1) }
        #expect(taken == [true, false, false, true])
        let notices = [budget.notice(), budget.notice()]
        #expect(notices == [.logsDropped(records: 2, bytes: 250), nil])
        #expect(
            notices[0]?.lines(at: Timestamp(milliseconds: 0))
                == ["[apus] 2 log lines (250 bytes) were dropped: too much output"])
    }

    // Forms: Lambda developer guide, "Understanding the Lambda execution environment life cycle", and "Sending logs".
    @Test func `platform lines have Lambda's form`() {
        let id = "5b866fb1-7154-4af6-8078-6ef6ca4c2ddd"
        #expect(PlatformLines.start(requestID: id, version: "$LATEST") == "START RequestId: \(id) Version: $LATEST")
        #expect(PlatformLines.end(requestID: id) == "END RequestId: \(id)")
        var report = PlatformLines.Report(
            requestID: id, nanoseconds: 133_611_000, memoryMiB: 128, peakMiB: 31, initNanoseconds: nil, status: .success
        )
        #expect(
            PlatformLines.report(report)
                == "REPORT RequestId: \(id)\tDuration: 133.61 ms\tBilled Duration: 134 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\t"
        )
        report.initNanoseconds = 80_000_000
        report.status = .error(type: "Runtime.ExitError")
        #expect(
            PlatformLines.report(report)
                == "REPORT RequestId: \(id)\tDuration: 133.61 ms\tBilled Duration: 214 ms\tMemory Size: 128 MB\t"
                + "Max Memory Used: 31 MB\tInit Duration: 80.00 ms\tStatus: error\tError Type: Runtime.ExitError")
        #expect(
            PlatformLines.initReport(nanoseconds: 1_236_040_000, phase: .initialising, status: .timeout)
                == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout")
        #expect(
            PlatformLines.timedOut(requestID: id, timeoutSeconds: 3, at: Timestamp(milliseconds: 1_709_572_958_033))
                == "2024-03-04T17:22:38.033Z \(id) Task timed out after 3.00 seconds")
    }

    @Test func `a log stream is named after day, version and a random number`() {
        let name = EnvironmentLog.streamName(
            version: "$LATEST", at: Timestamp(milliseconds: 1_709_572_958_033), entropy: SeededEntropy(seed: 1))
        #expect(name.hasPrefix("2024/03/04/[$LATEST]"))
        #expect(name.utf8.count == "2024/03/04/[$LATEST]".utf8.count + 32)
        #expect(name.suffix(32).allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }
}
