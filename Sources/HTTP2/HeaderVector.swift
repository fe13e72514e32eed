internal import CNghttp2

/// Turns header fields into the array that nghttp2 takes. Its two buffers are reused, so a list of
/// constants costs neither an allocation nor a copy of its text.
@safe final class HeaderVector {
  private var fields: UnsafeMutablePointer<nghttp2_nv>
  private var fieldCapacity: Int
  private var text: UnsafeMutablePointer<UInt8>
  private var textCapacity: Int
  private var textCount = 0
  private(set) var count = 0

  /// Room for the header list of any usual call; more is made when it is needed.
  init(fieldCapacity: Int = 32, textCapacity: Int = 1024) {
    self.fieldCapacity = fieldCapacity
    self.textCapacity = textCapacity
    unsafe fields = .allocate(capacity: fieldCapacity)
    unsafe text = .allocate(capacity: textCapacity)
  }

  deinit {
    unsafe fields.deallocate()
    unsafe text.deallocate()
  }

  /// Good until the next change of this vector; nghttp2 copies what is not constant on submission.
  var base: UnsafePointer<nghttp2_nv> { unsafe UnsafePointer(fields) }

  /// A list of constants alone: its fields were made before.
  func fill(_ constants: ConstantFields) {
    count = constants.count
    textCount = 0
    reserve(fields: count)
    unsafe fields.update(from: constants.base, count: count)
  }

  /// Lists that were made before, and between and behind them what differs from call to call.
  /// `head` has to live until nghttp2 has taken the fields.
  func fill(
    _ head: PreparedFields, _ more: [HeaderField], _ constants: ConstantFields,
    _ rest: [HeaderField]
  ) {
    count = 0
    textCount = 0
    reserve(fields: head.vector.count + more.count + constants.count + rest.count)
    reserveText(of: more, rest)
    unsafe append(head.vector.base, head.vector.count)
    for field in more { append(field) }
    unsafe append(constants.base, constants.count)
    for field in rest { append(field) }
  }

  func fill(
    _ first: [HeaderField], _ second: [HeaderField] = [], _ third: [HeaderField] = []
  ) {
    count = 0
    textCount = 0
    reserve(fields: first.count + second.count + third.count)
    reserveText(of: first, second, third)
    for field in first { append(field) }
    for field in second { append(field) }
    for field in third { append(field) }
  }

  /// Room for everything first: moving the text later would leave the fields pointing nowhere.
  private func reserveText(
    of first: [HeaderField], _ second: [HeaderField], _ third: [HeaderField] = []
  ) {
    var needed = 0
    for field in first { needed += field.copiedBytes }
    for field in second { needed += field.copiedBytes }
    for field in third { needed += field.copiedBytes }
    guard needed > textCapacity else { return }
    unsafe text.deallocate()
    textCapacity = needed
    unsafe text = .allocate(capacity: textCapacity)
  }

  private func reserve(fields needed: Int) {
    guard needed > fieldCapacity else { return }
    unsafe fields.deallocate()
    fieldCapacity = needed
    unsafe fields = .allocate(capacity: fieldCapacity)
  }

  private func append(_ made: UnsafePointer<nghttp2_nv>, _ more: Int) {
    unsafe (fields + count).update(from: made, count: more)
    count += more
  }

  private func append(_ field: HeaderField) {
    var flags = field.isIndexed ? NGHTTP2_NV_FLAG_NONE.rawValue : NGHTTP2_NV_FLAG_NO_INDEX.rawValue
    let name = unsafe place(field.name)
    if unsafe name.isConstant { flags |= NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue }
    let value = unsafe place(field.value)
    if unsafe value.isConstant { flags |= NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue }
    unsafe (fields + count).initialize(
      to: nghttp2_nv(
        name: name.start, value: value.start, namelen: name.count, valuelen: value.count,
        flags: UInt8(truncatingIfNeeded: flags)))
    count += 1
  }

  private func place(
    _ part: HeaderField.Text
  ) -> (start: UnsafeMutablePointer<UInt8>, count: Int, isConstant: Bool) {
    switch part {
    case .constant(let constant):
      // nghttp2 declares the pointer mutable and never writes through it.
      let start = unsafe UnsafeMutablePointer(mutating: constant.utf8Start)
      return unsafe (start, constant.utf8CodeUnitCount, true)
    case .bytes(let bytes):
      let start = unsafe text + textCount
      unsafe bytes.withUnsafeBufferPointer { source in
        guard let first = source.baseAddress else { return }
        unsafe start.initialize(from: first, count: source.count)
      }
      textCount += bytes.count
      return unsafe (start, bytes.count, false)
    }
  }
}
