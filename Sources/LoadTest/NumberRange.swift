/// A closed range of counts, written `1-3` or `2`.
public struct NumberRange: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let lowest: Int
  public let highest: Int

  public init(_ range: ClosedRange<Int>) {
    lowest = range.lowerBound
    highest = range.upperBound
  }

  /// Reads a range that lies within `limits`.
  public init(parsing text: String, within limits: ClosedRange<Int>) throws(LoadError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    guard let first = numbers.first, let last = numbers.last, numbers.count == parts.count,
      numbers.count <= 2, first <= last, limits.contains(first), limits.contains(last)
    else {
      let expected = "a range such as 1-3 within \(limits.lowerBound)-\(limits.upperBound)"
      throw LoadError(.invalidValue(value: text, expected: expected))
    }
    lowest = first
    highest = last
  }

  /// How many numbers it holds.
  var count: Int { highest - lowest + 1 }

  public var description: String { lowest == highest ? "\(lowest)" : "\(lowest)-\(highest)" }
}
