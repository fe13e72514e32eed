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
    /// Several series that differ in one more label.
    case numbers(by: String, @Sendable () -> [(value: String, number: Double)])
    case histogram(LatencyHistogram, hidesEmpty: Bool)
  }

  struct Series: Sendable {
    let labels: [(name: String, value: String)]
    let reader: Reader
  }

  struct Family: Sendable {
    let kind: Kind
    let help: String
    var series: [Series] = []
    /// The labels of `series` in one spelling, to find a second one without comparing with each.
    var identities: Set<[String]> = []
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

  /// Counters that differ in one label more than `labels`, for example the outcome: only those that
  /// `read` answers are on the page, each value once.
  public func counters(
    _ name: String, _ help: String, _ labels: Labels, by label: String,
    read: @escaping @Sendable () -> [(value: String, number: Double)]
  ) throws(MetricsError) {
    try check(name, label)
    try add(name, .counter, help, labels, .numbers(by: label, read))
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
    guard Self.isName(name, colons: true) else {
      throw MetricsError(reason: .badName, name: name)
    }
    for label in labels { try check(name, label.name) }
    let identity = labels.sorted { $0.name < $1.name }.flatMap { [$0.name, $0.value] }
    try families.withLock { (families) throws(MetricsError) in
      let known = families[name]?.kind ?? kind
      guard known == kind else { throw MetricsError(reason: .otherKind, name: name) }
      // In place: a copy of the family would make each addition cost as much as all before it.
      let isNew = families[name, default: Family(kind: kind, help: help)]
        .identities.insert(identity).inserted
      guard isNew else { throw MetricsError(reason: .alreadyThere, name: name) }
      families[name]?.series.append(Series(labels: labels, reader: reader))
    }
  }

  /// `le` is the histograms' own, and two underscores in front are Prometheus'.
  private func check(_ name: String, _ label: String) throws(MetricsError) {
    guard Self.isName(label, colons: false), !label.hasPrefix("__"), label != "le" else {
      throw MetricsError(reason: .badLabel(label), name: name)
    }
  }

  private static func isName(_ text: String, colons: Bool) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
      case UInt8(ascii: ":"): colons
      default: false
      }
    }
  }

  /// The page as Prometheus reads it.
  public var page: MetricsPage { MetricsPage(families.withLock { $0 }) }
}
