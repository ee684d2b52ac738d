internal import Glibc

/// A thread for work that blocks: tasks have as many threads as there are cores, and none to spare.
enum BackgroundThread {
    /// Runs `work` on a thread of its own that ends with it.
    static func start(_ work: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let work: @Sendable () -> Void
            init(_ work: @escaping @Sendable () -> Void) { self.work = work }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(work))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        precondition(code == 0, "no thread could be started")
        pthread_detach(thread)
    }

    /// Runs `work` on such a thread and waits for what it returns without holding one.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            self.start { continuation.resume(returning: work()) }
        }
    }
}
