/// Adds samples up. Each goes into the histograms of its kind and outcome, and every other figure
/// is a sum of those, so failures can neither hide in the figures nor hide from them.
struct Recorder: Equatable, Sendable {
  /// One kind of request that came to one outcome.
  struct Cell: Equatable, Sendable {
    var kind: RequestKind
    var outcome: Outcome
    var latency = LatencySet()
  }

  /// In the order in which they first happened; most pairs never do and cost nothing.
  private(set) var cells: [Cell] = []
  /// Where in `cells` a pair is, by kind and outcome; −1 is nowhere.
  private var places = [Int](
    repeating: -1, count: RequestKind.allCases.count * Outcome.all.count)
  private(set) var parts: [LatencyHistogram] = []
  private(set) var reasons: [Reason: UInt64] = [:]
  private(set) var unexpected: UInt64 = 0

  struct Reason: Hashable, Sendable {
    var outcome: Outcome
    var name: String
  }

  /// Reasons come from the peer, so without a bound a peer could fill our memory with them.
  static let reasonsMax = 64
  /// What all reasons beyond the bound are counted as.
  static let otherReason = "(other)"

  mutating func record(_ sample: Sample) {
    let place = place(of: sample.kind, sample.outcome)
    cells[place].latency.record(sample.times)
    if !sample.isExpected { unexpected += 1 }
    if let reason = sample.reason { count(Reason(outcome: sample.outcome, name: reason), 1) }
    record(sample.times.parts)
  }

  private mutating func record(
    _ times: (lag: UInt64, stream: UInt64, flow: UInt64, server: UInt64, reply: UInt64)
  ) {
    if parts.isEmpty { makeParts() }
    parts[LatencyPart.scheduleLag.rawValue].record(times.lag)
    parts[LatencyPart.streamWait.rawValue].record(times.stream)
    parts[LatencyPart.flowControl.rawValue].record(times.flow)
    parts[LatencyPart.firstByte.rawValue].record(times.server)
    parts[LatencyPart.reply.rawValue].record(times.reply)
  }

  /// Makes room for the outcome that nearly every request will have, so that the first ones of a
  /// run do not pay for it.
  mutating func prepare(for kinds: [RequestKind]) {
    if parts.isEmpty { makeParts() }
    for kind in kinds { _ = place(of: kind, .ok) }
  }

  private mutating func makeParts() {
    parts = LatencyPart.allCases.map { _ in LatencyHistogram() }
  }

  private mutating func place(of kind: RequestKind, _ outcome: Outcome) -> Int {
    let key = kind.index * Outcome.all.count + outcome.index
    if places[key] >= 0 { return places[key] }
    places[key] = cells.count
    cells.append(Cell(kind: kind, outcome: outcome))
    return cells.count - 1
  }

  mutating func add(_ other: Recorder) {
    for cell in other.cells where cell.latency.count > 0 {
      cells[place(of: cell.kind, cell.outcome)].latency.add(cell.latency)
    }
    if parts.isEmpty { makeParts() }
    for (part, histogram) in other.parts.enumerated() { parts[part].add(histogram) }
    for (reason, number) in other.reasons { count(reason, number) }
    unexpected += other.unexpected
  }

  /// Forgets all samples and keeps the memory.
  mutating func reset() {
    for place in cells.indices { cells[place].latency.reset() }
    for part in parts.indices { parts[part].reset() }
    reasons.removeAll(keepingCapacity: true)
    unexpected = 0
  }

  var count: UInt64 { cells.reduce(0) { $0 + $1.latency.count } }

  func count(of outcome: Outcome) -> UInt64 {
    cells.reduce(0) { $0 + ($1.outcome == outcome ? $1.latency.count : 0) }
  }

  /// Adds the cells that `isWanted` takes to `sum`.
  func add(to sum: inout LatencySet, where isWanted: (Cell) -> Bool = { _ in true }) {
    for cell in cells where isWanted(cell) { sum.add(cell.latency) }
  }

  /// The sum of the cells that `isWanted` takes.
  func latency(where isWanted: (Cell) -> Bool = { _ in true }) -> LatencySet {
    var sum = LatencySet()
    add(to: &sum, where: isWanted)
    return sum
  }

  private mutating func count(_ reason: Reason, _ number: UInt64) {
    let isKnown = reasons[reason] != nil
    let hasRoom = reasons.count < Self.reasonsMax
    let other = Reason(outcome: reason.outcome, name: Self.otherReason)
    reasons[isKnown || hasRoom ? reason : other, default: 0] += number
  }
}
