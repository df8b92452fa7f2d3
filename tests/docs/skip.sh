# shellcheck shell=bash
# For tests to source. skip WHY: something can't run here. The test goes on, and
# ends with $skipped unless something failed; CTest shows it as skipped. Where
# SYNCQ_NO_SKIP is set, as in `./dev ci`, it fails at once.
skipped=0
skip() {
  echo "can't run here: $*" >&2
  if [[ -n ${SYNCQ_NO_SKIP-} ]]; then exit 1; fi
  # shellcheck disable=SC2034  # for who sources this
  skipped=77
}
