/// Which end of the connection a session plays.
public enum HTTP2Role: Sendable {
  case client
  case server
}
