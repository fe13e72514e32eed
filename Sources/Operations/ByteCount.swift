/// A size as settings write it: `512B`, `16KiB`, `1MiB`, `2GiB`. A bare number is refused, as with
/// durations.
public struct ByteCount: Comparable, Hashable, Sendable {
  public let bytes: Int

  public init(bytes: Int) { self.bytes = bytes }
  public static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
  public static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
  public static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: SettingValue {
  private static let units: [(suffix: String, bytes: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
  ]

  public init?(settingText text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let suffix = text.dropFirst(digits.count)
    guard let count = Int(digits), let unit = Self.units.first(where: { $0.suffix == suffix })
    else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  public var settingText: String {
    if bytes == 0 { return "0B" }
    let unit = Self.units.first { bytes.isMultiple(of: $0.bytes) } ?? ("B", 1)
    return "\(bytes / unit.bytes)\(unit.suffix)"
  }

  public static var form: String { "a size such as 512B, 16KiB or 1MiB" }
  public static var placeholder: String { "size" }
}
