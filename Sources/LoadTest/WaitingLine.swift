/// Requests that are due and wait for room on a connection, the first to be due first.
///
/// Connections that carry one request at a time share a line, and whichever is free takes its head:
/// else a slow answer would delay requests that an idle connection could carry, and the delay would
/// count as the server's. It lives on its worker's event loop.
final class WaitingLine {
  private var queue = Queue<WorkerConnection.Pending>()

  var isEmpty: Bool { queue.isEmpty }
  var count: Int { queue.count }

  func append(_ pending: WorkerConnection.Pending) { queue.append(pending) }

  func popFirst() -> WorkerConnection.Pending? { queue.popFirst() }
}
