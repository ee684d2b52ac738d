internal import ApusService
internal import Glibc

/// An environment of a version with SnapStart.
extension Environment {
    /// It begins as a fork of its version's snapshot, or without one.
    func logStart() {
        let spec = self.spec
        let arn = self.runner.setup.runtimeVersions.arn(of: self.pool.runtime.name, region: spec.region)
        if self.snapshot != nil {
            self.log.platform(
                .restoreStart(
                    runtime: self.pool.runtime.name, runtimeARN: arn, functionName: spec.functionName,
                    functionVersion: spec.version))
        } else {
            self.log.platform(
                .initStart(
                    self.initialization, runtime: self.pool.runtime.name, runtimeARN: arn,
                    functionName: spec.functionName,
                    functionVersion: spec.version))
        }
    }

    /// What it is forked from now. Its code has credentials of its own, so the environment is to end before those do.
    func useSnapshot() -> Int32? {
        guard let snapshot = self.snapshot else { return nil }
        guard snapshot.goodUntil > self.now else {
            self.forgetSnapshot()
            return nil
        }
        self.machine.retireAt = min(self.machine.retireAt, snapshot.goodUntil)
        return snapshot.door
    }

    /// The snapshot did not fork it: it is started without one.
    func forgetSnapshot() {
        self.snapshot = nil
        self.logStart()
    }

    /// The hooks that run after a restoration have failed.
    func restoreError(_ body: RuntimeRequest.Body, type: String?) -> [UInt8] {
        self.hasFailedToRestore = true
        return self.initError(body, type: type ?? "Runtime.AfterRestoreError")
    }

    /// What a caller hears of an environment that was to be restored for it and could not be; nil: what he hears of any other.
    func restoreRefusal(_ failure: EnvironmentMachine.InitFailure) -> RunnerError? {
        guard self.snapshot != nil || self.hasFailedToRestore else { return nil }
        switch failure {
        case .timedOut: return .restoreTimedOut
        // Status 127: it could not be made, which is not the function's fault.
        case .exited(.status(127)), .notStarted: return nil
        case .exited, .reported: return .restoreFailed
        }
    }
}
