import Foundation

/// Which SKU an order asks for.
enum SKULaw: Sendable {
  /// Rank r of `count` with probability proportional to 1 / r^exponent.
  case zipf([Double])
  case uniform(Int)
  case single(Int)

  static func zipf(count: Int, exponent: Double) -> SKULaw {
    var sum = 0.0
    return .zipf(
      (1...count).map { rank in
        sum += pow(Double(rank), -exponent)
        return sum
      })
  }

  /// The number of a SKU, from 1.
  func draw(_ random: inout some RandomNumberGenerator) -> Int {
    switch self {
    case .single(let sku): return sku
    case .uniform(let count): return Int.random(in: 1...count, using: &random)
    case .zipf(let sums):
      let wanted = Double.random(in: 0..<(sums.last ?? 1), using: &random)
      var low = 0
      var high = sums.count - 1
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > wanted { high = middle } else { low = middle + 1 }
      }
      return low + 1
    }
  }
}
