/// A path with variables, such as `/v1/stock/{sku}`.
///
/// A request's path is cut at raw `/` first and each segment is percent-decoded after, so `%2F`
/// inside a segment stays part of a value. Nothing is tidied: an empty segment matches nothing and
/// `.` is a segment like any other.
struct PathPattern: Equatable, Sendable {
  enum Segment: Equatable, Sendable {
    case literal(String)
    case variable(String)
  }

  /// As it is written, for metrics and logs: it has few values, unlike paths.
  let template: String
  let segments: [Segment]

  init(_ template: String) {
    self.template = template
    segments = (Self.split(template) ?? []).map { text in
      guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(text) }
      return .variable(String(text.dropFirst().dropLast()))
    }
  }

  /// Cuts a raw path into raw segments; nil when it does not begin with a slash.
  static func split(_ path: String) -> [String]? {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  /// How well raw segments fit: nil for not at all, else one flag per segment, true for a literal,
  /// so that of two patterns the one that is literal first is the better.
  func match(_ raw: [String]) -> [Bool]? {
    guard raw.count == segments.count else { return nil }
    var isLiteral: [Bool] = []
    for (segment, text) in zip(segments, raw) {
      switch segment {
      case .literal(let literal):
        guard text == literal || PercentDecoding.decode(text) == literal else { return nil }
        isLiteral.append(true)
      case .variable:
        guard !text.isEmpty else { return nil }
        isLiteral.append(false)
      }
    }
    return isLiteral
  }

  /// The decoded values of the variables, by name.
  func variables(_ raw: [String]) throws(InputError) -> [String: String] {
    var values: [String: String] = [:]
    for (segment, text) in zip(segments, raw) {
      guard case .variable(let name) = segment else { continue }
      guard let value = PercentDecoding.decode(text) else {
        throw InputError(.invalidValue, at: "path.\(name)", "is not percent-encoded UTF-8")
      }
      values[name] = value
    }
    return values
  }
}
