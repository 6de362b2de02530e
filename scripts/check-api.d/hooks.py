"""What the fuzzer is told beyond the API's description: who it is, what is there, and what it holds against the answers."""

import json
import os

import schemathesis
from schemathesis.core.failures import Failure

TOKEN = os.environ["CHECK_API_TOKEN"]
# What was made beforehand: {"datasources": [{"id", "entity", "run_id"?}, ...], "application": {"id", "secret"}}.
SEEDS = json.loads(os.environ["CHECK_API_SEEDS"])
SOURCES = SEEDS["datasources"]
APPLICATION = SEEDS["application"]
SEEDED = {seed["id"] for seed in SOURCES} | {APPLICATION["id"]}
NOBODY = "0" * 26
# The ids of what a request deleted and none has restored, whichever scenario the request belongs to.
DELETED = set()
# The longest target that the server takes.
LONGEST_TARGET = 8 * 1024

SOURCE_BODIES = [
    {"type": "file", "config": {"path": "customers.csv", "primary_key": ["id"]}},
    {"type": "push", "config": {"entities": {"customers": {"primary_key": ["id"]}}}},
]


@schemathesis.auth()
class Bearer:
    def get(self, case, ctx):
        return TOKEN

    def set(self, case, data, ctx):
        case.headers["Authorization"] = "Bearer " + data


LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


@schemathesis.serializer(*LINES)
def lines(ctx, value):
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def operation_id(case):
    return case.operation.definition.raw.get("operationId")


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def choice(case, count):
    """The same for the same request, so that a run can be repeated from its seed."""
    return sum(map(ord, f"{case.path_parameters}{case.body}")) % count


@schemathesis.hook
def before_call(ctx, case, kwargs):
    spare_what_was_made(case)
    if not is_positive(case):
        return
    query = case.query or {}
    if isinstance(query.get("wait"), int) and query["wait"] > 1:
        query["wait"] = 1
    phase = case.meta.phase.name.value
    if phase == "fuzzing":
        ask_for_what_is_there(case)
    if phase in ("fuzzing", "stateful") and isinstance(case.body, dict):
        # Links begin at what was really made.
        make_body_valid(case, always=phase == "stateful")
    if operation_id(case) == "auth_token" and isinstance(case.body, dict):
        case.body.update(client_id=APPLICATION["id"], client_secret=APPLICATION["secret"])


@schemathesis.hook
def after_call(ctx, case, response):
    place = (case.path_parameters or {}).get("id")
    if case.method == "DELETE" and response.status_code == 204:
        DELETED.add(place)
    if case.method == "PATCH" and response.status_code == 200 and isinstance(case.body, dict):
        match case.body.get("is_deleted"):
            case True:
                DELETED.add(place)
            case False:
                DELETED.discard(place)


def spare_what_was_made(case):
    """Whatever would take a seed away hits nobody instead."""
    place = case.path_parameters or {}
    takes_away = case.method == "DELETE" or (isinstance(case.body, dict) and case.body.get("is_deleted") is True)
    if takes_away and place.get("id") in SEEDED:
        place["id"] = place["id"].split("_")[0] + "_" + NOBODY


def ask_for_what_is_there(case):
    """Half of the requests: most of the others end at a 404."""
    place = case.path_parameters or {}
    chosen = choice(case, 4)
    if chosen >= 2 or case.method == "DELETE":
        return
    if isinstance(case.body, dict):
        case.body.pop("is_deleted", None)
    if "type" in place:
        place["type"] = "file"
    if "id" in place and place["id"].startswith("app_"):
        place["id"] = APPLICATION["id"]
    if "id" in place and place["id"].startswith("ds_"):
        for name, value in SOURCES[chosen].items():
            if name in place:
                place[name] = value


def make_body_valid(case, always):
    if not always and choice(case, 2) == 0:
        return
    body = case.body
    match operation_id(case):
        case "datasources_create":
            for name in ("entities", "sync_schedule"):
                body.pop(name, None)
            body.update(SOURCE_BODIES[choice(case, 2)])
        case "applications_create":
            body.pop("scope", None)
        case "applications_create_key":
            body.pop("expires_at", None)
        case "connectors_check":
            body["config"] = SOURCE_BODIES[0]["config"]


@schemathesis.check
def positive_data_is_understood(ctx, response, case):
    """In place of positive_data_acceptance. A request that fits its schemas is carried out, or refused for what they can't say:
    400 (a cursor that no page gave, a key's form), 409 (a state), 412 (a version that has passed), 422 (a config's rules)."""
    status = response.status_code
    if not is_positive(case) or status < 300 or status in (400, 409, 412, 422) or is_legitimate(case, status):
        return
    raise Failure(
        operation=case.operation.label,
        title="Valid data isn't understood",
        message=f"A valid request was answered with {status}.",
    )


def is_legitimate(case, status):
    match status:
        # The client said what it has already.
        case 304:
            return "If-None-Match" in (case.headers or {})
        # An id that nobody has.
        case 404:
            return bool(case.path_parameters) and not is_there(case.path_parameters)
        # Texts that are each short enough, and together too long.
        case 414:
            return len(case.as_transport_kwargs()["url"]) + len(str(case.query)) > LONGEST_TARGET / 4
        # Invalid requests for a token count as wrong credentials, of which one address has 300 a minute.
        case 429:
            return operation_id(case) == "auth_token"
    return False


def is_there(place):
    """Whether all that the path names was made beforehand."""
    return any(place.items() <= seed.items() for seed in (*SOURCES, {"id": APPLICATION["id"]}, {"type": "file"}))


@schemathesis.hook
def filter_failure(ctx, failure, case, response):
    """False for what looks like a fault and is as it should be."""
    match failure.title:
        # Lines are text: a body that isn't is sent as JSON, which makes a good line of it.
        case "Schema-violating request accepted":
            return not (case.media_type in LINES and not isinstance(case.body, str))
        # Deletion is soft: the request asks for what is deleted too, or it was restored.
        case "Deleted resource still available":
            return (
                (case.query or {}).get("include_deleted") not in (True, "true")
                and (case.path_parameters or {}).get("id") in DELETED
            )
        # The fuzzer looks for a deletion among the requests that followed from this creation alone, and another may
        # have found the resource in a list. See also spare_what_was_made.
        case "Created resource not found":
            id = (case.path_parameters or {}).get("id")
            return id not in DELETED and NOBODY not in str(case.path_parameters)
    return True


@schemathesis.check
def codes_are_declared(ctx, response, case):
    """Every problem's code stands in the description of its answer. Errors of a source itself have its connector's codes."""
    if response.status_code < 400 or case.method == "HEAD":
        return
    problem = response.json()
    declared = case.operation.responses.find_by_status_code(response.status_code)
    if declared is None or "x-codes" not in declared.definition:
        return
    if operation_id(case) == "datasources_entities":
        return
    # An empty value in a path, or one with a slash, makes another path of it.
    if problem["code"] not in declared.definition["x-codes"] and problem["code"] != "route.not_found":
        raise Failure(
            operation=case.operation.label,
            title="Undeclared error code",
            message=f"{problem['code']} isn't among the codes of {response.status_code}.",
        )
