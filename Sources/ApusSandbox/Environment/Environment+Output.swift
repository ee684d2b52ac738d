internal import NIOCore

/// Reading what the environment prints.
extension Environment {
    /// Reads output in turns for as long as the environment may print, sooner when the last turn found much. It runs on by itself
    /// until there is nothing to expect.
    func pump(after milliseconds: Int = SandboxLimits.outputTurnMilliseconds) {
        guard !self.isPumping, self.reader != nil, self.machine.state != .frozen, self.machine.state != .ended else {
            return
        }
        self.isPumping = true
        let turn = TimeAmount.milliseconds(Int64(milliseconds))
        self.runner.eventLoop.assumeIsolated().scheduleTask(in: turn) { [weak self] in
            guard let self else { return }
            self.isPumping = false
            let count = self.drain(limit: SandboxLimits.outputBytesPerTurn)
            self.log.flush()
            self.heed(self.log.takeNotices())
            self.pump(after: count >= 64 * 1024 ? 4 : SandboxLimits.outputTurnMilliseconds)
        }
    }

    @discardableResult func drain(limit: Int) -> Int {
        self.reader?.read(limit: limit) { self.log.output($0) } ?? 0
    }
}
