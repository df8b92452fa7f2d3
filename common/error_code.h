#pragma once

#include <string_view>

namespace syncq {

// Every error of the HTTP API. The names are part of the contract: stable,
// snake_case on the wire.
enum class ErrorCode {
  kAlreadyWaiting,
  kAtCapacity,
  kBadRequest,
  kBodyTooLarge,
  kBusy,
  kCancelled,
  kConflict,
  kDestroyed,
  kDone,
  kDuplicateParameter,
  kEmpty,
  kExpired,
  kForbiddenHost,
  kForbiddenOrigin,
  kHeadTooLarge,
  kHeldByProcess,
  kInvalidBoolean,
  kInvalidDuration,
  kInvalidIndex,
  kInvalidJson,
  kInvalidName,
  kInvalidNumber,
  kInvalidUuid,
  kLimited,
  kMethodNotAllowed,
  kNoSuchEndpoint,
  kNotFound,
  kOverridesNotAllowed,
  kPaused,
  kQueueNotFound,
  kReplaced,
  kRequestTimeout,
  kShuttingDown,
  kStillWaiting,
  kStoreFailed,
  kStoreFull,
  kTargetTooLong,
  kTooFewSlots,
  kTooManyCallers,
  kUnauthorized,
  kUnknownParameter,
  kUnsupportedBody,
  kVersionNotSupported,
  kWaitTimeout,
  kWrongFifo,
};

// The code as written in {"error": ...}.
std::string_view error_name(ErrorCode code);

// The HTTP status of an error. A missing queue is 400, not 404: the queue API
// is specified so.
int error_status(ErrorCode code);

}  // namespace syncq
