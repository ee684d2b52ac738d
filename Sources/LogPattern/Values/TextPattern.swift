/// A text with a wildcard `*` at its beginning, its end, or both. Elsewhere an asterisk is itself: of AWS's examples `*Event` and
/// `Event*` match, and `Ev*ent` matches only itself.
struct TextPattern: Sendable, Equatable {
    private enum Place: Sendable { case whole, beginning, end, anywhere }
    private let place: Place
    private let core: String
    private let searched: SearchedText

    init(_ text: String) {
        var core = text[...]
        let opens = core.hasPrefix("*")
        if opens { core = core.dropFirst() }
        let closes = core.hasSuffix("*")
        if closes { core = core.dropLast() }
        self.core = String(core)
        self.searched = SearchedText(self.core)
        switch (opens, closes) {
        case (false, false): self.place = .whole
        // A single asterisk opens and closes: it has nothing between.
        case (true, false): self.place = core.isEmpty ? .anywhere : .end
        case (false, true): self.place = .beginning
        case (true, true): self.place = .anywhere
        }
    }

    func matches(_ text: String) -> Bool {
        switch self.place {
        case .whole: return text.utf8.elementsEqual(self.core.utf8)
        case .beginning: return text.utf8.starts(with: self.core.utf8)
        case .end: return text.utf8.reversed().starts(with: self.core.utf8.reversed())
        case .anywhere:
            var text = text
            return text.withUTF8 { self.searched.occurs(in: $0) }
        }
    }
}
