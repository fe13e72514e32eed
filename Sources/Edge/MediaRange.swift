/// One element of an `Accept` header. (RFC 9110 §12.5.1)
struct MediaRange: Equatable, Sendable {
  /// In lower case.
  let type: String
  let subtype: String
  /// Thousandths, from 0 to 1000.
  let quality: Int

  /// Nil for what is no media range, which a server passes over.
  init?(_ text: Substring) {
    let parts = text.split(separator: ";").map { HeaderText.trim($0) }
    guard let range = parts.first else { return nil }
    let names = range.lowercased().split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, let type = names.first, let subtype = names.last,
      !type.isEmpty, !subtype.isEmpty
    else { return nil }
    self.type = String(type)
    self.subtype = String(subtype)
    var quality = 1000
    for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("q=") {
      guard let value = Self.quality(parameter.dropFirst(2)) else { return nil }
      quality = value
    }
    self.quality = quality
  }

  /// `0`, `0.5`, `1.000`: at most three decimals.
  private static func quality(_ text: Substring) -> Int? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = halves.count > 1 ? halves.last ?? "" : ""
    guard let whole = halves.first, whole == "0" || whole == "1", decimals.utf8.count <= 3,
      decimals.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    let padded = whole + decimals + String(repeating: "0", count: 3 - decimals.utf8.count)
    guard let value = Int(padded), value <= 1000 else { return nil }
    return value
  }

  /// How closely the range names `application/json`: 3 exactly, 0 not at all.
  var closenessToJSON: Int {
    switch (type, subtype) {
    case ("application", "json"): 3
    case ("application", "*"): 2
    case ("*", "*"): 1
    default: 0
    }
  }

  /// Whether a client that sent these `Accept` lines takes JSON. The closest range decides, so
  /// `application/json;q=0, */*` refuses it. No line at all accepts everything.
  static func acceptsJSON(_ lines: [String]) -> Bool {
    guard !lines.isEmpty else { return true }
    let ranges = lines.flatMap { $0.split(separator: ",") }.compactMap(MediaRange.init)
    let matching = ranges.filter { $0.closenessToJSON > 0 }
    guard let closest = matching.max(by: { $0.closenessToJSON < $1.closenessToJSON }) else {
      return false
    }
    return matching.contains {
      $0.closenessToJSON == closest.closenessToJSON && $0.quality > 0
    }
  }
}
