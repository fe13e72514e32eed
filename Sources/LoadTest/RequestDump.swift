/// The requests of a run without sending them: index, intended time after the start, kind, path
/// and message, a line each.
public struct RequestDump: Sendable {
  private let configuration: RunConfiguration
  private let requests: RequestSource

  /// Refuses a configuration that contradicts itself.
  public init(_ configuration: RunConfiguration) throws(LoadError) {
    try configuration.validate()
    self.configuration = configuration
    requests = RequestSource(try Workload(configuration.workload))
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
      // Which order it asks for depends on the answers that will have come by then.
      let body = request.kind.needsOrder ? "(an order answered before)" : Self.hex(request.body)
      print("\(index) \(time) \(request.kind.rawValue) \(request.path) \(body)")
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
