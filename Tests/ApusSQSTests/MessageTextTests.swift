import ApusSQS
import Testing

/// The characters of messages: "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF" (API_SendMessage).
@Suite struct MessageTextTests {
    @Test func `a forbidden character is found wherever it stands`() {
        for count in 0...20 {
            for place in 0...count {
                let before = String(repeating: "é", count: place / 2) + String(repeating: "a", count: place % 2)
                let after = String(repeating: "z", count: count - place)
                for forbidden in [
                    "\u{0}", "\u{1}", "\u{8}", "\u{B}", "\u{C}", "\u{E}", "\u{1F}", "\u{FFFE}", "\u{FFFF}",
                ] {
                    #expect(!MessageText.isAllowed(before + forbidden + after))
                }
                for allowed in [
                    "", "\t", "\n", "\r", " ", "\u{7F}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFBE}", "\u{10FFFF}",
                ] {
                    #expect(MessageText.isAllowed(before + allowed + after))
                }
            }
        }
    }
}
