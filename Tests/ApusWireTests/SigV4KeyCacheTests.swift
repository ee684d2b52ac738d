import ApusBase
import Synchronization
import Testing

@testable import ApusWire

struct SigV4KeyCacheTests {
    private static let now = Timestamp(amzDate: "20150830T123600Z".utf8)!

    private static func verify(_ cache: SigningKeyCache, mark: String, secret: String) throws(SignatureFailure) -> Int {
        var derivations = 0
        guard let request = try? RequestFile.parse(SigV4Tests.iamListUsers.request),
            let signature = try SigV4.parse(request)
        else { throw .missingAuthentication }
        try SigV4.verify(request, signature, mark: Array(mark.utf8), keys: cache, now: Self.now) {
            () throws(SignatureFailure) in
            derivations += 1
            return secret
        }
        return derivations
    }

    @Test func `a key is derived once and used again`() throws {
        let cache = SigningKeyCache()
        #expect(try Self.verify(cache, mark: "1", secret: SigV4Tests.iamSecret) == 1)
        #expect(try Self.verify(cache, mark: "1", secret: "unused") == 0)
    }

    @Test func `a key whose secret changed is not used`() throws {
        let cache = SigningKeyCache()
        _ = try Self.verify(cache, mark: "1", secret: SigV4Tests.iamSecret)
        #expect(throws: SignatureFailure.self) { try Self.verify(cache, mark: "2", secret: "rotated") }
        // The wrong one was not kept in its place.
        #expect(try Self.verify(cache, mark: "2", secret: SigV4Tests.iamSecret) == 1)
        #expect(try Self.verify(cache, mark: "2", secret: "unused") == 0)
        #expect(cache.count == 1)
    }

    @Test func `the cache is bounded, and what is used stays`() {
        let cache = SigningKeyCache(capacity: 8)
        let key = SigningKey(
            secret: "s", scope: CredentialScope(accessKeyID: "A", date: "20150830", region: "r", service: "s"))
        func scope(_ number: Int) -> CredentialScope {
            CredentialScope(accessKeyID: "A\(number)", date: "20150830", region: "r", service: "s")
        }
        cache.insert(key, for: scope(0), mark: [1])
        for number in 1..<100 {
            cache.insert(key, for: scope(number), mark: [1])
            #expect(cache.count <= 8)
            #expect(cache.find(scope(0), mark: [1]) != nil)
        }
        #expect(cache.find(scope(1), mark: [1]) == nil)
        cache.removeAll()
        #expect(cache.find(scope(0), mark: [1]) == nil)
    }

    @Test func `many tasks use one cache at once`() async throws {
        let cache = SigningKeyCache(capacity: 4)
        let key = SigningKey(
            secret: "s", scope: CredentialScope(accessKeyID: "A", date: "20150830", region: "r", service: "s"))
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<2000 {
                        let scope = CredentialScope(
                            accessKeyID: "A\((number + worker) % 7)", date: "20150830", region: "r", service: "s")
                        if cache.find(scope, mark: [1]) == nil { cache.insert(key, for: scope, mark: [1]) }
                    }
                }
            }
        }
        #expect(cache.count <= 4)
    }
}
