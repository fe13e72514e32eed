import RPC
import Synchronization

@testable import LoadTest

/// A server in memory, behind the seam of the engine. It answers what a test says, and keeps what
/// it was asked.
final class StubConnection: LoadConnection {
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

  init(_ behaviour: @escaping Behaviour) {
    self.behaviour = behaviour
  }

  var log: Log { state.withLock { $0 } }

  func call(_ request: LoadRequest) async -> LoadReply {
    let number = state.withLock { log in
      log.bodies.append(request.body)
      log.paths.append(request.path)
      log.inFlight += 1
      log.inFlightMost = max(log.inFlightMost, log.inFlight)
      return log.bodies.count - 1
    }
    let ending = await behaviour(number, request)
    state.withLock { $0.inFlight -= 1 }
    return LoadReply(ending, at: MonotonicClock.nanoseconds())
  }

  func close() async { state.withLock { $0.isClosed = true } }
}

/// Gives out stub connections and remembers them.
final class StubConnector: LoadConnector {
  private let opened = Mutex<[(address: TargetAddress, connection: StubConnection)]>([])
  private let behaviour: StubConnection.Behaviour
  private let refused: TargetAddress?

  init(refusing refused: TargetAddress? = nil, _ behaviour: @escaping StubConnection.Behaviour) {
    self.refused = refused
    self.behaviour = behaviour
  }

  static let ok = LoadReply.Ending.answer(.init(statusText: "0"))

  var connections: [(address: TargetAddress, connection: StubConnection)] {
    opened.withLock { $0 }
  }

  func connect(to address: TargetAddress) async throws(LoadError) -> any LoadConnection {
    if address == refused {
      throw LoadError(.targetUnavailable(address: address.description, cause: "refused"))
    }
    let connection = StubConnection(behaviour)
    opened.withLock { $0.append((address, connection)) }
    return connection
  }
}
