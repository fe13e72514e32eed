/// The requests of a run without sending them: index, intended time after the start, kind, path
/// and message, a line each.
public struct RequestDump: Sendable {
  private let configuration: RunConfiguration
  private let requests: RequestSource

  /// Refuses a configuration that contradicts itself.
  public init(_ configuration: RunConfiguration) throws(LoadError) {
    try configuration.validate()
    self.configuration = configuration
    requests = RequestSource(
      try Workload(configuration.workload), overREST: configuration.rest != nil)
  }

  /// The first `count` lines, or as many as the run has.
  public func write(_ count: UInt64, to print: (String) -> Void) {
    var schedule = configuration.schedule()
    var recent = RecentOrders()
    let most = min(count, configuration.expectedCount ?? .max)
    for index in 0..<most {
      var time = "-"
      if configuration.load.isOpen {
        guard let arrival = schedule.next() else { return }
        time = "\(arrival.offset)"
      }
      let request = requests.request(at: index, recent: &recent)
      print("\(index) \(time) \(request.kind.rawValue) \(Self.content(request))")
    }
  }

  /// Path and message. Which order is asked for depends on the answers that will have come by then.
  private static func content(_ request: LoadRequest) -> String {
    let unknown = "(an order answered before)"
    guard let rest = request.rest else {
      return "\(request.path) \(request.kind.needsOrder ? unknown : hex(request.body))"
    }
    let method = rest.isPost ? "POST" : "GET"
    if request.kind.needsOrder { return "\(method) \(unknown)" }
    let parts = [method, rest.target, rest.key, String(decoding: rest.body, as: UTF8.self)]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
