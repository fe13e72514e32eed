/// Strings, byte arrays, messages, enums and maps. The singular forms leave a default out,
/// `optional…` writes whatever is there.
extension WireWriter {
  public mutating func string(_ value: String, field: Int) {
    if !value.isEmpty { append(value.utf8, field: field) }
  }

  public mutating func optionalString(_ value: String?, field: Int) {
    if let value { append(value.utf8, field: field) }
  }

  public mutating func strings(_ values: [String], field: Int) {
    for value in values { append(value.utf8, field: field) }
  }

  public mutating func bytes(_ value: [UInt8], field: Int) {
    if !value.isEmpty { append(value, field: field) }
  }

  public mutating func optionalBytes(_ value: [UInt8]?, field: Int) {
    if let value { append(value, field: field) }
  }

  public mutating func byteArrays(_ values: [[UInt8]], field: Int) {
    for value in values { append(value, field: field) }
  }

  /// A message field always has presence: nil is left out, an empty message is written.
  @inlinable
  public mutating func message<M: WireMessage>(_ value: M?, field: Int) {
    guard let value else { return }
    let start = beginDelimited(field)
    value.write(to: &self)
    endDelimited(start)
  }

  @inlinable
  public mutating func messages<M: WireMessage>(_ values: [M], field: Int) {
    for value in values {
      let start = beginDelimited(field)
      value.write(to: &self)
      endDelimited(start)
    }
  }

  @inlinable
  public mutating func enumeration<E: WireEnum>(_ value: E, field: Int) {
    int32(value.rawValue, field: field)
  }

  /// By rising key bytes, for a dictionary has no order of its own and equal maps must give equal
  /// bytes. Key and value are written even when empty, as other implementations do.
  public mutating func map(_ entries: [String: String], field: Int) {
    if entries.isEmpty { return }
    let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (key, value) in sorted {
      let start = beginDelimited(field)
      append(key.utf8, field: 1)
      append(value.utf8, field: 2)
      endDelimited(start)
    }
  }
}
