internal import Contracts
internal import Operations
internal import RPC

/// Tells figures of stock as they change: a snapshot, then rounds of what changed since.
///
/// A watcher that reads slowly is waited for, and finds then what there is by then: nothing is kept
/// for it but the numbers in its `StockFollower`.
struct StockWatch: Sendable {
  let feed: StockFeed
  let places: WatchPlaces

  func watch(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>
  ) async throws(RPCError) {
    let interest: StockInterest
    do throws(InvalidRequest) {
      interest = try StockRequests.interest(request)
    } catch {
      throw RPCError(error)
    }
    try await places.watch { () throws(RPCError) in
      let (id, changes) = feed.join(interest)
      defer { feed.leave(id, interest) }
      try await follow(interest, changes, replies)
    }
  }

  private func follow(
    _ interest: StockInterest, _ changes: AsyncStream<Void>,
    _ replies: MessageWriter<WatchStockResponse>
  ) async throws(RPCError) {
    var follower = StockFollower(interest)
    do throws(WriteFailure) {
      try await feed.read(interest)
    } catch {
      throw RPCError(error)
    }
    try checkSize(interest)
    if try await !tell(&follower, replies, isSnapshot: true) {
      try await replies.write(WatchStockResponse(endsSnapshot: true))
    }
    for await _ in changes {
      try checkSize(interest)
      _ = try await tell(&follower, replies, isSnapshot: false)
    }
    // The caller has gone, or there is nothing to tell any more.
    if !Task.isCancelled { throw RPCError(feed.failure ?? .stopping) }
  }

  /// - Returns: whether there was anything to tell.
  private func tell(
    _ follower: inout StockFollower, _ replies: MessageWriter<WatchStockResponse>,
    isSnapshot: Bool
  ) async throws(RPCError) -> Bool {
    guard feed.with({ follower.begin($0) }) else { return false }
    repeat {
      let page = feed.with { follower.page($0) }
      try await replies.write(
        WatchStockResponse(items: page, endsSnapshot: isSnapshot && follower.isDone))
    } while !follower.isDone
    return true
  }

  private func checkSize(_ interest: StockInterest) throws(RPCError) {
    guard interest == .all, feed.isTooLarge else { return }
    throw RPCError(.overloaded, "there are too many SKUs to watch all of them; name some")
  }
}
