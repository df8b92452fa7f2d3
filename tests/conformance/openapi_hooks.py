"""What schemathesis has to be told of this API: how calls that wait are
bounded, and which failures are none, each with its reason."""

import itertools
import json
import re

import schemathesis
from openapi_state import State

DURATION = re.compile(r"\+?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w))+)")
SHORT = "20ms"
FORM = "application/x-www-form-urlencoded"


@schemathesis.hook
def before_load_schema(_, schema):
    """At its socket the daemon asks for no token. Here it is asked over TCP,
    where it does."""
    schema["security"].remove({})


# --- calls -------------------------------------------------------------


@schemathesis.hook
def before_call(_, case, **__):
    name = case.operation.definition.raw["operationId"]
    say_each_once(case)
    wait_briefly(case, name)
    prepare(case, name)
    if name == "pushMessage" and case.headers is not None:
        # It comes back with what it was put as, and need not be that.
        case.headers["Content-Type"] = "application/octet-stream"


def is_negative(case, part):
    data = case.meta and case.meta.components.get(part)
    return bool(data) and data.mode.is_negative


def form_of(case):
    is_form = case.media_type == FORM and isinstance(case.body, dict)
    return case.body if is_form else {}


def say_each_once(case):
    """A parameter is refused that is in the query and in the form; one that is
    required is in either, which OpenAPI can't say: here, in the query."""
    form, query = form_of(case), case.query or {}
    if not is_negative(case, "body"):
        required = {its.name for its in case.operation.query
                    if its.is_required}
        for name in [*form]:
            if name in query or name in required:
                del form[name]
    elif not is_negative(case, "query"):
        for name in [*query]:
            if name in form:
                del query[name]


def wait_briefly(case, name):
    form, query = form_of(case), case.query
    for values in form, query or {}:
        for limit in "wait", "timeout":
            if DURATION.fullmatch(str(values.get(limit))):
                values[limit] = SHORT
    waits = name.startswith(("waitForTurn", "joinTicket")) or name in (
        "hold", "holdSeveral", "listen")
    if waits and query is not None and not {*form, *query} & {"timeout"}:
        query["timeout"] = SHORT


# What an operation needs to succeed. It is there for every second call.
NEEDS = {
    "peekMessage": State.message, "takeHead": State.message,
    "takeTail": State.message, "consumeMessage": State.message,
    "emptyQueue": State.message, "deleteMessage": State.listed,
    "ackMessage": State.lease, "nackMessage": State.lease,
    "extendLease": State.lease, "ackMessages": State.lease,
    "nackMessages": State.lease, "extendLeases": State.lease,
    "waitForTurn": State.ticket, "joinTicket": State.ended,
    "endTicket": State.ticket,
    "touchTicket": State.accepted, "setCommand": State.turn,
    "moveToFront": State.waiting, "cancelTicket": State.waiting,
    "killHolder": State.turn,
}
# Of hold, what is mostly not as the FIFO, or does not go with the rest.
OFTEN_REFUSED = ("slots", "rate", "nowait", "ticket", "cancel_holder",
                 "cancel_grace")
calls = itertools.count()
state = None


def leave_out(query, names):
    for name in names:
        (query or {}).pop(name, None)


def prepare(case, name):
    global state
    state = state or State(case.operation.base_url)
    if is_negative(case, "path"):
        return
    if name == "hold":
        # Somebody else has the turn: else the answer lasts as long as it does.
        case.path_parameters["fifo"] = state.turn()["fifo"]
        if next(calls) % 2 and not is_negative(case, "query"):
            leave_out(case.query, OFTEN_REFUSED)
    elif name == "holdSeveral":
        # The same, also of what is negative.
        for values in case.query or {}, form_of(case):
            if values.get("fifo"):
                values["fifo"] = state.turn()["fifo"]
        if not is_negative(case, "query"):
            case.query["fifo"] = [state.turn()["fifo"], state.turn()["fifo"]]
            if next(calls) % 2:
                leave_out(case.query, OFTEN_REFUSED + ("if_waiting", "settle"))
    elif case.meta.phase.name != "stateful" and next(calls) % 2:
        make = NEEDS.get(name.removesuffix("Get"), lambda _: {})
        for part, value in make(state).items():
            if part in case.path_parameters:
                case.path_parameters[part] = value


@schemathesis.hook
def after_call(_, __, ___):
    state.let_go()


# --- failures that are none --------------------------------------------

# A request may be as the schema says, and refused because of how things are.
STATE = {
    "not_found", "empty", "wrong_fifo", "overrides_not_allowed", "done",
    "expired", "cancelled", "destroyed", "wait_timeout", "still_waiting",
    "already_waiting", "replaced"}
# What a schema can't say, with the words by which the refusal is known.
UNSAID = {
    "over 100 years": "a bound of what a pattern describes",
    "must be above 0": "the same",
    "at most 1000 bytes": "a length that is not counted in characters",
    "names a lease": "lease_id is given with lease only",
    "is for a turn in one FIFO": "what several FIFOs can't have",
    "is named twice": "a FIFO has a name and a UUID",
    "at_most bounds settle": "at_most is given with settle only",
    "cancel_grace is that": "cancel_grace is given with cancel_holder only",
    "cancel_holder waits": "the same of what does not go with cancel_holder",
    "have one slot together": "take is 1 with shared",
    "give each its own": "the names in a list of slots differ",
    "names, and may be": "how many names a list of slots has",
    "beside an Idempotency-Key": "Syncq-Sequence is given with it only",
    "go together": "max_attempts and dead_letter, each of which may be null",
    "its own dead letter": "name and dead_letter differ",
}


@schemathesis.hook
def filter_failure(_, failure, case, response):
    """Whether it is one."""
    name = case.operation.definition.raw["operationId"]
    if type(failure).__name__ == "RejectedPositiveData":
        said = json.loads(response.content)
        return said["error"] not in STATE and not any(
            words in said["message"] for words in UNSAID)
    if type(failure).__name__ == "AcceptedNegativeData":
        # What can't be a queue's name names none: it is gone already, as the
        # API this one follows has it.
        if name == "deleteQueue" and response.status_code == 204:
            return False
        # A list of one FIFO is written as that one is.
        return not (name == "holdSeveral" and "`fifo`" in failure.message)
    return True


# --- answers -----------------------------------------------------------

streams = 0


@schemathesis.deserializer("application/x-ndjson")
def line_of_stream(_, response):
    """The schema is that of one line. In turn, each of them is looked at."""
    global streams
    streams += 1
    lines = response.content.splitlines()
    return json.loads(lines[streams % len(lines)])


@schemathesis.check
class EachSucceeds:
    """No operation is refused always: else little of it would be tried out."""

    def __init__(self):
        self.tried, self.succeeded = set(), set()

    def after_response(self, _, response, case):
        label = case.operation.label
        self.tried.add(label)
        if response.status_code < 300:
            self.succeeded.add(label)

    def after_run(self, _):
        refused = sorted(self.tried - self.succeeded)
        assert not refused, f"always refused: {', '.join(refused)}"
