import Logging
import NIOCore
import NIOEmbedded

@testable import LoadTest

/// A worker on a clock that a test moves, against a server whose answers come at the nanosecond the
/// test says. What takes minutes outside takes milliseconds here, and comes out the same each time.
final class VirtualRun: @unchecked Sendable {
  let loop = EmbeddedEventLoop()
  let worker: LoadWorker
  let control = RunControl()
  private let configuration: RunConfiguration
  private let connector: VirtualConnector
  /// The connection that was opened first.
  var link: VirtualLink? { connector.links.first }
  /// All, in the order in which they were opened.
  var links: [VirtualLink] { connector.links }

  /// - Parameter answer: when a request that was sent at a time is answered; nil is never.
  init(
    _ configuration: RunConfiguration, answer: @escaping (UInt64) -> UInt64?
  ) throws {
    self.configuration = configuration
    let requests = RequestSource(
      try Workload(configuration.workload), overREST: configuration.rest != nil)
    worker = LoadWorker(
      number: 0, of: 1, loop: loop, configuration: configuration, requests: requests)
    connector = VirtualConnector(streams: configuration.streams, answer: answer)
    worker.connect(connector).whenComplete { _ in }
    loop.run()
  }

  /// The whole run, warm-up and drain included.
  func run() -> Summary {
    let plan = RunPlan(configuration, start: 0)
    let office =
      configuration.load.isOpen
      ? nil : TicketOffice(ending: configuration.ending, warmUp: configuration.warmUp, start: 0)
    worker.begin(plan, office: office, control: control)
    var collector = RunCollector(configuration, plan: plan, threads: [])
    while !worker.isOver {
      loop.advanceTime(by: .nanoseconds(Int64(configuration.interval.nanoseconds)))
      let spare = IntervalRecord(steps: configuration.load.stepCount, kinds: [])
      _ = collector.add([worker.take(leaving: spare)], at: loop.now.uptimeNanoseconds)
    }
    worker.closeConnections()
    return Summary(collector.finish(isCutShort: control.isStopped))
  }

  static func configuration(
    rate: String, _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: []))
    configuration.target = TargetAddress(host: "stub", port: 1)
    configuration.load = .open(try RateProfile(parsing: rate), .uniform)
    // Short looks at the clock would not end where time stands still.
    configuration.pacing = .sleep
    try change(&configuration)
    return configuration
  }
}

/// A server in memory that answers at the time it is told to.
final class VirtualLink: LoadLink, @unchecked Sendable {
  private let loop: any EventLoop
  private let streams: Int
  private let answer: (UInt64) -> UInt64?
  private weak var events: (any LinkEvents)?
  private var open: [Int: UInt64] = [:]
  private var unsent: [Int] = []
  private var isLost = false
  private(set) var isDraining = false
  private(set) var sentTimes: [UInt64] = []
  let openedAt: UInt64

  init(
    on loop: any EventLoop, streams: Int, _ events: any LinkEvents,
    answer: @escaping (UInt64) -> UInt64?
  ) {
    self.loop = loop
    self.streams = streams
    self.events = events
    self.answer = answer
    openedAt = loop.now.uptimeNanoseconds
  }

  var room: Int { isLost ? 0 : streams - open.count }
  var inFlight: Int { open.count }
  var serverStreamsMax: Int { .max }

  func start(_ request: LoadRequest, slot: Int) {
    open[slot] = loop.now.uptimeNanoseconds
    unsent.append(slot)
  }

  func flush() {
    let now = loop.now.uptimeNanoseconds
    for slot in unsent {
      sentTimes.append(now)
      guard let time = answer(now) else { continue }
      loop.scheduleTask(deadline: .uptimeNanoseconds(time)) { self.finish(slot, sent: now) }
    }
    unsent = []
  }

  private func finish(_ slot: Int, sent: UInt64) {
    guard open[slot] == sent else { return }
    open[slot] = nil
    let times = WireTimes(at: sent, end: loop.now.uptimeNanoseconds)
    events?.ended(slot, .answer(.init(statusText: "0")), times)
    events?.madeRoom(self)
  }

  /// The connection ends, and all that it carries with it.
  func vanish() { lose(served: 0, .closed) }

  /// The peer serves the first `count` of what it has, and nothing after them.
  func goAway(serving count: Int) {
    isDraining = true
    lose(served: count, .goaway)
  }

  private func lose(served count: Int, _ cause: TransportCause) {
    isLost = true
    let now = loop.now.uptimeNanoseconds
    for (slot, sent) in open.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }).dropFirst(
      count)
    {
      open[slot] = nil
      events?.ended(slot, .failed(cause), WireTimes(at: sent, end: now))
    }
    events?.lost(self)
  }

  func abandon(_ slot: Int) -> WireTimes? {
    open.removeValue(forKey: slot).map { WireTimes(at: $0, end: $0) }
  }

  func close() {}
}

private final class VirtualConnector: LoadConnector, @unchecked Sendable {
  private let streams: Int
  private let answer: (UInt64) -> UInt64?
  private(set) var links: [VirtualLink] = []

  init(streams: Int, answer: @escaping (UInt64) -> UInt64?) {
    self.streams = streams
    self.answer = answer
  }

  func connect(
    to address: TargetAddress, on loop: any EventLoop, _ events: any LinkEvents
  ) -> EventLoopFuture<any LoadLink> {
    let link = VirtualLink(on: loop, streams: streams, events, answer: answer)
    links.append(link)
    return loop.makeSucceededFuture(link)
  }
}
