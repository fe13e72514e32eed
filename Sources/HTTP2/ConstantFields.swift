internal import CNghttp2

/// Header fields that never change, as nghttp2 takes them. A list that most replies have is made
/// once and handed over as it is.
///
/// They are kept for as long as the process lives, so that no call has to count who uses them: make
/// constants of it, not values.
@safe public struct ConstantFields: Sendable {
  let count: Int
  // Written in `init` and only read from then on.
  private nonisolated(unsafe) let made: UnsafeMutablePointer<nghttp2_nv>

  public static let none = ConstantFields([])

  /// A part that is no constant would have to be copied with each submission, so it is left out of
  /// what is prepared: give such fields to the other lists of a submission.
  public init(_ fields: [HeaderField]) {
    let constants = fields.filter { $0.copiedBytes == 0 }
    let vector = HeaderVector()
    vector.fill(constants)
    count = constants.count
    unsafe made = .allocate(capacity: max(1, count))
    unsafe made.update(from: vector.base, count: count)
  }

  var base: UnsafePointer<nghttp2_nv> { unsafe UnsafePointer(made) }
}
