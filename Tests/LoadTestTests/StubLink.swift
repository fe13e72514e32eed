import NIOCore
import RPC
import Synchronization

@testable import LoadTest

/// A server in memory, behind the seam of the engine. It answers what a test says, and keeps what
/// it was asked.
///
/// It lives on its worker's loop like any link; only its log is read from elsewhere.
final class StubLink: LoadLink, @unchecked Sendable {
  struct Log {
    var bodies: [[UInt8]] = []
    var paths: [String] = []
    var inFlight = 0
    var inFlightMost = 0
    var isClosed = false
  }

  typealias Behaviour = @Sendable (_ number: Int, _ request: LoadRequest) async -> LoadReply.Ending

  private let state = Mutex(Log())
  private let behaviour: Behaviour
  private let loop: any EventLoop
  private weak var events: (any LinkEvents)?
  private var open: [Int: (number: Int, sent: UInt64)] = [:]

  init(on loop: any EventLoop, _ events: any LinkEvents, _ behaviour: @escaping Behaviour) {
    self.loop = loop
    self.events = events
    self.behaviour = behaviour
  }

  var log: Log { state.withLock { $0 } }

  var room: Int { 1_000_000 - open.count }
  var isDraining: Bool { false }
  var serverStreamsMax: Int { .max }

  func start(_ request: LoadRequest, slot: Int) {
    let number = state.withLock { log in
      log.bodies.append(request.body)
      log.paths.append(request.path)
      log.inFlight += 1
      log.inFlightMost = max(log.inFlightMost, log.inFlight)
      return log.bodies.count - 1
    }
    open[slot] = (number, loop.now.uptimeNanoseconds)
    Task {
      let ending = await behaviour(number, request)
      loop.execute { self.finish(slot, number, ending) }
    }
  }

  private func finish(_ slot: Int, _ number: Int, _ ending: LoadReply.Ending) {
    guard let request = open[slot], request.number == number else { return }
    open[slot] = nil
    state.withLock { $0.inFlight -= 1 }
    events?.ended(slot, ending, WireTimes(at: request.sent, end: loop.now.uptimeNanoseconds))
    events?.madeRoom(self)
  }

  func flush() {}

  func abandon(_ slot: Int) -> WireTimes? {
    guard let request = open.removeValue(forKey: slot) else { return nil }
    return WireTimes(at: request.sent, end: request.sent)
  }

  func close() { state.withLock { $0.isClosed = true } }
}

/// Gives out stub links and remembers them.
final class StubConnector: LoadConnector {
  private let opened = Mutex<[(address: TargetAddress, connection: StubLink)]>([])
  private let behaviour: StubLink.Behaviour
  private let refused: TargetAddress?

  init(refusing refused: TargetAddress? = nil, _ behaviour: @escaping StubLink.Behaviour) {
    self.refused = refused
    self.behaviour = behaviour
  }

  static let ok = LoadReply.Ending.answer(.init(statusText: "0"))

  var connections: [(address: TargetAddress, connection: StubLink)] {
    opened.withLock { $0 }
  }

  func connect(
    to address: TargetAddress, on loop: any EventLoop, _ events: any LinkEvents
  ) -> EventLoopFuture<any LoadLink> {
    if address == refused {
      return loop.makeFailedFuture(
        LoadError(.targetUnavailable(address: address.description, cause: "refused")))
    }
    let connection = StubLink(on: loop, events, behaviour)
    opened.withLock { $0.append((address, connection)) }
    return loop.makeSucceededFuture(connection)
  }
}
