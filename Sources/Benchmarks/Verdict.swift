import Foundation

/// A figure beside what was asked of it.
struct Verdict: CustomStringConvertible {
  enum Limit {
    case atLeast(Double)
    case atMost(Double)
  }

  let name: String
  let value: Double
  let limit: Limit

  init(_ name: String, _ value: Double, _ limit: Limit) {
    self.name = name
    self.value = value
    self.limit = limit
  }

  var isMet: Bool {
    switch limit {
    case .atLeast(let limit): value >= limit
    case .atMost(let limit): value <= limit
    }
  }

  var description: String {
    let (relation, limit) =
      switch limit {
      case .atLeast(let limit): ("≥", limit)
      case .atMost(let limit): ("≤", limit)
      }
    let padded = name.padding(toLength: 36, withPad: " ", startingAt: 0)
    return padded + String(format: "%8.2f  %@ %.2f  ", value, relation, limit)
      + (isMet ? "met" : "NOT MET")
  }
}
