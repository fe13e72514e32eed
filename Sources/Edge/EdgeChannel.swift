internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// What Hummingbird's server does with a connection that it accepted.
///
/// Hummingbird listens, accepts, limits connections and winds down. The handling of requests is our
/// own down to the HTTP parser, because the contract says things that its channel leaves to itself:
/// errors of the parser are problems, a body that is too long is refused before it is sent, and a
/// client that went away ends its call.
struct EdgeChannel: ServerChildChannel {
  struct Connection: ServerChildChannelValue {
    let channel: any Channel
  }

  let responder: EdgeResponder
  let reporter: ExchangeReporter
  let connections: ConnectionRegister
  let date = DateHeader()

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
    channel.eventLoop.makeCompletedFuture {
      // The parser gives one error for all of these, so it is left room, and what went over which
      // limit is found when the head is looked at.
      let room = 4 * (responder.settings.headerMax + responder.settings.targetMax)
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderFieldSize = room
      limits.maxHeaderListSize = room
      limits.maxHeaderFieldCount = responder.settings.headerFieldsMax
      // The validator refuses to write a header with a line break in it, should one get this far.
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(
        withPipeliningAssistance: true, withErrorHandling: false,
        withOutboundHeaderValidation: true, withEncoderConfiguration: .init(),
        withDecoderLimitConfiguration: limits)
      try channel.pipeline.syncOperations.addHandler(
        EdgeConnection(responder: responder, reporter: reporter, date: date))
      connections.add(channel)
      return Connection(channel: channel)
    }
  }

  func handle(value connection: Connection, logger: Logger) async {
    // How it ended was told where it ended; here only the end itself counts.
    try? await connection.channel.closeFuture.get()
  }
}
