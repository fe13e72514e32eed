internal import Contracts
public import RPC
internal import Synchronization

/// How many may watch at once. A watch costs reads whenever something changes, so a process that
/// took any number of them would leave nothing for those who order.
public final class WatchPlaces: Sendable {
  private let max: Int
  private let taken = Mutex(0)

  public init(max: Int) { self.max = max }

  /// Runs a watch if there is a place for it.
  /// - Throws: RESOURCE_EXHAUSTED when there is none; the watch's own errors.
  public func watch(
    _ body: () async throws(RPCError) -> Void
  ) async throws(RPCError) {
    let isTaken = taken.withLock { taken in
      guard taken < max else { return false }
      taken += 1
      return true
    }
    guard isTaken else {
      throw RPCError(
        .overloaded, "\(max) watch here already; try another replica",
        details: [AnyDetail(RetryInfo(.seconds(1)))])
    }
    defer { taken.withLock { $0 -= 1 } }
    try await body()
  }
}
