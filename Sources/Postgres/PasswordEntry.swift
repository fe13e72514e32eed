#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A user of the system's user database (`getpwnam`), copied out of C's memory.
struct PasswordEntry: Sendable, Equatable {
  let name: String
  let userID: UInt32
  let groupID: UInt32
  let home: String

  init?(name: String) {
    guard let entry = unsafe Self.lookUp({ unsafe getpwnam_r(name, $0, $1, $2, $3) }) else {
      return nil
    }
    self = entry
  }

  init?(userID: UInt32) {
    guard let entry = unsafe Self.lookUp({ unsafe getpwuid_r(userID, $0, $1, $2, $3) }) else {
      return nil
    }
    self = entry
  }

  private init(_ entry: passwd) {
    name = unsafe String(cString: entry.pw_name)
    userID = unsafe entry.pw_uid
    groupID = unsafe entry.pw_gid
    home = unsafe String(cString: entry.pw_dir)
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> CInt

  /// Entries of directory services can be long, so the buffer grows as the call asks for it.
  private static func lookUp(_ call: Lookup) -> PasswordEntry? {
    var size = 1024
    while size <= 1 << 20 {
      var buffer = [CChar](repeating: 0, count: size)
      var entry = unsafe passwd()
      var found: UnsafeMutablePointer<passwd>?
      let code = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return EINVAL }
        return unsafe call(&entry, base, buffer.count, &found)
      }
      if code == ERANGE {
        size *= 4
        continue
      }
      guard code == 0, unsafe found != nil else { return nil }
      // The entry's texts lie in the buffer, which must outlive their copies.
      return withExtendedLifetime(buffer) { unsafe PasswordEntry(entry) }
    }
    return nil
  }

  /// The groups the user belongs to, with its own.
  var groups: [UInt32] {
    var count: CInt = 64
    while count <= 65_536 {
      #if canImport(Darwin)
        var list = [CInt](repeating: 0, count: Int(count))
        let own = CInt(bitPattern: groupID)
      #else
        var list = [UInt32](repeating: 0, count: Int(count))
        let own = groupID
      #endif
      let room = count
      if unsafe getgrouplist(name, own, &list, &count) >= 0 {
        return list.prefix(Int(count)).map { UInt32(truncatingIfNeeded: $0) }
      }
      count = max(count, room * 2)
    }
    return [groupID]
  }
}
