internal import NIOCore

/// A worker's place for a connection to one server: the link of the moment, the requests that wait
/// for it, and the way back to a new one when it is lost.
///
/// It lives on the worker's event loop.
final class WorkerConnection: LinkEvents, @unchecked Sendable {
  /// A request that is due and has no stream yet.
  struct Pending {
    var index: UInt64
    var intended: UInt64?
    var picked: UInt64
    var step: Int
    var isMeasured: Bool
  }

  let number: Int
  let address: TargetAddress
  private unowned let worker: LoadWorker
  private let connector: any LoadConnector
  private(set) var link: (any LoadLink)?
  /// Lost to GOAWAY, with answers still to come.
  private var draining: [any LoadLink] = []
  let waiting: WaitingLine
  /// Something was started since the last flush.
  var isDirty = false
  private var isClosed = false
  /// How often it had to be opened again, since that was last asked.
  private var reopened: UInt64 = 0

  /// Between the loss of a connection and the attempt to open another, and between attempts.
  private static let retryPause = TimeAmount.milliseconds(100)

  init(
    number: Int, address: TargetAddress, worker: LoadWorker, connector: any LoadConnector
  ) {
    self.number = number
    self.address = address
    self.worker = worker
    waiting = worker.sharedLine ?? WaitingLine()
    self.connector = connector
  }

  /// Opens it for the first time.
  func connect() -> EventLoopFuture<Void> {
    connector.connect(to: address, on: worker.loop, self).map { self.link = $0 }
  }

  var room: Int { link?.room ?? 0 }

  func takeReopened() -> UInt64 {
    defer { reopened = 0 }
    return reopened
  }

  func flush() {
    guard isDirty else { return }
    isDirty = false
    link?.flush()
  }

  /// Gives a request up, wherever it is.
  func abandon(_ slot: Int) -> WireTimes? {
    for candidate in [link].compactMap({ $0 }) + draining {
      if let times = candidate.abandon(slot) { return times }
    }
    return nil
  }

  func close() {
    isClosed = true
    for candidate in [link].compactMap({ $0 }) + draining { candidate.close() }
    link = nil
    draining = []
  }

  // MARK: What the link tells

  func ended(_ slot: Int, _ ending: LoadReply.Ending, _ times: WireTimes?) {
    worker.ended(slot, ending, times)
  }

  func madeRoom(_ link: any LoadLink) {
    guard !isClosed else { return }
    worker.fill(self)
    // An answer here may have been followed by a request on another connection.
    worker.flush()
  }

  func lost(_ lost: any LoadLink) {
    draining.removeAll { $0 === lost }
    guard link === lost, !isClosed else { return }
    link = nil
    // A peer that goes away in order can be reached again at once; one that vanished may need a
    // moment, and a loop without a pause would burn the time of the answers still to come.
    if lost.isDraining {
      draining.append(lost)
      reopen()
    } else {
      worker.loop.scheduleTask(in: Self.retryPause) { self.reopen() }
    }
  }

  private func reopen() {
    guard !isClosed, link == nil, !worker.isOver else { return }
    reopened += 1
    connector.connect(to: address, on: worker.loop, self).whenComplete { result in
      switch result {
      case .success(let link) where self.isClosed: link.close()
      case .failure where self.isClosed: break
      case .success(let link):
        self.link = link
        self.worker.fill(self)
        self.worker.flush()
      case .failure:
        self.worker.refuseWaiting(self)
        self.worker.loop.scheduleTask(in: Self.retryPause) { self.reopen() }
      }
    }
  }
}
