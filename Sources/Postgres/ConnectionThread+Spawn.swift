#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ConnectionThread {
  /// Starts a thread on a retained reference to its owner and answers an error number or 0.
  /// It is detached, because nobody joins it: it ends by itself after `stop`.
  static func spawn(_ owner: UnsafeMutableRawPointer) -> Int32 {
    var attributes = pthread_attr_t()
    var code = unsafe pthread_attr_init(&attributes)
    guard code == 0 else { return code }
    defer { unsafe pthread_attr_destroy(&attributes) }
    code = unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    guard code == 0 else { return code }
    #if canImport(Darwin)
      var thread: pthread_t?
      return unsafe pthread_create(&thread, &attributes, { unsafe enter($0) }, owner)
    #else
      var thread = pthread_t()
      return unsafe pthread_create(&thread, &attributes, { unsafe enter($0) }, owner)
    #endif
  }
}

/// The thread's first function. It takes over the reference that the executor left for it.
private func enter(_ owner: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let owner = unsafe owner else { return nil }
  unsafe Unmanaged<ConnectionThread>.fromOpaque(owner).takeRetainedValue().runUntilStopped()
  return nil
}
