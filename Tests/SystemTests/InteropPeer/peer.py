"""gRPC's own Python runtime in the interop suite, as server and as client.

peer.py STUBS serve                 prints "port N" and serves until it is killed
peer.py STUBS call ADDRESS CASE...  plays the cases; a line "ok NAME" or "FAILED NAME: why" each

With --tls CA CERT KEY behind STUBS it is TLS, with certificates asked for and shown.
"""

import concurrent.futures
import sys
import time
import uuid

sys.path.insert(0, sys.argv[1])

import grpc
import interop_pb2 as pb
import interop_pb2_grpc as rpc

INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
UP, DOWN = [27182, 8, 1828, 45904], [31415, 9, 2653, 58979]
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


IS_SECURE = sys.argv[2] == "--tls"
TLS = sys.argv[3:6] if IS_SECURE else []
COMMAND = sys.argv[6:] if IS_SECURE else sys.argv[2:]


def files(paths):
    return [open(path, "rb").read() for path in paths]


def open_channel(address):
    if not TLS:
        return grpc.insecure_channel(address)
    ca, cert, key = files(TLS)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, cert))


def payload(size):
    return pb.Payload(body=b"\0" * size)


class Service(rpc.TestServiceServicer):
    id = str(uuid.uuid4())

    def prepare(self, context):
        for key, value in context.invocation_metadata():
            if key == INITIAL:
                context.send_initial_metadata(((key, value),))
            if key == TRAILING:
                context.set_trailing_metadata(((key, value),))

    def status(self, request, context):
        if request.HasField("response_status") and request.response_status.code:
            codes = {code.value[0]: code for code in grpc.StatusCode}
            context.abort(codes[request.response_status.code], request.response_status.message)

    def EmptyCall(self, request, context):
        self.prepare(context)
        return pb.Empty()

    def UnaryCall(self, request, context):
        self.prepare(context)
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        self.status(request, context)
        return pb.SimpleResponse(
            payload=payload(request.response_size),
            server_id=self.id if request.fill_server_id else "")

    def replies(self, request, context):
        for parameters in request.response_parameters:
            if parameters.interval_us:
                time.sleep(parameters.interval_us / 1e6)
            if parameters.HasField("compressed") and not parameters.compressed.value:
                context.disable_next_message_compression()
            yield pb.StreamingOutputCallResponse(payload=payload(parameters.size))

    def StreamingOutputCall(self, request, context):
        self.prepare(context)
        if any(p.compressed.value for p in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        yield from self.replies(request, context)

    def StreamingInputCall(self, requests, context):
        self.prepare(context)
        return pb.StreamingInputCallResponse(
            aggregated_payload_size=sum(len(request.payload.body) for request in requests))

    def FullDuplexCall(self, requests, context):
        self.prepare(context)
        for request in requests:
            self.status(request, context)
            yield from self.replies(request, context)


def serve():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=32))
    rpc.add_TestServiceServicer_to_server(Service(), server)
    if TLS:
        ca, cert, key = files(TLS)
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(
            [(key, cert)], root_certificates=ca, require_client_auth=True))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"port {port}", flush=True)
    server.wait_for_termination()


def duplex(up, down):
    return pb.StreamingOutputCallRequest(
        payload=payload(up), response_parameters=[pb.ResponseParameters(size=down)])


def expect(code, work, message=None):
    try:
        work()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()}: {error.details()}"
        assert message is None or error.details() == message, repr(error.details())
        return
    raise AssertionError("the call did not fail")


class Cases:
    def __init__(self, channel):
        self.stub = rpc.TestServiceStub(channel)
        self.channel = channel

    def empty_unary(self):
        assert self.stub.EmptyCall(pb.Empty(), timeout=30) == pb.Empty()

    def large_unary(self):
        reply = self.stub.UnaryCall(
            pb.SimpleRequest(response_size=314159, payload=payload(271828)), timeout=30)
        assert len(reply.payload.body) == 314159

    def client_streaming(self):
        requests = (pb.StreamingInputCallRequest(payload=payload(size)) for size in UP)
        assert self.stub.StreamingInputCall(requests, timeout=30).aggregated_payload_size == 74922

    def server_streaming(self):
        request = pb.StreamingOutputCallRequest(
            response_parameters=[pb.ResponseParameters(size=size) for size in DOWN])
        sizes = [len(r.payload.body) for r in self.stub.StreamingOutputCall(request, timeout=30)]
        assert sizes == DOWN, sizes

    def ping_pong(self):
        import queue
        outgoing = queue.Queue()
        replies = self.stub.FullDuplexCall(iter(outgoing.get, None), timeout=30)
        for up, down in zip(UP, DOWN):
            outgoing.put(duplex(up, down))
            assert len(next(replies).payload.body) == down
        outgoing.put(None)
        assert next(replies, None) is None

    def empty_stream(self):
        assert list(self.stub.FullDuplexCall(iter(()), timeout=30)) == []

    def status_code_and_message(self):
        status = pb.EchoStatus(code=2, message="test status message")
        expect(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(
            pb.SimpleRequest(response_status=status), timeout=30), status.message)
        request = pb.StreamingOutputCallRequest(response_status=status)
        expect(grpc.StatusCode.UNKNOWN, lambda: list(
            self.stub.FullDuplexCall(iter((request,)), timeout=30)), status.message)

    def special_status_message(self):
        status = pb.EchoStatus(code=2, message=SPECIAL)
        expect(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(
            pb.SimpleRequest(response_status=status), timeout=30), SPECIAL)

    def custom_metadata(self):
        metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))

        def check(call):
            assert (INITIAL, metadata[0][1]) in tuple(call.initial_metadata())
            assert (TRAILING, b"\xab\xab\xab") in tuple(call.trailing_metadata())

        _, call = self.stub.UnaryCall.with_call(
            pb.SimpleRequest(response_size=314159, payload=payload(271828)), timeout=30,
            metadata=metadata)
        check(call)
        call = self.stub.FullDuplexCall(iter((duplex(271828, 314159),)), timeout=30,
                                        metadata=metadata)
        assert len(list(call)) == 1
        check(call)

    def unimplemented_method(self):
        expect(grpc.StatusCode.UNIMPLEMENTED,
               lambda: self.stub.UnimplementedCall(pb.Empty(), timeout=30))

    def unimplemented_service(self):
        stub = rpc.UnimplementedServiceStub(self.channel)
        expect(grpc.StatusCode.UNIMPLEMENTED,
               lambda: stub.UnimplementedCall(pb.Empty(), timeout=30))

    def cancel_after_begin(self):
        import threading
        blocked = threading.Event()

        def requests():
            blocked.wait(10)
            yield from ()

        call = self.stub.StreamingInputCall.future(requests(), timeout=30)
        call.cancel()
        blocked.set()
        assert call.cancelled()

    def cancel_after_first_response(self):
        import queue
        outgoing = queue.Queue()
        replies = self.stub.FullDuplexCall(iter(outgoing.get, None), timeout=30)
        outgoing.put(duplex(27182, 31415))
        next(replies)
        replies.cancel()
        expect(grpc.StatusCode.CANCELLED, lambda: next(replies))
        outgoing.put(None)

    def timeout_on_sleeping_server(self):
        request = pb.StreamingOutputCallRequest(
            payload=payload(27182),
            response_parameters=[pb.ResponseParameters(size=1, interval_us=5_000_000)])
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(
            self.stub.FullDuplexCall(iter((request,)), timeout=0.001)))

    def client_compressed_unary_noprobe(self):
        reply = self.stub.UnaryCall(
            pb.SimpleRequest(response_size=314159, payload=payload(271828)), timeout=30,
            compression=grpc.Compression.Gzip)
        assert len(reply.payload.body) == 314159

    def client_compressed_streaming_noprobe(self):
        requests = (pb.StreamingInputCallRequest(payload=payload(size)) for size in (27182, 45904))
        reply = self.stub.StreamingInputCall(
            requests, timeout=30, compression=grpc.Compression.Gzip)
        assert reply.aggregated_payload_size == 73086

    def server_compressed_unary(self):
        reply = self.stub.UnaryCall(pb.SimpleRequest(
            response_size=314159, payload=payload(271828),
            response_compressed=pb.BoolValue(value=True)), timeout=30)
        assert len(reply.payload.body) == 314159

    def server_compressed_streaming(self):
        request = pb.StreamingOutputCallRequest(response_parameters=[
            pb.ResponseParameters(size=31415, compressed=pb.BoolValue(value=True)),
            pb.ResponseParameters(size=92653, compressed=pb.BoolValue(value=False))])
        sizes = [len(r.payload.body) for r in self.stub.StreamingOutputCall(request, timeout=30)]
        assert sizes == [31415, 92653], sizes

    def rpc_soak(self):
        for _ in range(1000):
            self.large_unary()

    def pick_first_unary(self):
        request = pb.SimpleRequest(fill_server_id=True)
        ids = {self.stub.UnaryCall(request, timeout=30).server_id for _ in range(20)}
        assert len(ids) == 1 and "" not in ids, ids


def call(address, names):
    failed = False
    for name in names:
        channel = open_channel(address)
        try:
            getattr(Cases(channel), name)()
            print(f"ok {name}", flush=True)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is the case's result
            failed = True
            print(f"FAILED {name}: {error!r}", flush=True)
        channel.close()
    sys.exit(1 if failed else 0)


if COMMAND[0] == "serve":
    serve()
else:
    call(COMMAND[1], COMMAND[2:])
