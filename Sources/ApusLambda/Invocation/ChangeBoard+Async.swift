internal import ApusBase
internal import ApusStore

extension ChangeBoard {
    /// Returns after so long, on the driver's clock.
    func pause(milliseconds: Int64, clock: any Clock) async {
        let channel = Channel(InvocationKey(id: 0))
        let deadline = clock.now + milliseconds
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            self.wait(on: channel, seen: self.version(of: channel), wakeAt: nil, deadline: deadline) { _ in
                continuation.resume()
            }
        }
    }

    /// Returns when the channel changes or a time comes, and says which.
    func change(of channel: Channel, seen: UInt64, wakeAt: Timestamp?, deadline: Timestamp) async -> Wake {
        await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
            self.wait(on: channel, seen: seen, wakeAt: wakeAt, deadline: deadline) {
                continuation.resume(returning: $0)
            }
        }
    }
}
