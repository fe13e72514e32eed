internal import NIOCore
internal import Synchronization

/// The open connections, so that a shutdown that waited long enough can cut them.
final class ConnectionRegister: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  func add(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    channels.withLock { $0[id] = channel }
    channel.closeFuture.whenComplete { _ in self.remove(id) }
  }

  private func remove(_ id: ObjectIdentifier) {
    channels.withLock { $0[id] = nil }
  }

  /// Closes what is still open and says how many that were.
  func closeAll() -> Int {
    let open = channels.withLock { Array($0.values) }
    for channel in open { channel.close(promise: nil) }
    return open.count
  }
}
