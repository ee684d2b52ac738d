internal import NIOHTTP2

/// Hears which frames `NIOHTTP2Handler` writes by itself: it reports an error of one stream and one of the whole connection in
/// the same way, and only the frame before it tells them apart.
///
/// SAFETY: used on its connection's event loop only.
final class WrittenFrames: NIOHTTP2FrameDelegate, @unchecked Sendable {
    private var isAfterReset = false

    func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .rstStream: self.isAfterReset = true
        case .goAway: self.isAfterReset = false
        default: break
        }
    }

    /// Forgets what was written so far: what is heard next belongs to the next error.
    func forget() { self.isAfterReset = false }

    /// Whether the error that was just reported concerned one stream, which has been reset.
    func takeStreamError() -> Bool {
        defer { self.isAfterReset = false }
        return self.isAfterReset
    }
}
