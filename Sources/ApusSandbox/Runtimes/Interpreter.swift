/// An interpreter found on this machine.
package struct Interpreter: Hashable, Sendable {
    package enum Language: Hashable, Sendable { case python, node, java }
    package var language: Language
    /// The real file, symbolic links resolved.
    package var path: String
    /// Python: 3.`minor`. Node.js and Java: `major`; Java 8 is 8, although it calls itself 1.8.
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
