/// How long a client is willing to wait, from either of the headers that gateways in use read.
enum TimeoutHeader {
  static let grpc = "Grpc-Timeout"
  static let seconds = "X-Server-Timeout"

  /// The smaller of the two headers' times, or nil without both.
  static func read(
    grpc grpcLines: [String], seconds secondsLines: [String]
  ) throws(InputError) -> Duration? {
    let first = try read(grpcLines, name: grpc, parse: parseGRPC)
    let second = try read(secondsLines, name: seconds, parse: parseSeconds)
    guard let first, let second else { return first ?? second }
    return min(first, second)
  }

  private static func read(
    _ lines: [String], name: String, parse: (String) -> Duration?
  ) throws(InputError) -> Duration? {
    guard let line = lines.first else { return nil }
    guard lines.count == 1, let timeout = parse(HeaderText.trim(line)) else {
      throw InputError(.invalidValue, at: "header.\(name)", "is not a timeout")
    }
    return timeout
  }

  /// One to eight digits and a unit. (gRPC over HTTP/2, Requests, Timeout)
  static func parseGRPC(_ text: String) -> Duration? {
    guard let unit = text.last, let value = digits(text.dropLast(), countMax: 8) else { return nil }
    return switch unit {
    case "H": .seconds(value * 3600)
    case "M": .seconds(value * 60)
    case "S": .seconds(value)
    case "m": .milliseconds(value)
    case "u": .microseconds(value)
    case "n": .nanoseconds(value)
    default: nil
    }
  }

  /// Decimal seconds: up to nine digits, and up to nine more behind a point.
  static func parseSeconds(_ text: String) -> Duration? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = halves.first, let seconds = digits(whole, countMax: 9) else { return nil }
    guard halves.count > 1, let fraction = halves.last else { return .seconds(seconds) }
    let padded = fraction + String(repeating: "0", count: max(0, 9 - fraction.utf8.count))
    guard !fraction.isEmpty, let nanoseconds = digits(padded[...], countMax: 9) else { return nil }
    return .seconds(seconds) + .nanoseconds(nanoseconds)
  }

  private static func digits(_ text: Substring, countMax: Int) -> Int64? {
    guard (1...countMax).contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(text)
  }
}
