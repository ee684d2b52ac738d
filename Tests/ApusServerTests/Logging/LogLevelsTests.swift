import ApusBase
import ApusWire
import Glibc
import Logging
import Testing

@testable import ApusServer

@Suite struct LogLevelsTests {
    @Test func `a category follows the level for all until it has its own, and again after`() {
        let levels = LogLevels(.info)
        #expect(levels.level(of: "request") == .info)
        #expect(levels.set(.error, of: "request"))
        levels.set(.debug)
        #expect(levels.level(of: "request") == .error)
        #expect(levels.level(of: "init") == .debug)
        #expect(levels.set(nil, of: "request"))
        #expect(levels.level(of: "request") == .debug)
    }

    @Test func `a category that nobody writes in is refused`() {
        let levels = LogLevels(.info)
        #expect(!levels.set(.debug, of: "requests"))
        levels.note("requests")
        #expect(levels.set(.debug, of: "requests"))
    }

    @Test func `loggers that were made before a change follow it`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let log = ServerLog(Configuration.Log(), clock: SystemClock(), descriptor: ends[1])
        let logger = log.logger("upgrade")
        logger.debug("one")
        log.levels.set(.debug)
        logger.debug("two")
        #expect(log.levels.set(.error, of: "upgrade"))
        logger.warning("three")
        log.stop()
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(ends[0], &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        #expect(!text.contains("one") && text.contains("two") && !text.contains("three"))
        for end in ends { close(end) }
    }

    @Test func `the page shows the levels, changes them and says what it cannot do`() throws {
        let levels = LogLevels(.info)
        let shown = try JSONValue(parsing: LogLevelPage.picture(levels).body)
        #expect(shown["level"]?.stringValue == "info")
        #expect(shown["categories"]?["request"]?.stringValue == "info")
        let changed = LogLevelPage.change(LogLevelPage.request(category: "request", level: "warning"), levels)
        #expect(changed.status == 200)
        #expect(try JSONValue(parsing: changed.body)["categories"]?["request"]?.stringValue == "warning")
        #expect(LogLevelPage.change(LogLevelPage.request(category: nil, level: "debug"), levels).status == 200)
        #expect(levels.level(of: "init") == .debug && levels.level(of: "request") == .warning)
        #expect(LogLevelPage.change(LogLevelPage.request(category: "request", level: "default"), levels).status == 200)
        #expect(levels.level(of: "request") == .debug)
        for body in [
            Array("[]".utf8), Array("x".utf8), LogLevelPage.request(category: nil, level: "default"),
            LogLevelPage.request(category: nil, level: "loud"), LogLevelPage.request(category: "nobody", level: "info"),
        ] { #expect(LogLevelPage.change(body, levels).status == 400) }
        #expect(LogLevelPage.text(LogLevelPage.picture(levels).body)?.hasPrefix("level debug\n  admin") == true)
    }
}
