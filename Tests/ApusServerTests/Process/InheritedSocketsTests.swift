import Glibc
import Testing

@testable import ApusServer

@Suite struct InheritedSocketsTests {
    @Test(arguments: [
        [:], ["LISTEN_FDS": "1"], ["LISTEN_FDS": "1", "LISTEN_PID": "8"], ["LISTEN_FDS": "0", "LISTEN_PID": "7"],
    ])
    func `sockets for nobody, or for another process, are none`(_ variables: [String: String]) throws {
        #expect(try InheritedSockets.read(variables, process: 7) == .none)
    }

    @Test(arguments: ["x", "-1", "17"])
    func `a number that is none is refused`(_ count: String) {
        let failure = #expect(throws: ServerFailure.self) {
            try InheritedSockets.read(["LISTEN_FDS": count, "LISTEN_PID": "7"], process: 7)
        }
        #expect(failure?.kind == .configuration)
        #expect(failure?.description.contains("LISTEN_FDS is \"\(count)\"") == true)
    }

    @Test func `descriptors that do not listen are refused`() {
        // Whatever descriptor 3 is in this process, sixteen listening sockets it has not.
        let failure = #expect(throws: ServerFailure.self) {
            try InheritedSockets.read(["LISTEN_FDS": "16", "LISTEN_PID": "7"], process: 7)
        }
        #expect(failure?.description.contains("which was handed over to listen on") == true)
    }
}
