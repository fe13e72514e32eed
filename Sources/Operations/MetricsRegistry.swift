internal import Synchronization

/// All series of a process. The lock is taken to register a series and to print the page, never to
/// record: whoever counts holds the counter itself.
public final class MetricsRegistry: Sendable {
  public typealias Labels = [(name: String, value: String)]

  enum Kind: String {
    case counter, gauge, histogram
  }

  enum Reader: Sendable {
    case number(@Sendable () -> Double?)
    case histogram(LatencyHistogram, hidesEmpty: Bool)
  }

  struct Series: Sendable {
    let labels: [(name: String, value: String)]
    let reader: Reader
  }

  struct Family: Sendable {
    let kind: Kind
    let help: String
    var series: [Series]
  }

  private let families = Mutex<[String: Family]>([:])

  public init() {}

  /// A counter that is counted here.
  public func counter(
    _ name: String, _ help: String, _ labels: Labels = []
  ) throws(MetricsError) -> Counter {
    let counter = Counter()
    try add(name, .counter, help, labels, .number { Double(counter.value) })
    return counter
  }

  /// A counter that is counted elsewhere. Nil leaves the series out until there is something in it.
  public func counter(
    _ name: String, _ help: String, _ labels: Labels = [],
    read: @escaping @Sendable () -> Double?
  ) throws(MetricsError) {
    try add(name, .counter, help, labels, .number(read))
  }

  public func gauge(
    _ name: String, _ help: String, _ labels: Labels = [],
    read: @escaping @Sendable () -> Double?
  ) throws(MetricsError) {
    try add(name, .gauge, help, labels, .number(read))
  }

  /// - Parameter hidesEmpty: Whether the series is left out until something was recorded.
  public func histogram(
    _ name: String, _ help: String, _ labels: Labels = [], of histogram: LatencyHistogram,
    hidesEmpty: Bool = false
  ) throws(MetricsError) {
    try add(name, .histogram, help, labels, .histogram(histogram, hidesEmpty: hidesEmpty))
  }

  private func add(
    _ name: String, _ kind: Kind, _ help: String, _ labels: Labels, _ reader: Reader
  ) throws(MetricsError) {
    guard name.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil else {
      throw MetricsError(reason: .badName, name: name)
    }
    for label in labels
    where label.name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) == nil
      || label.name.hasPrefix("__") || label.name == "le"
    {
      throw MetricsError(reason: .badLabel(label.name), name: name)
    }
    try families.withLock { (families) throws(MetricsError) in
      var family = families[name] ?? Family(kind: kind, help: help, series: [])
      guard family.kind == kind else { throw MetricsError(reason: .otherKind, name: name) }
      guard !family.series.contains(where: { Self.same($0.labels, labels) }) else {
        throw MetricsError(reason: .alreadyThere, name: name)
      }
      family.series.append(Series(labels: labels, reader: reader))
      families[name] = family
    }
  }

  private static func same(_ left: Labels, _ right: Labels) -> Bool {
    left.count == right.count
      && left.sorted { $0.name < $1.name }
        .elementsEqual(right.sorted { $0.name < $1.name }, by: ==)
  }

  /// The page as Prometheus reads it.
  public var page: MetricsPage { MetricsPage(families.withLock { $0 }) }
}
