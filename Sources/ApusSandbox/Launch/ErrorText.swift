internal import Glibc

/// An errno in words.
enum ErrorText {
    static func describe(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}
