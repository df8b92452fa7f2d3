#pragma once

#include <string_view>

namespace syncq {

// Every error the HTTP API answers with. The names are part of the contract:
// stable, snake_case on the wire.
enum class ErrorCode {
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
  kForbidden,
  kHeadTooLarge,
  kHeldByProcess,
  kInternal,
  kInvalidBoolean,
  kInvalidDuration,
  kInvalidIndex,
  kInvalidJson,
  kInvalidName,
  kInvalidNumber,
  kInvalidUuid,
  kMethodNotAllowed,
  kNoSuchEndpoint,
  kNotFound,
  kNotImplemented,
  kOverridesNotAllowed,
  kQueueNotFound,
  kRequestTimeout,
  kShuttingDown,
  kStillWaiting,
  kStoreFailed,
  kStoreFull,
  kTargetTooLong,
  kTooManyCallers,
  kUnknownParameter,
  kUnsupportedBody,
  kVersionNotSupported,
  kWaitTimeout,
  kWrongFifo,
};

// The code as it stands in {"error": ...}.
std::string_view error_name(ErrorCode code);

// The HTTP status an error is answered with. A missing queue is 400 and not
// 404: the queue service's document says so.
int error_status(ErrorCode code);

}  // namespace syncq
