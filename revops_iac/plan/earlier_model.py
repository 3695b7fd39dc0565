"""The model as the stack's state holds it, which a preview compares with the model of today."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto.resource_pb2 import ResourceInvokeRequest
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub
from pulumi.runtime.settings import get_monitor

READ_STACK = "pulumi:pulumi:readStackResourceOutputs"
"""A function of the engine: the outputs of every resource of a stack [S: pulumi pkg/resource/deploy/builtins.go]."""
COMPONENT = "::revops:model:"
_LOG = logging.getLogger("revops.plan")


class EarlierModel:
    """Reads the topics of a stack's state while the program loads its model; `topics` waits for them."""

    def __init__(self, stack: str, topic_names: Mapping[str, str]) -> None:
        """`topic_names`: type of the component -> topic."""
        self._names = topic_names
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._answer: Future[Any] = self._thread.submit(_read, stack)

    def topics(self) -> dict[str, dict[str, Any]] | None:
        """The topics by name; None where the engine does not say, as in a mocked test."""
        try:
            outputs = self._answer.result()
        except grpc.RpcError as error:
            _LOG.debug("the engine does not tell the state of the stack: %s", error)
            return None
        finally:
            self._thread.shutdown(wait=False)
        if outputs is None:
            return None
        found = {urn: urn.split("::")[2] for urn in outputs if COMPONENT in urn}
        return {
            self._names[type_]: json_format.MessageToDict(outputs[urn].struct_value.fields["outputs"])
            for urn, type_ in found.items()
            if type_ in self._names
        }


def _read(stack: str) -> Any:
    arguments = struct_pb2.Struct()
    arguments["stackName"] = stack
    monitor = get_monitor()
    if not isinstance(monitor, ResourceMonitorStub):
        return None  # Pulumi's mocks, which hold no state
    answer = monitor.Invoke(ResourceInvokeRequest(tok=READ_STACK, args=arguments))
    for failure in answer.failures:
        _LOG.debug("the engine does not tell the state of the stack: %s", failure.reason)
        return None
    return getattr(answer, "return").fields["outputs"].struct_value.fields
