/// How a signature covers the body.
package enum PayloadSigning: Hashable, Sendable {
    /// By the hash of the body, which the request does not state.
    case implied
    /// By the hash of the body, which the request states as 64 lower-case hexadecimal digits.
    case stated(String)
    /// Not at all.
    case unsigned
    /// The body is in chunks, which the signature does not cover itself. Decoding them, and verifying each where they are
    /// signed, is for whoever reads the body.
    case streaming(Streaming)

    package enum Streaming: String, Hashable, Sendable, CaseIterable {
        case signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case signedWithTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        case unsignedWithTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case events = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
    }

    static let unsignedText = "UNSIGNED-PAYLOAD"

    /// Reads an `x-amz-content-sha256` value.
    init(_ text: String) throws(SignatureFailure) {
        if text == Self.unsignedText {
            self = .unsigned
        } else if let streaming = Streaming(rawValue: text) {
            self = .streaming(streaming)
        } else if text.utf8.count == 64, text.utf8.allSatisfy(Self.isLowerHexDigit) {
            self = .stated(text)
        } else {
            throw .invalidPayloadHash
        }
    }

    private static func isLowerHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
