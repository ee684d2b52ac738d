import ApusBase
import ApusWire
import Testing

/// Messages of event streams. The bytes are what the specification says, put together with Python's struct and zlib, and read by
/// botocore's own reader.
@Suite struct EventStreamTests {
    private func decoded(_ hex: String) throws -> EventStreamMessage? {
        var decoder = EventStreamDecoder()
        decoder.append(try #require(Hex.decode(hex)))
        let message = try decoder.next()
        #expect(!decoder.hasPartialMessage)
        return message
    }

    static let messages: [(String, EventStreamMessage)] = [
        (
            "000000100000000005c248eb7d98c8ff",
            EventStreamMessage()
        ),
        (
            "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936",
            EventStreamMessage(payload: Array("{'foo':'bar'}".utf8))
        ),
        (
            "0000002d0000001041c424b80a6576656e742d74797065040000a00c7b27666f6f273a27626172277d36f480a0",
            EventStreamMessage(
                headers: [EventStreamHeader("event-type", .integer(40972))], payload: Array("{'foo':'bar'}".utf8))
        ),
        (
            "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1",
            EventStreamMessage(
                headers: [EventStreamHeader("content-type", .string("application/json"))],
                payload: Array("{'foo':'bar'}".utf8))
        ),
        (
            "0000007000000060d1425efe0474727565000566616c736501046279746502cf0573686f727403fffe046c6f6e6705ffffff9d392e564e0562797465730600030102ff0974696d657374616d70080000000000845fed0475756964090102030405060708090a0b0c0d0e0f10672fdd10",
            EventStreamMessage(headers: [
                EventStreamHeader("true", .bool(true)), EventStreamHeader("false", .bool(false)),
                EventStreamHeader("byte", .byte(-49)), EventStreamHeader("short", .short(-2)),
                EventStreamHeader("long", .long(-424_242_424_242)), EventStreamHeader("bytes", .bytes([1, 2, 255])),
                EventStreamHeader("timestamp", .timestamp(Timestamp(milliseconds: 8_675_309))),
                EventStreamHeader("uuid", .uuid(Array(1...16))),
            ])
        ),
    ]

    @Test(arguments: EventStreamTests.messages)
    func `a message is written and read as specified`(hex: String, message: EventStreamMessage) throws {
        #expect(Hex.encode(message.encoded()) == hex)
        #expect(try self.decoded(hex) == message)
    }

    @Test func `messages are found in pieces of any size`() throws {
        let first = EventStreamMessage.event(
            "Records", contentType: "application/octet-stream", payload: Array("a,b".utf8))
        let second = EventStreamMessage.error("InternalError", "no")
        let bytes = first.encoded() + second.encoded()
        for size in 1...bytes.count {
            var decoder = EventStreamDecoder()
            var messages: [EventStreamMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                decoder.append(Array(bytes[start..<min(start + size, bytes.count)]))
                while let message = try decoder.next() { messages.append(message) }
            }
            #expect(messages == [first, second])
            #expect(!decoder.hasPartialMessage)
        }
    }

    @Test func `events, exceptions and errors have the headers that clients tell them by`() {
        let event = EventStreamMessage.event("Stats", contentType: "text/xml", payload: [1])
        #expect(event[":message-type"] == .string("event") && event[":event-type"] == .string("Stats"))
        #expect(event[":content-type"] == .string("text/xml") && event.payload == [1])
        let exception = EventStreamMessage.exception("ThrottlingException", contentType: nil, payload: [])
        #expect(exception[":message-type"] == .string("exception"))
        #expect(exception[":exception-type"] == .string("ThrottlingException") && exception[":content-type"] == nil)
        let error = EventStreamMessage.error("InternalError", "no")
        #expect(error[":message-type"] == .string("error") && error[":error-code"] == .string("InternalError"))
        #expect(error[":error-message"] == .string("no"))
    }

    @Test func `a message whose checksums or lengths are wrong is refused`() throws {
        let bytes = EventStreamMessage.event("E", contentType: nil, payload: [1, 2, 3]).encoded()
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            var decoder = EventStreamDecoder()
            decoder.append(damaged)
            let expected: EventStreamError = place < 12 ? .preludeChecksum : .messageChecksum
            #expect(throws: expected) { try decoder.next() }
        }
        // Lengths that contradict each other or are past the bounds, with the right checksum of the prelude.
        for (total, headers) in [
            (15, 0), (16, 1), (20, 128 * 1024 + 1), (0, 0), (Int(UInt32.max), 0), (128 * 1024 + 17, 128 * 1024 + 1),
        ] {
            var prelude: [UInt8] = []
            for number in [total, headers] {
                for shift in [24, 16, 8, 0] { prelude.append(UInt8(truncatingIfNeeded: number >> shift)) }
            }
            let checksum = Digest.crc32(prelude)
            for shift in [24, 16, 8, 0] { prelude.append(UInt8(truncatingIfNeeded: checksum >> UInt32(shift))) }
            var decoder = EventStreamDecoder()
            decoder.append(prelude)
            #expect(throws: EventStreamError.length) { try decoder.next() }
        }
    }

    /// A message with these bytes as headers and right checksums.
    private func framed(_ headers: [UInt8]) -> [UInt8] {
        func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        var message = bytes(UInt32(headers.count + 16)) + bytes(UInt32(headers.count))
        message += bytes(Digest.crc32(message))
        message += headers
        return message + bytes(Digest.crc32(message))
    }

    @Test(
        arguments: [
            ([0, 0], EventStreamError.header), ([1], .header), ([1, 0x61], .header), ([1, 0x61, 10], .headerType(10)),
            ([1, 0x61, 2], .header), ([1, 0x61, 7, 0, 2, 0x62], .header), ([1, 0x61, 7, 0x80, 0], .header),
            ([1, 0xff, 0], .header), ([1, 0x61, 7, 0, 1, 0xff], .header), ([1, 0x61, 9, 0], .header),
            ([1, 0x61, 0, 1, 0x61, 1], .duplicateHeader), ([1, 0x61, 5, 0, 0, 0], .header),
        ] as [([UInt8], EventStreamError)])
    func `headers that are malformed are refused`(headers: [UInt8], error: EventStreamError) {
        var decoder = EventStreamDecoder()
        decoder.append(self.framed(headers))
        #expect(throws: error) { try decoder.next() }
    }

    @Test func `random headers with right checksums, and random bytes, are read or refused`() {
        let entropy = SeededEntropy(seed: 31)
        var read = 0
        for _ in 0..<20_000 {
            var headers: [UInt8] = []
            for _ in 0..<entropy.below(4) {
                headers += [UInt8(entropy.below(3)), UInt8(0x61 + entropy.below(26)), UInt8(entropy.below(11))]
                headers += entropy.bytes(count: Int(entropy.below(10))).map { $0 & 3 }
            }
            var decoder = EventStreamDecoder()
            decoder.append(self.framed(headers))
            guard let message = try? decoder.next() else { continue }
            read += 1
            #expect(message.encoded() == self.framed(headers))
        }
        #expect(read > 1000)
        for _ in 0..<20_000 {
            var decoder = EventStreamDecoder()
            decoder.append(entropy.bytes(count: Int(entropy.below(40))))
            #expect((try? decoder.next()) ?? nil == nil)
        }
    }
}
