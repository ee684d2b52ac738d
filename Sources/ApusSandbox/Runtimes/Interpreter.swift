/// An interpreter found on this machine.
package struct Interpreter: Hashable, Sendable {
    package enum Language: Hashable, Sendable { case python, node }
    package var language: Language
    /// The real file, symbolic links resolved.
    package var path: String
    /// Python: 3.`minor`. Node.js: `major`.
    package var major: Int
    package var minor: Int

    package init(language: Language, path: String, major: Int, minor: Int) {
        self.language = language
        self.path = path
        self.major = major
        self.minor = minor
    }

    /// `3.11`, `20.19`
    package var version: String { "\(self.major).\(self.minor)" }
}
