/// Results of one build beside those of another: what changed, and whether it is more than chance.
public struct ResultComparison: Sendable {
  /// One run of each, made one after the other so that both saw the same machine.
  public struct Pair: Sendable {
    public let base: StoredResult
    public let new: StoredResult

    public init(base: StoredResult, new: StoredResult) {
      self.base = base
      self.new = new
    }
  }

  struct Change: Sendable {
    let figure: ComparedFigure
    /// Means over all pairs.
    let base: Double
    let new: Double
    /// Relative to the base, in parts of one; of an error rate, which may well be 0, the difference
    /// itself.
    let interval: StudentInterval
    let isRegression: Bool
  }

  let changes: [Change]
  let pairCount: Int
  private let tolerance: LoadShare

  /// What changes on a machine that nobody touched.
  public static let toleranceDefault = LoadShare(percent: 5)

  /// - Parameter isForced: compares what is not comparable all the same.
  /// - Throws: what makes the results no pairs, or not to be trusted.
  public init(_ pairs: [Pair], tolerance: LoadShare, isForced: Bool) throws(LoadError) {
    if !isForced, let difference = Self.difference(pairs) {
      throw LoadError(.contradiction("the results differ in \(difference); --force compares them"))
    }
    for result in pairs.flatMap({ [$0.base, $0.new] }) {
      if let reason = result.distrust { throw LoadError(.notTrusted(reason)) }
    }
    pairCount = pairs.count
    self.tolerance = tolerance
    changes = ComparedFigure.allCases.compactMap { Self.change(in: $0, pairs, tolerance) }
  }

  public var exitCode: Int32 { changes.contains(where: \.isRegression) ? 3 : 0 }

  private static func change(
    in figure: ComparedFigure, _ pairs: [Pair], _ tolerance: LoadShare
  ) -> Change? {
    var bases: [Double] = []
    var news: [Double] = []
    for pair in pairs {
      guard let base = figure.value(in: pair.base), let new = figure.value(in: pair.new) else {
        return nil
      }
      bases.append(base)
      news.append(new)
    }
    let base = StudentInterval(bases).mean
    let new = StudentInterval(news).mean
    let isShare = figure == .errorRate
    let changes = zip(bases, news).map { isShare ? $1 - $0 : $0 > 0 ? $1 / $0 - 1 : 0 }
    let worse = StudentInterval(changes.map { figure.isCost ? $0 : -$0 })
    let bound = isShare ? tolerance.value * base : tolerance.value
    return Change(
      figure: figure, base: base, new: new, interval: StudentInterval(changes),
      isRegression: worse.mean > bound && worse.isAboveZero)
  }

  // MARK: What may be compared

  private static let compared: [(title: String, path: [String])] = [
    ("schema", ["schema"]), ("workload", ["configuration", "workload"]),
    ("loop", ["configuration", "loop"]), ("rate", ["configuration", "rate"]),
    ("rest", ["configuration", "rest"]),
    ("arrivals", ["configuration", "arrivals"]),
    ("concurrency", ["configuration", "concurrency"]), ("seed", ["seed"]),
    ("connections", ["configuration", "connections"]),
    ("streams", ["configuration", "streams"]),
  ]

  /// The first thing in which any two of the results differ, with both values.
  private static func difference(_ pairs: [Pair]) -> String? {
    let results = pairs.flatMap { [$0.base, $0.new] }
    guard let first = results.first else { return nil }
    for (title, path) in compared {
      let mine = first.value(at: path)
      for other in results.dropFirst() {
        let theirs = other.value(at: path)
        if !mine.agrees(with: theirs) { return "\(title): \(mine.compact) and \(theirs.compact)" }
      }
    }
    return nil
  }

  // MARK: What is printed

  public var text: String {
    let titles = ["base", "new", "change", "95 % interval"]
    var lines = [
      "comparing \(pairCount) pair(s) of runs, tolerance \(tolerance)", "",
      Columns.left("", 18) + titles.map { Columns.right($0, 16) }.joined(),
    ]
    for change in changes {
      let cells = [
        change.figure.text(change.base), change.figure.text(change.new), Self.signed(change),
        Self.interval(change),
      ]
      let line =
        Columns.left(change.figure.title, 18) + cells.map { Columns.right($0, 16) }.joined()
      lines.append(line + (change.isRegression ? "  REGRESSION" : ""))
    }
    if pairCount == 1 { lines += ["", "no interval: one run each"] }
    let count = changes.count(where: \.isRegression)
    if pairCount > 1 {
      lines += ["", count == 0 ? "no regression" : "\(count) figure(s) worse by more than chance"]
    }
    return lines.joined(separator: "\n")
  }

  private static func signed(_ value: Double, _ figure: ComparedFigure) -> String {
    let unit = figure == .errorRate ? " points" : " %"
    return (value > 0 ? "+" : "") + Decimals.fixed(value * 100, places: 2) + unit
  }

  private static func signed(_ change: Change) -> String {
    signed(change.interval.mean, change.figure)
  }

  private static func interval(_ change: Change) -> String {
    guard let half = change.interval.halfWidth else { return "-" }
    return "± " + Decimals.fixed(half * 100, places: 2)
  }
}
