"""A stand-in for an AWS service, driven by botocore's own model of that service.

The model routes each request, checks it (required, types, unknown keys, ranges; and enums, patterns and lengths, which
botocore leaves to the server) and cuts each answer to its members. What passes here is what the SDKs may send.
"""

import json
import re
import threading
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.validate import ParamValidator
from werkzeug.wrappers import Request, Response

Members = dict[str, Any]


class Fault(Exception):
    """An error of the service; `code` is the name of its shape in the model."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ModelledService:
    """A WSGI application: the operation CreateFlow is the method `create_flow(asked) -> answer` of a subclass."""

    service: str

    def __init__(self, region: str, account: str) -> None:
        self.region = region
        self.account = account
        self.lock = threading.RLock()
        self.model: ServiceModel = botocore.session.get_session().get_service_model(self.service)
        self.routes = [] if self.model.protocol == "json" else list(rest_routes(self.model))

    def __call__(self, environ: Members, start_response: Any) -> Iterable[bytes]:
        return self.handle(Request(environ))(environ, start_response)

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:{self.service}:{self.region}:{self.account}:{kind}/{name}"

    def handle(self, request: Request) -> Response:
        """The answer to one request, or the fault with the status that the model gives it."""
        try:
            operation, asked = self.read(request)
            problems = list(complaints(asked, operation))
            if problems:
                raise Fault("ValidationException", "; ".join(problems))
            with self.lock:
                answer = self.handler(operation)(asked) or {}
        except Fault as fault:
            return self.refusal(fault)
        body = trimmed(answer, operation.output_shape) if operation.output_shape else {}
        return Response(json.dumps(body), content_type=self.content_type)

    @property
    def content_type(self) -> str:
        version = self.model.metadata.get("jsonVersion")
        return f"application/x-amz-json-{version}" if version else "application/json"

    def read(self, request: Request) -> tuple[OperationModel, Members]:
        """The operation that is called and its parameters."""
        body = json.loads(request.get_data() or b"{}")
        target = request.headers.get("X-Amz-Target")
        if target:
            return self.model.operation_model(target.rpartition(".")[2]), body
        path = unquote(request.path)
        for operation, pattern in self.routes:
            found = pattern.fullmatch(path)
            if found and operation.http["method"] == request.method:
                return operation, body | found.groupdict() | from_query(request, operation)
        raise Fault("ValidationException", f"no operation of {self.service} at {request.method} {path}")

    def handler(self, operation: OperationModel) -> Any:
        method = getattr(self, xform_name(operation.name), None)
        if method is None:
            raise NotImplementedError(f"the stand-in of {self.service} has no {operation.name}")
        return method

    def refusal(self, fault: Fault) -> Response:
        shape = self.model.shape_for(fault.code)
        status = shape.metadata.get("error", {}).get("httpStatusCode", 400)
        headers = {"x-amzn-ErrorType": fault.code, "x-amzn-RequestId": str(uuid.uuid4())}
        body = {"__type": fault.code, "message": fault.message}
        return Response(json.dumps(body), status, headers, content_type=self.content_type)


def rest_routes(model: ServiceModel) -> Iterator[tuple[OperationModel, re.Pattern[str]]]:
    for name in model.operation_names:
        operation = model.operation_model(name)
        yield operation, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", operation.http["requestUri"]))


def from_query(request: Request, operation: OperationModel) -> Members:
    """The parameters that travel behind the question mark, such as UntagResource's tagKeys."""
    members = operation.input_shape.members if operation.input_shape else {}
    named = {name: shape for name, shape in members.items() if shape.serialization.get("location") == "querystring"}
    found = {name: request.args.getlist(shape.serialization["name"]) for name, shape in named.items()}
    return {name: values if named[name].type_name == "list" else values[0] for name, values in found.items() if values}


def complaints(asked: Members, operation: OperationModel) -> Iterator[str]:
    if operation.input_shape is None:
        return
    report = ParamValidator().validate(asked, operation.input_shape)
    if report.has_errors():
        yield report.generate_report()
    else:
        yield from unlike(asked, operation.input_shape, operation.name)


def unlike(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What botocore's own validator leaves out: enums, patterns and greatest lengths, at any depth."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from unlike(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from unlike(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from unlike(key, shape.key, f"{path}.<key>")
            yield from unlike(member, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from unlike_text(value, shape, path)


def unlike_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    longest = shape.metadata.get("max", len(value))
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is not one of {', '.join(shape.enum)}"
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"
    if len(value) > longest:
        yield f"{path}: longer than {longest}"


def trimmed(value: Any, shape: Shape) -> Any:
    """Only what the model lets out, as JSON: instants in the service's own format."""
    if shape.type_name == "structure":
        known = {name: member for name, member in value.items() if name in shape.members and member is not None}
        return {name: trimmed(member, shape.members[name]) for name, member in known.items()}
    if shape.type_name == "list":
        return [trimmed(member, shape.member) for member in value]
    if isinstance(value, datetime):
        is_text = shape.serialization.get("timestampFormat") == "iso8601"
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if is_text else value.timestamp()
    return value
