internal import Foundation

/// An axis: where a value lies on it, from 0 to 1, and where it has its marks.
struct PlotScale: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case linear
    case logarithmic
  }

  enum Unit: Equatable, Sendable {
    case plain
    case nanoseconds
    case seconds
    /// log10 of 1 / (1 − share): each step is one nine more.
    case nines
  }

  struct Tick: Equatable, Sendable {
    var position: Double
    var label: String
  }

  let kind: Kind
  let unit: Unit
  let low: Double
  let high: Double

  /// Spans the values; a logarithmic axis begins at the power of ten below them.
  init(_ kind: Kind, _ unit: Unit, over values: [Double]) {
    self.kind = kind
    self.unit = unit
    let finite = values.filter(\.isFinite)
    switch kind {
    case .linear:
      low = unit == .seconds || unit == .nines ? min(finite.min() ?? 0, 0) : 0
      let top = finite.max() ?? 1
      high = top > low ? Self.rounded(top - low) + low : low + 1
    case .logarithmic:
      let positive = finite.filter { $0 > 0 }
      let bottom = floor(log10(positive.min() ?? 1))
      let top = ceil(log10(positive.max() ?? 10))
      low = bottom
      high = top > bottom ? top : bottom + 1
    }
  }

  /// The next of 1, 2, 2.5, 5 or 10 times a power of ten.
  private static func rounded(_ value: Double) -> Double {
    let power = pow(10, floor(log10(value)))
    let steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
    return (steps.first { $0 * power >= value * 0.9999 } ?? 10) * power
  }

  func position(_ value: Double) -> Double {
    let place = kind == .logarithmic ? log10(max(value, pow(10, low))) : value
    return min(max((place - low) / (high - low), 0), 1)
  }

  var ticks: [Tick] {
    switch kind {
    case .logarithmic:
      return stride(from: low, through: high, by: 1).map { exponent in
        Tick(position: (exponent - low) / (high - low), label: label(pow(10, exponent)))
      }
    case .linear where unit == .nines:
      return stride(from: 0, through: high, by: 1).map { nines in
        Tick(position: position(nines), label: Self.percentile(Int(nines)))
      }
    case .linear:
      let step = Self.step(high - low)
      return stride(from: (low / step).rounded(.up) * step, through: high * 1.0001, by: step).map {
        Tick(position: position($0), label: label($0))
      }
    }
  }

  /// So that an axis has four to eight marks.
  private static func step(_ span: Double) -> Double {
    let power = pow(10, floor(log10(span)))
    let count = span / power
    return power * (count < 1.6 ? 0.2 : count < 4 ? 0.5 : count < 8 ? 1 : 2)
  }

  /// The share of samples at a place on the axis of nines, and back.
  static func share(nines: Double) -> Double { 1 - pow(10, -nines) }

  static func nines(share: Double) -> Double { -log10(max(1 - share, 1e-12)) }

  func label(_ value: Double) -> String {
    switch unit {
    case .nanoseconds: Self.time(value)
    case .seconds: Decimals.shortest(value, placesMax: 2)
    case .nines: Self.percentile(Int(value))
    case .plain: Self.count(value)
    }
  }

  /// 0 %, 90 %, 99 %, 99.9 %, …
  static func percentile(_ nines: Int) -> String {
    switch nines {
    case ..<1: "0 %"
    case 1: "90 %"
    case 2: "99 %"
    default: "99." + String(repeating: "9", count: nines - 2) + " %"
    }
  }

  static func time(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: Decimals.shortest(nanoseconds, placesMax: 0) + " ns"
    case ..<1e6: Decimals.shortest(nanoseconds / 1e3, placesMax: 1) + " µs"
    case ..<1e9: Decimals.shortest(nanoseconds / 1e6, placesMax: 1) + " ms"
    default: Decimals.shortest(nanoseconds / 1e9, placesMax: 1) + " s"
    }
  }

  static func count(_ value: Double) -> String {
    switch value {
    case ..<1e4: Decimals.shortest(value, placesMax: 2)
    case ..<1e6: Decimals.shortest(value / 1e3, placesMax: 1) + " k"
    default: Decimals.shortest(value / 1e6, placesMax: 2) + " M"
    }
  }
}
