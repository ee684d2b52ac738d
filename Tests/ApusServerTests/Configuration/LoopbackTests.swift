import Testing

@testable import ApusServer

@Suite struct LoopbackTests {
    @Test(arguments: [
        "127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LocalHost", "x.lambda-url.us-east-1.localhost",
    ])
    func `only this machine reaches it`(_ host: String) { #expect(Loopback.contains(host)) }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "127.0.0.256", "", "::", "128.0.0.1",
    ])
    func `others may reach it`(_ host: String) { #expect(!Loopback.contains(host)) }
}
