internal import Contracts
internal import Foundation

extension Timestamp {
  private static let secondsCount = 19
  private static let fractionDigitsMax = 9

  /// Reads a time in UTC as the edge writes it, `2026-01-02T03:04:05.000006Z`; nil for another
  /// form.
  init?(rfc3339 text: String) {
    guard text.hasSuffix("Z"), text.utf8.count > Self.secondsCount, text.utf8.count == text.count
    else { return nil }
    let whole = text.prefix(Self.secondsCount)
    let fraction = text.dropFirst(Self.secondsCount).dropLast()
    var nanoseconds: Int32 = 0
    if !fraction.isEmpty {
      let digits = fraction.dropFirst()
      guard fraction.hasPrefix("."), (1...Self.fractionDigitsMax).contains(digits.count),
        digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let value = Int32(
          digits + String(repeating: "0", count: Self.fractionDigitsMax - digits.count))
      else { return nil }
      nanoseconds = value
    }
    guard let date = try? Date(whole + "Z", strategy: .iso8601),
      let seconds = Int64(exactly: date.timeIntervalSince1970)
    else { return nil }
    self.init(seconds: seconds, nanos: nanoseconds)
  }
}
