#include "common/error_code.h"

namespace syncq {
namespace {

struct Row {
  std::string_view name;
  int status;
};

Row row(ErrorCode code) {
  switch (code) {
    case ErrorCode::kAlreadyWaiting:
      return {"already_waiting", 409};
    case ErrorCode::kAtCapacity:
      return {"at_capacity", 409};
    case ErrorCode::kBadRequest:
      return {"bad_request", 400};
    case ErrorCode::kBodyTooLarge:
      return {"body_too_large", 413};
    case ErrorCode::kBusy:
      return {"busy", 503};
    case ErrorCode::kCancelled:
      return {"cancelled", 410};
    case ErrorCode::kConflict:
      return {"conflict", 409};
    case ErrorCode::kDestroyed:
      return {"destroyed", 410};
    case ErrorCode::kDone:
      return {"done", 410};
    case ErrorCode::kDuplicateParameter:
      return {"duplicate_parameter", 400};
    case ErrorCode::kEmpty:
      return {"empty", 400};
    case ErrorCode::kExpired:
      return {"expired", 410};
    case ErrorCode::kForbiddenHost:
      return {"forbidden_host", 403};
    case ErrorCode::kForbiddenOrigin:
      return {"forbidden_origin", 403};
    case ErrorCode::kHeadTooLarge:
      return {"head_too_large", 431};
    case ErrorCode::kHeldByProcess:
      return {"held_by_process", 409};
    case ErrorCode::kInvalidBoolean:
      return {"invalid_boolean", 400};
    case ErrorCode::kInvalidDuration:
      return {"invalid_duration", 400};
    case ErrorCode::kInvalidIndex:
      return {"invalid_index", 400};
    case ErrorCode::kInvalidJson:
      return {"invalid_json", 400};
    case ErrorCode::kInvalidName:
      return {"invalid_name", 400};
    case ErrorCode::kInvalidNumber:
      return {"invalid_number", 400};
    case ErrorCode::kInvalidUuid:
      return {"invalid_uuid", 400};
    case ErrorCode::kLimited:
      return {"limited", 409};
    case ErrorCode::kMethodNotAllowed:
      return {"method_not_allowed", 405};
    case ErrorCode::kNoSuchEndpoint:
      return {"no_such_endpoint", 404};
    case ErrorCode::kNotFound:
      return {"not_found", 404};
    case ErrorCode::kOverridesNotAllowed:
      return {"overrides_not_allowed", 400};
    case ErrorCode::kPaused:
      return {"paused", 409};
    case ErrorCode::kQueueNotFound:
      return {"not_found", 400};
    case ErrorCode::kReplaced:
      return {"replaced", 410};
    case ErrorCode::kRequestTimeout:
      return {"request_timeout", 408};
    case ErrorCode::kShuttingDown:
      return {"shutting_down", 503};
    case ErrorCode::kStillWaiting:
      return {"still_waiting", 408};
    case ErrorCode::kStoreFailed:
      return {"store_failed", 503};
    case ErrorCode::kStoreFull:
      return {"store_full", 507};
    case ErrorCode::kTargetTooLong:
      return {"target_too_long", 414};
    case ErrorCode::kTooFewSlots:
      return {"too_few_slots", 409};
    case ErrorCode::kTooManyCallers:
      return {"too_many_callers", 503};
    case ErrorCode::kUnauthorized:
      return {"unauthorized", 401};
    case ErrorCode::kUnknownParameter:
      return {"unknown_parameter", 400};
    case ErrorCode::kUnsupportedBody:
      return {"unsupported_body", 415};
    case ErrorCode::kVersionNotSupported:
      return {"http_version_not_supported", 505};
    case ErrorCode::kWaitTimeout:
      return {"wait_timeout", 408};
    case ErrorCode::kWrongFifo:
      break;
  }
  return {"wrong_fifo", 400};
}

}  // namespace

std::string_view error_name(ErrorCode code) { return row(code).name; }

int error_status(ErrorCode code) { return row(code).status; }

}  // namespace syncq
