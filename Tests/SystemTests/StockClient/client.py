"""A gRPC client that knows of Orderly only its .proto files.

client.py STUBS ADDRESS COMMAND [ARGUMENTS...]   prints one JSON object a call

  check SKU QUANTITY                CheckStock
  adjust REF SKU DELTA PRICE        AdjustStock, price in EUR cents
  place CUSTOMER KEY SKU QUANTITY   PlaceOrder ("-" for no key)
  get ORDER                         GetOrder
  health SERVICE                    grpc.health.v1.Health/Check
  watch SERVICE                     the first answer of grpc.health.v1.Health/Watch
  watch-orders TOKEN COUNT          the next COUNT events of WatchOrders ("-" for no token)
  watch-stock SKU COUNT             the snapshot of one SKU and COUNT changes of WatchStock
  reflect                           every file a server's reflection shows, made usable again
  missing                           a method that does not exist
  place-many COUNT SKU              COUNT orders of one piece, from 100 threads
"""

import collections
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, sys.argv[1])

import grpc
from google.protobuf import any_pb2, descriptor_pb2  # noqa: F401
import google_rpc_pb2
import health_pb2
import health_pb2_grpc
import reflection_pb2
import reflection_pb2_grpc
from inventory.v1 import inventory_pb2, inventory_pb2_grpc
from orders.v1 import orders_pb2, orders_pb2_grpc


def details(error):
    """What google.rpc.Status in the trailers says, type by type."""
    found = {}
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = google_rpc_pb2.Status.FromString(value)
        found["code"] = status.code
        for detail in status.details:
            for kind in (google_rpc_pb2.ErrorInfo, google_rpc_pb2.BadRequest, orders_pb2.OutOfStock):
                message = kind()
                if detail.Is(message.DESCRIPTOR) and detail.Unpack(message):
                    found[message.DESCRIPTOR.name] = text(message)
    return found


def text(message):
    from google.protobuf import json_format

    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, including_default_value_fields=True)


def call(method, request, timeout=10):
    try:
        reply, done = method.with_call(request, timeout=timeout)
        trailers = {k: v for k, v in done.trailing_metadata() or () if isinstance(v, str)}
        return {"code": "OK", "reply": text(reply), "bytes": reply.SerializeToString().hex(),
                "trailers": trailers}
    except grpc.RpcError as error:
        return {"code": error.code().name, "message": error.details(), "details": details(error)}


def order(customer, key, sku, quantity):
    return orders_pb2.PlaceOrderRequest(
        customer_id=customer, currency="EUR", request_id="" if key == "-" else key,
        lines=[orders_pb2.PlaceOrderLine(sku=sku, quantity=int(quantity))])


def reflect(channel):
    """Lists the services, fetches the file of each with its imports, and builds them from nothing
    but those bytes, as a tool without .proto files does."""
    from google.protobuf import descriptor_pb2, descriptor_pool
    info = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo

    def ask(**query):
        request = reflection_pb2.ServerReflectionRequest(**query)
        return next(info(iter((request,)), timeout=10))

    names = [s.name for s in ask(list_services="").list_services_response.service]
    files = {}
    for name in names:
        found = ask(file_containing_symbol=name).file_descriptor_response.file_descriptor_proto
        for data in found:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            files[file.name] = file
    pool = descriptor_pool.DescriptorPool()

    def add(name):
        file = files.pop(name, None)
        if file is not None:
            for dependency in file.dependency:
                add(dependency)
            pool.Add(file)

    for name in list(files):
        add(name)
    unknown = ask(file_containing_symbol="no.such.Thing").error_response
    return {
        "services": names, "unknown": unknown.error_code,
        "methods": sorted(m.full_name for n in names for m in pool.FindServiceByName(n).methods)}


def open_channel(address):
    """In clear, or over TLS with the files that the environment names."""
    def content(name):
        path = os.environ.get(name)
        return open(path, "rb").read() if path else None

    if not os.environ.get("STOCK_CA"):
        return grpc.insecure_channel(address)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(
        content("STOCK_CA"), content("STOCK_KEY"), content("STOCK_CERT")))


def watch_orders(orders, token, count):
    """Ends after COUNT events, or with how the server ended the watch."""
    replies = orders.WatchOrders(orders_pb2.WatchOrdersRequest(
        resume_token="" if token == "-" else token), timeout=300)
    found = {"events": [], "code": "OK", "messages": 0}
    try:
        while not found["messages"] or len(found["events"]) < int(count):
            reply = next(replies)
            found["messages"] += 1
            found["token"] = reply.resume_token
            found["events"] += [
                f"{e.order_id} {orders_pb2.OrderEventKind.Name(e.kind)} {e.version}"
                for e in reply.events]
        replies.cancel()
    except grpc.RpcError as error:
        found.update(code=error.code().name, details=details(error))
    return found


def watch_stock(inventory, sku, count):
    replies = inventory.WatchStock(inventory_pb2.WatchStockRequest(skus=[sku]), timeout=300)
    found = {"snapshot": [], "changes": [], "code": "OK"}
    try:
        ended = False
        while not ended or len(found["changes"]) < int(count):
            reply = next(replies)
            found["changes" if ended else "snapshot"] += [
                f"{i.figure.sku} {i.figure.available}{'!' if i.crossed_low_mark else ''}"
                for i in reply.items]
            ended = ended or reply.ends_snapshot
        replies.cancel()
    except grpc.RpcError as error:
        found.update(code=error.code().name, details=details(error))
    return found


def main():
    address, command, arguments = sys.argv[2], sys.argv[3], sys.argv[4:]
    channel = open_channel(address)
    inventory = inventory_pb2_grpc.InventoryStub(channel)
    orders = orders_pb2_grpc.OrdersStub(channel)
    if command == "check":
        line = inventory_pb2.StockLine(sku=arguments[0], quantity=int(arguments[1]))
        answer = call(inventory.CheckStock, inventory_pb2.CheckStockRequest(lines=[line]))
    elif command == "adjust":
        ref, sku, delta, price = arguments
        item = inventory_pb2.StockAdjustment(
            sku=sku, delta=int(delta), unit_price_minor=int(price), currency="EUR")
        answer = call(inventory.AdjustStock, inventory_pb2.AdjustStockRequest(
            ref=ref, reason="receipt", actor="stock client", items=[item]))
    elif command == "place":
        answer = call(orders.PlaceOrder, order(*arguments))
    elif command == "get":
        answer = call(orders.GetOrder, orders_pb2.GetOrderRequest(order_id=arguments[0]))
    elif command == "health":
        answer = call(health_pb2_grpc.HealthStub(channel).Check,
                      health_pb2.HealthCheckRequest(service=arguments[0]))
    elif command == "watch":
        replies = health_pb2_grpc.HealthStub(channel).Watch(
            health_pb2.HealthCheckRequest(service=arguments[0]), timeout=10)
        answer = text(next(replies))
        replies.cancel()
    elif command == "watch-orders":
        answer = watch_orders(orders, *arguments)
    elif command == "watch-stock":
        answer = watch_stock(inventory, *arguments)
    elif command == "reflect":
        answer = reflect(channel)
    elif command == "missing":
        answer = call(channel.unary_unary(
            "/orders.v1.Orders/Nothing", orders_pb2.GetOrderRequest.SerializeToString,
            orders_pb2.Order.FromString), orders_pb2.GetOrderRequest())
    elif command == "place-many":
        count, sku = int(arguments[0]), arguments[1]
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(
                lambda i: call(orders.PlaceOrder, order(f"c{i}", f"k{i}", sku, 1)), range(count)))
        answer = collections.Counter(
            a.get("details", {}).get("ErrorInfo", {}).get("reason", a["code"]) for a in answers)
    else:
        sys.exit(f"unknown command {command}")
    print(json.dumps(answer, sort_keys=True))


main()
