internal import Contracts

extension Timestamp {
  /// `nanos` counts forward from `seconds` also before 1970, so both are rounded down.
  init(_ moment: Microseconds) {
    let micros = moment.sinceEpoch % 1_000_000
    let seconds = moment.sinceEpoch / 1_000_000
    self.init(
      seconds: micros < 0 ? seconds - 1 : seconds,
      nanos: Int32(micros < 0 ? micros + 1_000_000 : micros) * 1_000)
  }
}
