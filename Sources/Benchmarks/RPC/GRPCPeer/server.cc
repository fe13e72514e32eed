// The peer of `bench rpc`: gRPC C++ with its callback API, its quickest, and the smallest handler
// there is. Prints "port N" and serves until it is killed.

#include <grpcpp/grpcpp.h>

#include <iostream>
#include <memory>

#include "health.grpc.pb.h"

namespace {

class AlwaysServing final : public grpc::health::v1::Health::CallbackService {
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest*,
                                  grpc::health::v1::HealthCheckResponse* response) override {
    response->set_status(1);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main() {
  AlwaysServing service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << "port " << port << std::endl;
  server->Wait();
  return 0;
}
