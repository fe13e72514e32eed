/// A worker's share of a fixed number of requests in flight.
struct ClosedLoop {
  let office: TicketOffice
  /// Requests that are to be kept in flight and have not met the end of the sending.
  var slots: Int

  /// How many of `concurrency` belong to a lane: they are dealt one by one.
  static func share(of lane: Int, concurrency: Int, connections: Int) -> Int {
    concurrency / connections + (lane < concurrency % connections ? 1 : 0)
  }
}
