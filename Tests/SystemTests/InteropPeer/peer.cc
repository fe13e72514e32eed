// gRPC's own C++ runtime in the interop suite, as server and as client.
//
// peer serve [STREAMS]           prints "port N" and serves until it is killed; a connection may
//                                have STREAMS streams at once
// peer call TARGET CASE...       plays the cases; a line "ok NAME" or "FAILED NAME: why" each

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "interop.grpc.pb.h"

// How the last message of a call came is known to the core only; it exports this for such tests.
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

namespace {

using grpc::ClientContext;
using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;
using grpc::WriteOptions;
using namespace grpc::testing;

const std::string kInitial = "x-grpc-test-echo-initial";
const std::string kTrailing = "x-grpc-test-echo-trailing-bin";
const std::string kPeer = "x-test-peer";
const std::string kThreeBytes = "\xab\xab\xab";
const std::string kSpecial = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
const std::vector<int> kUp = {27182, 8, 1828, 45904};
const std::vector<int> kDown = {31415, 9, 2653, 58979};
constexpr int kSoakCalls = 1000;

/// The core's two marks: a message under way that is compressed, and one that was until it was
/// read.
bool WasCompressed(grpc_call* call) {
  return (grpc_call_test_only_get_message_flags(call) & (0x80000000u | 0x40000000u)) != 0;
}

void Fill(Payload* payload, int size) { payload->set_body(std::string(size, '\0')); }

// MARK: Server

class Service final : public TestService::Service {
 public:
  Status EmptyCall(ServerContext* context, const Empty*, Empty*) override {
    Echo(context);
    return Status::OK;
  }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request,
                   SimpleResponse* response) override {
    Echo(context);
    if (request->has_expect_compressed()) {
      Status status = Expect(context, request->expect_compressed().value());
      if (!status.ok()) return status;
    }
    if (request->response_status().code() != 0) return Asked(request->response_status());
    if (request->response_compressed().value()) {
      context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    Fill(response->mutable_payload(), request->response_size());
    if (request->fill_server_id()) response->set_server_id(std::to_string(getpid()));
    return Status::OK;
  }

  Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request,
                             grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    Echo(context);
    for (const auto& parameters : request->response_parameters()) {
      if (parameters.compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    Reply(*request, writer);
    return Status::OK;
  }

  Status StreamingInputCall(ServerContext* context,
                            grpc::ServerReader<StreamingInputCallRequest>* reader,
                            StreamingInputCallResponse* response) override {
    Echo(context);
    StreamingInputCallRequest request;
    int sum = 0;
    while (reader->Read(&request)) {
      if (request.has_expect_compressed()) {
        Status status = Expect(context, request.expect_compressed().value());
        if (!status.ok()) return status;
      }
      sum += static_cast<int>(request.payload().body().size());
    }
    response->set_aggregated_payload_size(sum);
    return Status::OK;
  }

  Status FullDuplexCall(ServerContext* context,
                        grpc::ServerReaderWriter<StreamingOutputCallResponse,
                                                 StreamingOutputCallRequest>* stream) override {
    Echo(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      if (request.response_status().code() != 0) return Asked(request.response_status());
      Reply(request, stream);
    }
    return Status::OK;
  }

 private:
  static void Echo(ServerContext* context) {
    const auto& received = context->client_metadata();
    auto text = [](grpc::string_ref value) { return std::string(value.data(), value.size()); };
    auto found = received.find(kInitial);
    if (found != received.end()) context->AddInitialMetadata(kInitial, text(found->second));
    found = received.find(kTrailing);
    if (found != received.end()) context->AddTrailingMetadata(kTrailing, text(found->second));
    if (received.count(kPeer) > 0) context->AddInitialMetadata(kPeer, context->peer());
  }

  static Status Expect(ServerContext* context, bool compressed) {
    if (WasCompressed(context->c_call()) == compressed) return Status::OK;
    return Status(StatusCode::INVALID_ARGUMENT,
                  compressed ? "the message was not compressed" : "the message was compressed");
  }

  static Status Asked(const EchoStatus& status) {
    return Status(static_cast<StatusCode>(status.code()), status.message());
  }

  template <typename Writer>
  static void Reply(const StreamingOutputCallRequest& request, Writer* writer) {
    for (const auto& parameters : request.response_parameters()) {
      if (parameters.interval_us() > 0) usleep(parameters.interval_us());
      StreamingOutputCallResponse response;
      Fill(response.mutable_payload(), parameters.size());
      WriteOptions options;
      if (!parameters.compressed().value()) options.set_no_compression();
      if (!writer->Write(response, options)) return;
    }
  }
};

int Serve(int streams) {
  Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  if (streams > 0) builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << "port " << port << std::endl;
  server->Wait();
  return 0;
}

// MARK: Client

void Check(bool holds, const std::string& otherwise) {
  if (!holds) throw std::runtime_error(otherwise);
}

void CheckOK(const Status& status) {
  Check(status.ok(),
        "code " + std::to_string(status.error_code()) + ": " + status.error_message());
}

void CheckCode(const Status& status, StatusCode code) {
  Check(status.error_code() == code, "code " + std::to_string(status.error_code()) + ", not " +
                                         std::to_string(code) + ": " + status.error_message());
}

void CheckSizes(const std::vector<int>& seen, const std::vector<int>& wanted) {
  std::string text;
  for (int size : seen) text += " " + std::to_string(size);
  Check(seen == wanted, "replies of" + text);
}

/// A call that cannot hang for ever.
struct Context : ClientContext {
  Context() { set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5)); }
};

/// Without the pool that would let channels share a connection.
std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

StreamingOutputCallRequest Duplex(int up, int down) {
  StreamingOutputCallRequest request;
  Fill(request.mutable_payload(), up);
  request.add_response_parameters()->set_size(down);
  return request;
}

SimpleRequest Large() {
  SimpleRequest request;
  request.set_response_size(314159);
  Fill(request.mutable_payload(), 271828);
  return request;
}

void CheckLarge(const SimpleResponse& response) {
  Check(response.payload().body().size() == 314159, "reply of another size");
}

class Cases {
 public:
  explicit Cases(const std::string& target)
      : target_(target), channel_(Connect(target)), stub_(TestService::NewStub(channel_)) {}

  void EmptyUnary() {
    Context context;
    Empty response;
    CheckOK(stub_->EmptyCall(&context, Empty(), &response));
  }

  void LargeUnary() { LargeUnary(stub_.get()); }

  void ClientStreaming() {
    Context context;
    StreamingInputCallResponse response;
    auto writer = stub_->StreamingInputCall(&context, &response);
    for (int size : kUp) {
      StreamingInputCallRequest request;
      Fill(request.mutable_payload(), size);
      Check(writer->Write(request), "not written");
    }
    writer->WritesDone();
    CheckOK(writer->Finish());
    Check(response.aggregated_payload_size() == 74922, "another sum");
  }

  void ServerStreaming() {
    Context context;
    StreamingOutputCallRequest request;
    for (int size : kDown) request.add_response_parameters()->set_size(size);
    auto reader = stub_->StreamingOutputCall(&context, request);
    StreamingOutputCallResponse response;
    std::vector<int> sizes;
    while (reader->Read(&response)) sizes.push_back(response.payload().body().size());
    CheckOK(reader->Finish());
    CheckSizes(sizes, kDown);
  }

  void PingPong() {
    Context context;
    auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallResponse response;
    std::vector<int> sizes;
    for (size_t index = 0; index < kUp.size(); ++index) {
      Check(stream->Write(Duplex(kUp[index], kDown[index])), "not written");
      Check(stream->Read(&response), "no reply");
      sizes.push_back(response.payload().body().size());
    }
    stream->WritesDone();
    Check(!stream->Read(&response), "a reply more");
    CheckOK(stream->Finish());
    CheckSizes(sizes, kDown);
  }

  void EmptyStream() {
    Context context;
    auto stream = stub_->FullDuplexCall(&context);
    stream->WritesDone();
    StreamingOutputCallResponse response;
    Check(!stream->Read(&response), "a reply to nothing");
    CheckOK(stream->Finish());
  }

  void StatusCodeAndMessage() {
    const std::string message = "test status message";
    UnaryStatus(message);
    Context context;
    auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallRequest request;
    request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
    request.mutable_response_status()->set_message(message);
    stream->Write(request);
    stream->WritesDone();
    StreamingOutputCallResponse response;
    while (stream->Read(&response)) {
    }
    Status status = stream->Finish();
    CheckCode(status, StatusCode::UNKNOWN);
    Check(status.error_message() == message, "message " + status.error_message());
  }

  void SpecialStatusMessage() { UnaryStatus(kSpecial); }

  void CustomMetadata() {
    Context unary;
    AddMetadata(&unary);
    SimpleResponse response;
    CheckOK(stub_->UnaryCall(&unary, Large(), &response));
    CheckLarge(response);
    CheckMetadata(unary);
    Context context;
    AddMetadata(&context);
    auto stream = stub_->FullDuplexCall(&context);
    Check(stream->Write(Duplex(271828, 314159)), "not written");
    stream->WritesDone();
    StreamingOutputCallResponse reply;
    std::vector<int> sizes;
    while (stream->Read(&reply)) sizes.push_back(reply.payload().body().size());
    CheckOK(stream->Finish());
    CheckSizes(sizes, {314159});
    CheckMetadata(context);
  }

  void UnimplementedMethod() {
    Context context;
    Empty response;
    CheckCode(stub_->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
  }

  void UnimplementedService() {
    auto stub = grpc::testing::UnimplementedService::NewStub(channel_);
    Context context;
    Empty response;
    CheckCode(stub->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
  }

  void CancelAfterBegin() {
    Context context;
    StreamingInputCallResponse response;
    auto writer = stub_->StreamingInputCall(&context, &response);
    context.TryCancel();
    CheckCode(writer->Finish(), StatusCode::CANCELLED);
  }

  void CancelAfterFirstResponse() {
    Context context;
    auto stream = stub_->FullDuplexCall(&context);
    Check(stream->Write(Duplex(kUp[0], kDown[0])), "not written");
    StreamingOutputCallResponse response;
    Check(stream->Read(&response), "no reply");
    context.TryCancel();
    CheckCode(stream->Finish(), StatusCode::CANCELLED);
  }

  void TimeoutOnSleepingServer() {
    ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
    auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallRequest request;
    Fill(request.mutable_payload(), kUp[0]);
    stream->Write(request);
    CheckCode(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
  }

  void ClientCompressedUnary() {
    SimpleRequest request = Large();
    request.mutable_expect_compressed()->set_value(true);
    SimpleResponse response;
    Context probe;
    CheckCode(stub_->UnaryCall(&probe, request, &response), StatusCode::INVALID_ARGUMENT);
    for (bool compressed : {true, false}) {
      Context context;
      if (compressed) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
      request.mutable_expect_compressed()->set_value(compressed);
      CheckOK(stub_->UnaryCall(&context, request, &response));
      CheckLarge(response);
    }
  }

  void ClientCompressedStreaming() {
    StreamingInputCallRequest request;
    StreamingInputCallResponse response;
    Fill(request.mutable_payload(), 27182);
    request.mutable_expect_compressed()->set_value(true);
    {
      Context probe;
      auto writer = stub_->StreamingInputCall(&probe, &response);
      writer->Write(request);
      writer->WritesDone();
      CheckCode(writer->Finish(), StatusCode::INVALID_ARGUMENT);
    }
    Context context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    auto writer = stub_->StreamingInputCall(&context, &response);
    Check(writer->Write(request), "the first is not written");
    Fill(request.mutable_payload(), 45904);
    request.mutable_expect_compressed()->set_value(false);
    WriteOptions plain;
    plain.set_no_compression();
    Check(writer->Write(request, plain), "the second is not written");
    writer->WritesDone();
    CheckOK(writer->Finish());
    Check(response.aggregated_payload_size() == 73086, "another sum");
  }

  void ServerCompressedUnary() {
    for (bool compressed : {true, false}) {
      Context context;
      SimpleRequest request = Large();
      request.mutable_response_compressed()->set_value(compressed);
      SimpleResponse response;
      CheckOK(stub_->UnaryCall(&context, request, &response));
      CheckLarge(response);
      Check(WasCompressed(context.c_call()) == compressed,
            compressed ? "not compressed" : "compressed");
    }
  }

  void ServerCompressedStreaming() {
    const std::vector<std::pair<int, bool>> wanted = {{31415, true}, {92653, false}};
    Context context;
    StreamingOutputCallRequest request;
    for (const auto& [size, compressed] : wanted) {
      auto* parameters = request.add_response_parameters();
      parameters->set_size(size);
      parameters->mutable_compressed()->set_value(compressed);
    }
    auto reader = stub_->StreamingOutputCall(&context, request);
    StreamingOutputCallResponse response;
    std::vector<std::pair<int, bool>> seen;
    while (reader->Read(&response)) {
      seen.emplace_back(response.payload().body().size(), WasCompressed(context.c_call()));
    }
    CheckOK(reader->Finish());
    Check(seen == wanted, "another size, or compressed otherwise");
  }

  void RPCSoak() {
    for (int index = 0; index < kSoakCalls; ++index) LargeUnary();
  }

  void ChannelSoak() {
    for (int index = 0; index < kSoakCalls; ++index) {
      LargeUnary(TestService::NewStub(Connect(target_)).get());
    }
  }

  void PickFirstUnary() {
    std::set<std::string> servers;
    for (int index = 0; index < 20; ++index) {
      Context context;
      SimpleRequest request;
      request.set_fill_server_id(true);
      SimpleResponse response;
      CheckOK(stub_->UnaryCall(&context, request, &response));
      servers.insert(response.server_id());
    }
    Check(servers.size() == 1 && servers.count("") == 0, "answered by several servers or none");
  }

 private:
  static void LargeUnary(TestService::Stub* stub) {
    Context context;
    SimpleResponse response;
    CheckOK(stub->UnaryCall(&context, Large(), &response));
    CheckLarge(response);
  }

  void UnaryStatus(const std::string& message) {
    Context context;
    SimpleRequest request;
    request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
    request.mutable_response_status()->set_message(message);
    SimpleResponse response;
    Status status = stub_->UnaryCall(&context, request, &response);
    CheckCode(status, StatusCode::UNKNOWN);
    Check(status.error_message() == message, "message " + status.error_message());
  }

  static void AddMetadata(ClientContext* context) {
    context->AddMetadata(kInitial, "test_initial_metadata_value");
    context->AddMetadata(kTrailing, kThreeBytes);
  }

  static void CheckMetadata(const ClientContext& context) {
    auto initial = context.GetServerInitialMetadata().find(kInitial);
    Check(initial != context.GetServerInitialMetadata().end() &&
              initial->second == "test_initial_metadata_value",
          "no initial metadata came back");
    auto trailing = context.GetServerTrailingMetadata().find(kTrailing);
    Check(trailing != context.GetServerTrailingMetadata().end() && trailing->second == kThreeBytes,
          "no trailing metadata came back");
  }

  const std::string target_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<TestService::Stub> stub_;
};

const std::map<std::string, void (Cases::*)()> kCases = {
    {"empty_unary", &Cases::EmptyUnary},
    {"large_unary", &Cases::LargeUnary},
    {"client_streaming", &Cases::ClientStreaming},
    {"server_streaming", &Cases::ServerStreaming},
    {"ping_pong", &Cases::PingPong},
    {"empty_stream", &Cases::EmptyStream},
    {"status_code_and_message", &Cases::StatusCodeAndMessage},
    {"special_status_message", &Cases::SpecialStatusMessage},
    {"custom_metadata", &Cases::CustomMetadata},
    {"unimplemented_method", &Cases::UnimplementedMethod},
    {"unimplemented_service", &Cases::UnimplementedService},
    {"cancel_after_begin", &Cases::CancelAfterBegin},
    {"cancel_after_first_response", &Cases::CancelAfterFirstResponse},
    {"timeout_on_sleeping_server", &Cases::TimeoutOnSleepingServer},
    {"client_compressed_unary", &Cases::ClientCompressedUnary},
    {"client_compressed_streaming", &Cases::ClientCompressedStreaming},
    {"server_compressed_unary", &Cases::ServerCompressedUnary},
    {"server_compressed_streaming", &Cases::ServerCompressedStreaming},
    {"rpc_soak", &Cases::RPCSoak},
    {"channel_soak", &Cases::ChannelSoak},
    {"pick_first_unary", &Cases::PickFirstUnary},
};

bool Play(const std::string& target, const std::string& name) {
  try {
    auto found = kCases.find(name);
    Check(found != kCases.end(), "no such case");
    Cases cases(target);
    (cases.*found->second)();
    std::cout << "ok " << name << std::endl;
    return true;
  } catch (const std::exception& failure) {
    std::cout << "FAILED " << name << ": " << failure.what() << std::endl;
    return false;
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (!words.empty() && words[0] == "serve") {
    return Serve(words.size() > 1 ? std::atoi(words[1].c_str()) : 0);
  }
  if (words.size() < 3 || words[0] != "call") {
    std::cerr << "usage: peer serve [STREAMS] | peer call TARGET CASE..." << std::endl;
    return 64;
  }
  bool all = true;
  for (size_t index = 2; index < words.size(); ++index) all = Play(words[1], words[index]) && all;
  return all ? 0 : 1;
}
