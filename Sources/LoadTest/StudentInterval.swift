internal import Foundation

/// The 95 % interval of a mean of a few measurements, by Student's t distribution.
struct StudentInterval: Equatable, Sendable {
  let mean: Double
  /// Half of the interval's width; nil for a single measurement, which says nothing of its spread.
  let halfWidth: Double?

  /// The 97.5 % points for 1 degree of freedom and on; beyond the table the last one, which is a
  /// little too wide and so claims no more than it may. (NIST/SEMATECH e-Handbook, 1.3.6.7.2)
  private static let points = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
  ]

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = count > 0 ? values.reduce(0, +) / count : 0
    self.mean = mean
    guard values.count > 1 else {
      halfWidth = nil
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let point = Self.points[min(values.count - 1, Self.points.count) - 1]
    halfWidth = point * (squares / (count - 1) / count).squareRoot()
  }

  /// Whether the whole interval lies above zero.
  var isAboveZero: Bool { halfWidth.map { mean - $0 > 0 } ?? false }
}
