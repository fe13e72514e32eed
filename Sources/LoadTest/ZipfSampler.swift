internal import Foundation

/// Draws ranks 0..<count with probability proportional to 1/(rank + 1)^exponent, in constant time.
///
/// Walker's alias method (Vose 1991): every column of a table holds its own rank with some
/// probability and exactly one other rank with the rest, so a draw is one column, one comparison.
/// It is exact, unlike rejection against an integral, whose first ranks come out too light.
struct ZipfSampler: Sendable {
  private let keep: [Double]
  private let alias: [UInt32]

  /// - Parameters:
  ///   - count: from 1 to `Workload.skusMax`; the caller has checked it.
  ///   - exponent: 0 is uniform; finite and not negative.
  init(count: Int, exponent: Double) {
    let weights = Self.weights(count: count, exponent: exponent)
    let total = weights.reduce(0, +)
    var scaled = weights.map { $0 / total * Double(weights.count) }
    var keep = [Double](repeating: 1, count: weights.count)
    var alias = (0..<weights.count).map { UInt32(truncatingIfNeeded: $0) }
    var light = scaled.indices.filter { scaled[$0] < 1 }
    var heavy = scaled.indices.filter { scaled[$0] >= 1 }
    while let low = light.popLast(), let high = heavy.popLast() {
      keep[low] = scaled[low]
      alias[low] = UInt32(truncatingIfNeeded: high)
      scaled[high] -= 1 - scaled[low]
      if scaled[high] < 1 { light.append(high) } else { heavy.append(high) }
    }
    // What is left on either list is 1 but for rounding, and `keep` is 1 there already.
    self.keep = keep
    self.alias = alias
  }

  func rank(from random: inout RandomSource) -> Int {
    let column = Int(random.below(UInt64(keep.count)))
    return random.unit() < keep[column] ? column : Int(alias[column])
  }

  /// Relative weights of the ranks, the heaviest first.
  static func weights(count: Int, exponent: Double) -> [Double] {
    (1...max(count, 1)).map { pow(Double($0), -exponent) }
  }
}
