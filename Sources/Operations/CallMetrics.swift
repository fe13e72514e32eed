public import RPC
internal import Synchronization

/// Counts the calls a server takes or a client makes, by method and outcome.
public final class CallMetrics: CallObserver {
  /// Which end of a call is counted; the metrics' names follow from it.
  public enum Side: String, Sendable {
    case server, client
  }

  /// Keyed by path and fixed from the start, so that a look-up needs no lock and no peer can make a
  /// series. What is not in it is counted together under `other`.
  private let methods: [String: MethodMetrics]
  private let other: MethodMetrics
  private let accessLog: AccessLog?

  /// - Parameter paths: `/service/method` of every method there is.
  public init(
    _ side: Side, paths: [String], registry: MetricsRegistry, accessLog: AccessLog? = nil
  ) throws(MetricsError) {
    var methods: [String: MethodMetrics] = [:]
    for path in Set(paths).sorted() {
      let metrics = MethodMetrics(path)
      try metrics.register(side, in: registry)
      methods[path] = metrics
    }
    self.methods = methods
    self.other = MethodMetrics("/other/other")
    try other.register(side, in: registry)
    self.accessLog = accessLog
  }

  public func callStarted(_ path: String) {
    (methods[path] ?? other).started.wrappingAdd(1, ordering: .relaxed)
  }

  public func callEnded(_ path: String, _ code: StatusCode, nanoseconds: UInt64) {
    (methods[path] ?? other).ended(code, nanoseconds: nanoseconds)
    guard let accessLog, accessLog.wants(code.severity) else { return }
    accessLog.record(
      AccessLog.Call(
        method: String(path.dropFirst()), outcome: code.name, severity: code.severity,
        nanoseconds: nanoseconds))
  }

  /// Calls that ended so far, for the account given at the stop.
  public var endedCount: UInt64 {
    methods.values.reduce(other.endedCount) { $0 + $1.endedCount }
  }
}

/// The numbers of one method.
final class MethodMetrics: Sendable {
  let started = Atomic<UInt64>(0)
  private let ended = InlineArray<17, Atomic<UInt64>> { _ in Atomic(0) }
  private let seconds = LatencyHistogram()
  private let service: String
  private let method: String

  init(_ path: String) {
    let parts = path.split(separator: "/", maxSplits: 1)
    service = String(parts.first ?? "")
    method = parts.count > 1 ? String(parts[1]) : ""
  }

  func ended(_ code: StatusCode, nanoseconds: UInt64) {
    ended[code.rawValue].wrappingAdd(1, ordering: .relaxed)
    seconds.record(nanoseconds: nanoseconds)
  }

  var endedCount: UInt64 {
    StatusCode.allCases.reduce(0) { $0 + ended[$1.rawValue].load(ordering: .relaxed) }
  }

  func register(
    _ side: CallMetrics.Side, in registry: MetricsRegistry
  ) throws(MetricsError) {
    let labels: MetricsRegistry.Labels = [("grpc_service", service), ("grpc_method", method)]
    let prefix = "grpc_\(side.rawValue)"
    let did = side == .server ? "the server took" : "the client made"
    let isOther = service == "other"
    try registry.counter("\(prefix)_started_total", "Calls \(did).", labels) { [self] in
      let count = started.load(ordering: .relaxed)
      return isOther && count == 0 ? nil : Double(count)
    }
    try registry.counters(
      "\(prefix)_handled_total", "Calls that ended, by outcome.", labels, by: "grpc_code"
    ) { [self] in
      StatusCode.allCases.compactMap { code in
        // An outcome that never came needs no line, except OK: a rate begins at zero.
        let count = ended[code.rawValue].load(ordering: .relaxed)
        return count == 0 && (code != .ok || isOther) ? nil : (code.name, Double(count))
      }
    }
    if !isOther {
      try registry.histogram(
        "\(prefix)_handling_seconds", "Time from the start of a call to its end.", labels,
        of: seconds)
    }
  }
}

extension StatusCode {
  /// Whose business an outcome is, for the access log.
  var severity: AccessLog.Severity {
    switch self {
    case .ok: .success
    case .notFound, .alreadyExists, .failedPrecondition, .aborted, .outOfRange: .answer
    case .invalidArgument, .permissionDenied, .unimplemented, .unauthenticated: .refusal
    case .cancelled, .deadlineExceeded, .resourceExhausted, .unavailable: .trouble
    case .unknown, .internalError, .dataLoss: .fault
    }
  }
}
