import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Handlers in Java, compiled here: a machine without a JDK overlooks these.
@Suite(.serialized, .enabled(if: access("/usr/bin/javac", X_OK) == 0)) struct JavaTests {
    /// The interfaces that aws-lambda-java-core brings with a package, as far as they are used here.
    private static let core: [String: String] = [
        "com/amazonaws/services/lambda/runtime/LambdaLogger.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface LambdaLogger { void log(String message); void log(byte[] message); }
        """,
        "com/amazonaws/services/lambda/runtime/Context.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface Context {
            String getAwsRequestId(); String getFunctionName(); int getRemainingTimeInMillis(); int getMemoryLimitInMB();
            String getInvokedFunctionArn(); LambdaLogger getLogger();
        }
        """,
        "com/amazonaws/services/lambda/runtime/RequestHandler.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface RequestHandler<I, O> { O handleRequest(I input, Context context); }
        """,
        "com/amazonaws/services/lambda/runtime/RequestStreamHandler.java": """
        package com.amazonaws.services.lambda.runtime;
        import java.io.*;
        public interface RequestStreamHandler { void handleRequest(InputStream in, OutputStream out, Context c) throws IOException; }
        """,
    ]

    private static let source = """
        package sample;
        import com.amazonaws.services.lambda.runtime.*;
        import java.io.*;
        import java.util.*;
        public class App implements RequestHandler<Map<String, Object>, Map<String, Object>> {
            public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
                context.getLogger().log("two\\nlines");
                Map<String, Object> answer = new TreeMap<>();
                answer.put("id", context.getAwsRequestId());
                answer.put("name", context.getFunctionName());
                answer.put("memory", context.getMemoryLimitInMB());
                answer.put("hasTime", context.getRemainingTimeInMillis() > 1000);
                answer.put("event", event);
                return answer;
            }
            public static class Point {
                private int x; public List<String> tags;
                public int getX() { return x; } public void setX(int x) { this.x = x; }
            }
            public Point move(Point point) { point.setX(point.getX() + 1); return point; }
            public String greet(String name) { return "hello \\u00e4 " + name; }
            public int fail(int number) { throw new IllegalStateException("no " + number); }
            public void exit(Object event) { System.exit(3); }
            public static class Stream implements RequestStreamHandler {
                public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                    int next; while ((next = in.read()) >= 0) out.write(Character.toUpperCase(next));
                }
            }
        }
        """

    private func function(_ bench: Bench, handler: String) throws -> EnvironmentSpec {
        let spec = bench.function(
            "java17", handler: handler, files: Self.core.merging(["sample/App.java": Self.source]) { $1 },
            memoryMiB: 512)
        let sources = (Self.core.keys + ["sample/App.java"]).map { "\(spec.codeDirectory)/\($0)" }
        let words =
            ["/usr/bin/javac", "--release", "8", "-nowarn", "-Xlint:-options", "-d", spec.codeDirectory] + sources
        try #require(run(words) == 0)
        return spec
    }

    @Test func `a RequestHandler gets its event as the type that it names, and a context`() async throws {
        try await Bench.run { bench in
            let spec = try self.function(bench, handler: "sample.App::handleRequest")
            let answer = try await bench.json(spec, #"{"a": [1, 2.5, "x", null, true], "b": {"c": 12345678901}}"#)
            #expect(answer["name"]?.stringValue == "sample")
            #expect(answer["memory"]?.int64Value == 512)
            #expect(answer["hasTime"] == .bool(true))
            #expect(answer["event"]?["a"]?[2]?.stringValue == "x")
            #expect(answer["event"]?["b"]?["c"]?.int64Value == 12_345_678_901)
            #expect(bench.messages.contains("two\nlines"), "one event, however many lines")
        }
    }

    @Test func `a class alone is enough for its interface, and a stream handler gets bytes`() async throws {
        try await Bench.run { bench in
            let plain = try await bench.json(self.function(bench, handler: "sample.App"))
            #expect(plain["name"]?.stringValue == "sample")
            #expect(try await bench.answer(self.function(bench, handler: "sample.App$Stream"), "\"abc\"") == "\"ABC\"")
        }
    }

    @Test func `any public method is a handler: beans, texts, numbers`() async throws {
        try await Bench.run { bench in
            let moved = try await bench.json(
                self.function(bench, handler: "sample.App::move"), #"{"X": 4, "tags": ["a"], "unknown": 1}"#)
            #expect(moved["x"]?.int64Value == 5 && moved["tags"]?[0]?.stringValue == "a")
            #expect(
                try await bench.answer(self.function(bench, handler: "sample.App::greet"), "\"you\"")
                    == "\"hello ä you\"")
        }
    }

    @Test func `what a handler throws is Lambda's error, and the environment goes on`() async throws {
        try await Bench.run { bench in
            let spec = try self.function(bench, handler: "sample.App::fail")
            for number in 1...2 {
                let outcome = try await bench.invoke(spec, "\(number)").get()
                #expect(outcome.functionError == .unhandled)
                let error = try outcome.json
                #expect(error["errorMessage"]?.stringValue == "no \(number)")
                #expect(error["errorType"]?.stringValue == "java.lang.IllegalStateException")
                #expect(error["stackTrace"]?[0]?.stringValue?.hasPrefix("sample.App.fail(App.java:") == true)
            }
            #expect(bench.runner.statistics.coldStarts == 1)
            let exited = try await bench.invoke(self.function(bench, handler: "sample.App::exit")).get()
            #expect(exited.text.contains("exit status 3"))
        }
    }

    @Test func `a class or a method that is not there is an error of the initialisation`() async throws {
        try await Bench.run { bench in
            let missing = try await bench.invoke(self.function(bench, handler: "sample.None::run")).get()
            #expect(try missing.json["errorType"]?.stringValue == "java.lang.ClassNotFoundException")
            #expect(try missing.json["errorMessage"]?.stringValue == "Class not found: sample.None")
            let method = try await bench.invoke(self.function(bench, handler: "sample.App::run")).get()
            #expect(
                try method.json["errorMessage"]?.stringValue
                    == "No public method named run with appropriate method signature found on class sample.App")
        }
    }
}
