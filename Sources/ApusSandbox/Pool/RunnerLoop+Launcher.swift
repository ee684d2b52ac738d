/// What the launcher tells.
extension RunnerLoop {
    /// Of a process: an environment's, a template's, or one that waits for a function.
    func launchEvent(_ id: UInt64, _ event: LaunchEvent) {
        if let environment = self.environments[id], environment.process == id { return environment.launchEvent(event) }
        if !self.snapshots.launchEvent(id, event) { self.waiting.launchEvent(id, event) }
    }

    /// It has ended, and all processes with it.
    func launcherLost() {
        self.templates.lost()
        let own = self.environments.values.filter { $0.process == $0.id }
        self.waiting.lost()
        self.snapshots.lost()
        for environment in own { environment.launchEvent(.exited(.signal(9), peakKiB: 0)) }
    }
}
