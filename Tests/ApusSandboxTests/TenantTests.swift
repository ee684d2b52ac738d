import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Environments of functions that isolate their tenants.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html and the pages below it.
@Suite(.serialized) struct TenantTests {
    /// Answers its process and everybody it has ever served.
    private static let source = """
        import os
        seen = []
        def handler(event, context):
            if context.tenant_id not in seen: seen.append(context.tenant_id)
            return [os.getpid(), seen]
        """

    private func invoke(
        _ bench: Bench, _ spec: EnvironmentSpec, for tenant: String, most: Int = 2_500, requestID: String = "r"
    ) async -> Result<InvocationOutcome, RunnerError> {
        await bench.invoke(spec, requestID: requestID) {
            $0.tenant = InvocationTenant(id: tenant, environmentsOfAll: most)
        }
    }

    private func served(
        _ bench: Bench, _ spec: EnvironmentSpec, for tenant: String
    ) async throws -> (process: Int64, tenants: [String]) {
        let answer = try await self.invoke(bench, spec, for: tenant).get().json
        let parts = try #require(answer.arrayValue)
        return (try #require(parts[0].int64Value), (parts[1].arrayValue ?? []).compactMap(\.stringValue))
    }

    @Test func `an environment serves one tenant, again and again, and never another`() async throws {
        try await Bench.run { bench in
            let spec = bench.python(Self.source)
            let blue = try await self.served(bench, spec, for: "blue")
            let green = try await self.served(bench, spec, for: "green")
            let again = try await self.served(bench, spec, for: "blue")
            #expect(blue.tenants == ["blue"] && green.tenants == ["green"] && again.tenants == ["blue"])
            #expect(blue.process == again.process && blue.process != green.process)
            let plain = try await bench.json(spec).arrayValue
            #expect(plain?[1] == [.null], "an event that is nobody's has an environment of its own")
            #expect(bench.runner.statistics.coldStarts == 3)
            #expect(bench.runner.statistics.pools == 3)
        }
    }

    @Test func `tenants that come all at once do not meet either`() async throws {
        try await Bench.run(configure: { $0.machineEnvironments = 6 }) { bench in
            let spec = bench.python(Self.source)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let tenant = "t\(number % 9)"
                        switch await self.invoke(bench, spec, for: tenant) {
                        case .success(let outcome):
                            let served = try outcome.json.arrayValue
                            #expect(served?[1] == [.string(tenant)])
                        case .failure(let error): #expect(error == .throttled)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `however many tenants callers name, environments and pools stay within the machine's room`() async throws
    {
        try await Bench.run(configure: { $0.machineEnvironments = 4 }) { bench in
            let spec = bench.python(Self.source)
            var (served, mostPools, mostEnvironments) = (0, 0, 0)
            for number in 0..<120 {
                let tenant = "tenant-\(number)"
                switch await self.invoke(bench, spec, for: tenant) {
                case .success(let outcome):
                    served += 1
                    let answer = try outcome.json.arrayValue
                    #expect(answer?[1] == [.string(tenant)])
                case .failure(let error): #expect(error == .throttled)
                }
                let now = bench.runner.statistics
                mostPools = max(mostPools, now.pools)
                mostEnvironments = max(
                    mostEnvironments, now.starting + now.ready + now.frozen + now.busy + now.ending)
            }
            // Those whose environments were given up for others are forgotten.
            #expect(served == 120, "one tenant after the other is served in place of those before")
            #expect(mostPools <= 5 && mostEnvironments <= 5, "\(mostPools) pools, \(mostEnvironments) environments")
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.pools == 0 && $0.ready + $0.frozen + $0.ending == 0 }
        }
    }

    @Test func `tenants that are throttled leave nothing behind`() async throws {
        try await Bench.run { bench in
            let spec = bench.python(Self.source)
            _ = try await self.invoke(bench, spec, for: "blue", most: 1).get()
            for number in 0..<10_000 {
                guard case .failure(.throttled) = await self.invoke(bench, spec, for: "t\(number)", most: 1) else {
                    throw BenchError("not throttled")
                }
            }
            // The answer comes before the last one's pool goes.
            try await bench.wait { $0.pools == 1 }
            #expect(bench.runner.statistics.throttles == 10_000)
        }
    }

    @Test func `a function has so many environments over all its tenants, idle ones counted`() async throws {
        try await Bench.run { bench in
            let spec = bench.python(Self.source)
            for tenant in ["blue", "green"] { _ = try await self.invoke(bench, spec, for: tenant, most: 2).get() }
            guard case .failure(.throttled) = await self.invoke(bench, spec, for: "red", most: 2) else {
                throw BenchError("a third tenant has an environment")
            }
            _ = try await self.invoke(bench, spec, for: "blue", most: 2).get()
            // Versions are the same function; another function is not.
            var version = bench.python(Self.source)
            version.version = "1"
            guard case .failure(.throttled) = await self.invoke(bench, version, for: "blue", most: 2) else {
                throw BenchError("a version has environments of its own beside")
            }
            var other = bench.python(Self.source)
            other.functionName = "other"
            _ = try await self.invoke(bench, other, for: "blue", most: 2).get()
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen == 1 && $0.ending == 0 }
            _ = try await self.invoke(bench, version, for: "red", most: 2).get()
        }
    }

    @Test func `nothing is made ahead for a tenant that is expected`() async throws {
        try await Bench.run(configure: { configuration in
            configuration.keepAlive = .predicted
            // A minute of the policy lasts ten milliseconds.
            configuration.policyMinuteNanoseconds = 10_000_000
            configuration.keepAliveSeconds = 600_000
        }) { bench in
            let spec = bench.python(Self.source)
            // It ends as soon as its events are known to come so far apart that another one would be made ahead of the next.
            var isPredicted = false
            for _ in 0..<20 where !isPredicted {
                _ = try await self.invoke(bench, spec, for: "blue").get()
                for _ in 0..<40 where !isPredicted {
                    try await Task.sleep(nanoseconds: 10_000_000)
                    let now = bench.runner.statistics
                    isPredicted = now.ready + now.frozen + now.ending + now.busy + now.starting == 0
                }
                if !isPredicted { try await Task.sleep(nanoseconds: 400_000_000) }
            }
            #expect(isPredicted)
            let starts = bench.runner.statistics.coldStarts
            try await bench.wait { $0.pools == 0 }
            try await Task.sleep(nanoseconds: 1_500_000_000)
            #expect(bench.runner.statistics.coldStarts == starts)
        }
    }

    @Test func `a log in JSON says whose an event was`() async throws {
        let source = """
            import logging
            def handler(event, context):
                logging.getLogger().warning("warned")
                return 1 / len(event)
            """
        try await Bench.run { bench in
            var spec = bench.python(source)
            spec.logging = FunctionLogging(format: .json, applicationLevel: .info, systemLevel: .debug)
            _ = try await self.invoke(bench, spec, for: "BlueTenant", requestID: "r1").get()
            let events = try bench.messages.map { try JSONValue(parsing: Array($0.utf8)) }
            let start = try #require(events.first { $0["type"] == "platform.start" })
            #expect(start["record"] == ["requestId": "r1", "version": "$LATEST", "tenantId": "BlueTenant"])
            for type in ["platform.runtimeDone", "platform.report"] {
                let event = try #require(events.first { $0["type"]?.stringValue == type })
                #expect(event["record"]?["tenantId"] == "BlueTenant", "\(type)")
            }
            let warning = try #require(events.first { $0["message"] == "warned" })
            #expect(warning["tenantId"] == "BlueTenant" && warning["requestId"] == "r1")
            let failure = try #require(events.first { $0["errorType"] == "ZeroDivisionError" })
            #expect(failure["tenantId"] == "BlueTenant")
            let initialised = try #require(events.first { $0["type"] == "platform.initStart" })
            #expect(initialised["record"]?["tenantId"] == nil)
        }
    }

    @Test func `Node.js and custom runtimes are told whom they serve`() async throws {
        let bootstrap = """
            #!/usr/bin/python3
            import http.client, os
            api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
            while True:
                api.request("GET", "/2018-06-01/runtime/invocation/next")
                answer = api.getresponse()
                answer.read()
                id, tenant = (answer.getheader("Lambda-Runtime-Aws-" + name) for name in ("Request-Id", "Tenant-Id"))
                api.request("POST", f"/2018-06-01/runtime/invocation/{id}/response", '"%s"' % tenant)
                api.getresponse().read()
            """
        try await Bench.run { bench in
            let node = bench.function(
                "nodejs20.x", handler: "index.handler",
                files: ["index.js": "exports.handler = async (event, context) => [context.tenantId];"])
            let every = "a b/c:d=e+f-g@h.i_j"
            let told = try await self.invoke(bench, node, for: every).get().text
            #expect(told == "[\"\(every)\"]")
            let none = try await bench.answer(node)
            #expect(none == "[null]")
            let custom = bench.function("provided.al2023", files: ["bootstrap": bootstrap])
            let header = try await self.invoke(bench, custom, for: "blue").get().text
            #expect(header == "\"blue\"")
            let missing = try await bench.answer(custom)
            #expect(missing == "\"None\"")
        }
    }
}
