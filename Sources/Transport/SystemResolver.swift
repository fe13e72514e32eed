internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Asks the system, which knows its hosts file and its DNS servers. Away from the event loops,
/// because it blocks.
public struct SystemResolver: NameResolver {
  public init() {}

  public func addresses(of name: HostPort) async throws(ResolveError) -> [HostPort] {
    let answer: Result<[HostPort], ResolveError>
    do {
      answer = try await NIOThreadPool.singleton.runIfActive { Self.ask(name) }
    } catch {
      throw ResolveError("\(error)")
    }
    return try answer.get()
  }

  private static func ask(_ name: HostPort) -> Result<[HostPort], ResolveError> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    #else
      unsafe hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(name.host, nil, &hints, &list)
    guard code == 0 else {
      return .failure(ResolveError(unsafe String(cString: gai_strerror(code))))
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [HostPort] = []
    var next = unsafe list
    while let entry = unsafe next {
      var text = [CChar](repeating: 0, count: 256)
      let written = unsafe getnameinfo(
        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
        NI_NUMERICHOST)
      if written == 0 {
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        addresses.append(HostPort(host: String(decoding: bytes, as: UTF8.self), port: name.port))
      }
      unsafe next = entry.pointee.ai_next
    }
    return .success(addresses)
  }
}
