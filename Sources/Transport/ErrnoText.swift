internal import NIOCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the system calls an error number, in lower case as inside a sentence.
public enum ErrnoText {
  public static func of(_ number: CInt) -> String {
    switch number {
    case ECONNREFUSED: "connection refused"
    case ECONNRESET: "connection reset by peer"
    case ENETUNREACH: "network is unreachable"
    case EHOSTUNREACH: "no route to host"
    case ETIMEDOUT: "connection timed out"
    case EPIPE: "broken pipe"
    default: "error \(number) of the system"
    }
  }
}
