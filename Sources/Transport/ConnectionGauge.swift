internal import Synchronization

/// How many calls one connection carries, for anybody to read.
final class ConnectionGauge: Sendable {
  let address: String
  let openStreams = Atomic(0)

  init(address: String) { self.address = address }
}
