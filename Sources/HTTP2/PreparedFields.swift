/// Header fields that many requests begin with, as nghttp2 takes them: made once, handed over as
/// they are, and freed with this object.
public final class PreparedFields: @unchecked Sendable {
  // Filled in `init` and only read from then on.
  let vector: HeaderVector
  /// What they count in a header list.
  public let listBytes: Int

  public init(_ fields: [HeaderField]) {
    vector = HeaderVector(
      fieldCapacity: fields.count, textCapacity: fields.reduce(0) { $0 + $1.copiedBytes })
    vector.fill(fields)
    listBytes = fields.listBytes
  }
}
