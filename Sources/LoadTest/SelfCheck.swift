/// Whether the generator itself was good enough for its figures to be believed.
public struct SelfCheck: Equatable, Sendable {
  /// Why not, each with its figures; empty when the run is certified.
  public let reasons: [String]
  /// The share of what the schedule asked for that was taken up in time; nil in a closed loop.
  public let achieved: Double?
  public let lagP99: UInt64?
  /// The share of the intervals in which a worker was busy for nearly all the time.
  public let busyIntervals: Double?

  public var isCertified: Bool { reasons.isEmpty }

  /// The generator had no time left, so in a closed loop the server may be faster than it seems.
  public var isSaturated: Bool { (busyIntervals ?? 0) > Self.busyIntervalsMax }

  /// Neither late nor out of processor. What a run that was cut short had still to send is no fault
  /// of the generator.
  var isPunctual: Bool { (lagP99 ?? 0) <= Self.lagMax && !isSaturated }

  /// Whether the server got what the schedule asked for, be it late.
  var isOffered: Bool { (achieved ?? 1) >= Self.achievedMin && !isSaturated }

  static let achievedMin = 0.99
  static let lagMax: UInt64 = 1_000_000
  /// A lag up to this is that of any machine, and is not held against a p99 that is small itself.
  static let lagFree: UInt64 = 100_000
  static let lagShareMax = 0.2
  static let busyMax = 0.9
  static let busyIntervalsMax = 0.05

  init(_ summary: Summary) {
    var reasons: [String] = []
    func percent(_ share: Double) -> String { Decimals.fixed(share * 100, places: 1) + " %" }
    if let asked = summary.asked, asked > 0 {
      let share = Double(summary.startedInWindow) / Double(asked)
      achieved = share
      if share < Self.achievedMin {
        reasons.append(
          "\(percent(share)) of the rate asked for was sent (\(summary.startedInWindow) of \(asked)"
            + " requests); it takes \(percent(Self.achievedMin))")
      }
      let lag = summary.part(.scheduleLag).value(at: .p99)
      lagP99 = lag
      let p99 = summary.latency.value(at: .p99)
      if lag > Self.lagMax {
        reasons.append(
          "the p99 of schedule lag is \(Decimals.time(Double(lag))),"
            + " above \(Decimals.time(Double(Self.lagMax)))")
      } else if lag > Self.lagFree, Double(lag) > Self.lagShareMax * Double(p99) {
        reasons.append(
          "the p99 of schedule lag is \(Decimals.time(Double(lag))), more than"
            + " \(percent(Self.lagShareMax)) of the p99 of \(Decimals.time(Double(p99)))")
      }
    } else {
      achieved = nil
      lagP99 = nil
    }
    let busy = summary.intervals.filter { !$0.isWarmUp && $0.completed > 0 }.compactMap(\.busiest)
    busyIntervals =
      busy.isEmpty ? nil : Double(busy.count { $0 > Self.busyMax }) / Double(busy.count)
    if let share = busyIntervals, share > Self.busyIntervalsMax {
      reasons.append(
        "a worker was busy for more than \(percent(Self.busyMax)) of the time in \(percent(share))"
          + " of the intervals; at most \(percent(Self.busyIntervalsMax)) are let pass")
    }
    self.reasons = reasons
  }
}
