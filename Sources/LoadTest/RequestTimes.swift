/// The moments of one request, in nanoseconds of the run's clock.
///
///     intended ─ picked ─ sent ─ body sent ─ first byte ─ end
///         lag      wait    flow control   server    reply
struct RequestTimes: Equatable, Sendable {
  /// When the schedule wanted it sent; nil in a closed loop, which has no schedule.
  var intended: UInt64?
  /// When the generator took it up. Without a free stream it waits from then on.
  var picked: UInt64
  /// Whether it found no free stream when it was picked.
  var hasWaited = false
  /// When its HEADERS were handed to the socket, and the last byte of its body.
  var sent: UInt64
  var bodySent: UInt64
  var firstByte: UInt64
  var end: UInt64

  /// A request that never left: it has waited ever since it was due, by either clock.
  init(neverSent intended: UInt64?, picked: UInt64, end: UInt64) {
    let begin = intended ?? picked
    self.init(intended: intended, picked: picked, hasWaited: true, wire: .init(at: begin, end: end))
    sent = begin
  }

  init(intended: UInt64?, picked: UInt64, hasWaited: Bool, wire: WireTimes) {
    self.intended = intended
    self.picked = picked
    self.hasWaited = hasWaited
    sent = wire.sent
    bodySent = wire.bodySent
    firstByte = wire.firstByte
    end = wire.end
  }

  var fromSend: UInt64 { end > sent ? end - sent : 0 }

  var fromSchedule: UInt64? { intended.map { end > $0 ? end - $0 : 0 } }

  /// How late the generator itself was: until it sent the request, or saw that it had to wait.
  var lag: UInt64? {
    intended.map { intended in
      let ready = hasWaited ? picked : max(picked, sent)
      return ready > intended ? min(ready, end) - min(intended, end) : 0
    }
  }

  /// The five parts in order; they add up to the latency from the schedule exactly, also where a
  /// server answers before it has the whole request.
  var parts: (lag: UInt64, stream: UInt64, flow: UInt64, server: UInt64, reply: UInt64) {
    var last = min(intended ?? picked, end)
    func part(until moment: UInt64) -> UInt64 {
      let moment = min(max(moment, last), end)
      defer { last = moment }
      return moment - last
    }
    let lag = part(until: hasWaited ? picked : max(picked, sent))
    return (
      lag, part(until: sent), part(until: bodySent), part(until: firstByte), part(until: end)
    )
  }
}

/// What the network knows of a request's times.
struct WireTimes: Equatable, Sendable {
  var sent: UInt64
  var bodySent: UInt64
  var firstByte: UInt64
  var end: UInt64

  init(at sent: UInt64, end: UInt64) {
    self.sent = sent
    bodySent = sent
    firstByte = end
    self.end = end
  }
}
