public import HTTP2

/// Handlers of one connection that have not begun. All that one read has brought begin after it,
/// together: waking a task for each of them costs a tenth of a small call.
public final class HandlerQueue {
  private struct Entry {
    let stream: StreamID
    let handler: PreparedHandler
  }

  private var waiting: [Entry?] = []
  private var first = 0

  public init() {}

  public var isEmpty: Bool { first == waiting.count }

  public func append(_ handler: consuming PreparedHandler, for stream: StreamID) {
    waiting.append(Entry(stream: stream, handler: handler))
  }

  /// Takes a handler out that nobody wants any more.
  /// - Returns: false when it has begun.
  public func remove(_ stream: StreamID) -> Bool {
    var index = waiting.count - 1
    while index >= first {
      if waiting[index]?.stream == stream {
        waiting[index] = nil
        return true
      }
      index -= 1
    }
    return false
  }

  func next() -> (stream: StreamID, handler: PreparedHandler)? {
    while first < waiting.count {
      // Exchanged, because a copy would be counted, and the one left behind counted off.
      var entry: Entry?
      swap(&entry, &waiting[first])
      first += 1
      if first == waiting.count {
        waiting.removeAll(keepingCapacity: waiting.count <= Self.keptMax)
        first = 0
      }
      if let entry { return (entry.stream, entry.handler) }
    }
    return nil
  }

  /// Room for more than that is given back, so that an idle connection is small.
  private static let keptMax = 64
}
