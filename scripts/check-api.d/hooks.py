"""What the fuzzer is told beyond the API's description: who it is, and what it holds against the answers."""

import json
import os

import schemathesis
from schemathesis.core.failures import Failure

TOKEN = os.environ["CHECK_API_TOKEN"]
# Two sources with data, one of type file and one of type push: without them most requests would end at a 404.
SEEDS = json.loads(os.environ["CHECK_API_SEEDS"])


@schemathesis.auth()
class Bearer:
    def get(self, case, ctx):
        return TOKEN

    def set(self, case, data, ctx):
        case.headers["Authorization"] = "Bearer " + data


@schemathesis.serializer("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
def lines(ctx, value):
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Shortens waits and, in every second valid request of the fuzzing phase, asks for what is there."""
    if not is_positive(case):
        return
    query = case.query or {}
    if isinstance(query.get("wait"), int) and query["wait"] > 1:
        query["wait"] = 1
    if case.meta.phase.name.value != "fuzzing":
        return
    place = case.path_parameters or {}
    chosen = sum(map(ord, str(sorted(place.items())))) % 4
    if chosen < 2 and "id" in place and place["id"].startswith("ds_"):
        seed = SEEDS[chosen]
        place["id"] = seed["id"]
        if "entity" in place:
            place["entity"] = seed["entity"]
        if "run_id" in place and seed.get("run_id"):
            place["run_id"] = seed["run_id"]


@schemathesis.check
def positive_data_is_understood(ctx, response, case):
    """In place of positive_data_acceptance: a body that fits its schema can still be refused for what the schema can't say.

    400: a cursor that no page gave, a NUL in a query. 401: credentials that nobody has. 404: an id that nobody has.
    409: the state of the source. 412: a version that has passed. 414: texts that are
    each short enough and together too long. 422: a config that its connector refuses.
    """
    if not is_positive(case) or response.status_code < 300:
        return
    if response.status_code not in (304, 400, 401, 404, 409, 410, 412, 414, 422, 429):
        raise Failure(
            operation=case.operation.label,
            title="Valid data isn't understood",
            message=f"A valid request was answered with {response.status_code}.",
        )


@schemathesis.check
def codes_are_declared(ctx, response, case):
    """Every problem's code stands in the description of its answer. Errors of a source itself have its connector's codes."""
    if response.status_code < 400:
        return
    problem = response.json()
    declared = case.operation.responses.find_by_status_code(response.status_code)
    if declared is None or "x-codes" not in declared.definition:
        return
    if case.operation.definition.raw.get("operationId") == "datasources_entities":
        return
    if problem["code"] not in declared.definition["x-codes"] and problem["code"] != "route.not_found":
        raise Failure(
            operation=case.operation.label,
            title="Undeclared error code",
            message=f"{problem['code']} isn't among the codes of {response.status_code}.",
        )
