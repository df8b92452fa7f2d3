#include "cli/shim/git_effects.h"

#include <array>

#include "cli/shim/git_rules.h"

namespace syncq {
namespace {

using enum Effect;
using namespace git_rules;

Effect reads(ToolWords) { return kReads; }
Effect past(ToolWords) { return kPast; }

struct Row {
  std::string_view command;
  Effect (*effect)(ToolWords);
};

constexpr std::array kRows = {
    Row{"add", add},
    Row{"annotate", reads},
    Row{"archive", reads},
    Row{"bisect", bisect},
    Row{"blame", reads},
    Row{"branch", list_refs},
    Row{"bundle", bundle},
    Row{"cat-file", reads},
    Row{"check-attr", reads},
    Row{"check-ignore", reads},
    Row{"check-mailmap", reads},
    Row{"check-ref-format", reads},
    Row{"checkout", pick},
    Row{"cherry", reads},
    Row{"citool", past},
    Row{"clean", pick},
    Row{"clone", past},
    Row{"column", reads},
    Row{"commit", commit},
    Row{"commit-graph", verified},
    Row{"config", config},
    Row{"count-objects", reads},
    Row{"credential", past},
    Row{"daemon", past},
    Row{"describe", describe},
    Row{"diff", reads},
    Row{"diff-files", reads},
    Row{"diff-index", reads},
    Row{"diff-tree", reads},
    Row{"difftool", reads},
    Row{"fast-export", reads},
    Row{"fmt-merge-msg", reads},
    Row{"for-each-ref", reads},
    Row{"format-patch", reads},
    Row{"fsck", reads},
    Row{"get-tar-commit-id", reads},
    Row{"grep", reads},
    Row{"gui", past},
    Row{"hash-object", reads},
    Row{"help", past},
    Row{"init", past},
    Row{"init-db", past},
    Row{"instaweb", past},
    Row{"interpret-trailers", reads},
    Row{"log", reads},
    Row{"ls-files", reads},
    Row{"ls-remote", reads},
    Row{"ls-tree", reads},
    Row{"merge-base", reads},
    Row{"merge-tree", reads},
    Row{"mergetool", past},
    Row{"multi-pack-index", verified},
    Row{"name-rev", reads},
    Row{"notes", notes},
    Row{"patch-id", reads},
    Row{"range-diff", reads},
    Row{"rebase", pick},
    Row{"reflog", reflog},
    Row{"remote", remote},
    Row{"request-pull", reads},
    Row{"rerere", rerere},
    Row{"reset", pick},
    Row{"restore", pick},
    Row{"rev-list", reads},
    Row{"rev-parse", reads},
    Row{"send-email", past},
    Row{"shortlog", reads},
    Row{"show", reads},
    Row{"show-branch", reads},
    Row{"show-index", reads},
    Row{"show-ref", reads},
    Row{"sparse-checkout", sparse_checkout},
    Row{"stash", stash},
    Row{"status", reads},
    Row{"stripspace", reads},
    Row{"submodule", submodule},
    Row{"symbolic-ref", symbolic_ref},
    Row{"tag", tag},
    Row{"upload-archive", past},
    Row{"upload-pack", past},
    Row{"var", reads},
    Row{"verify-commit", reads},
    Row{"verify-pack", reads},
    Row{"verify-tag", reads},
    Row{"version", past},
    Row{"whatchanged", reads},
    Row{"worktree", worktree},
};

}  // namespace

Effect git_effect(std::string_view command, ToolWords arguments) {
  // A manual page, in a pager.
  const bool helps = !arguments.empty() &&
                     (arguments.front() == "--help" ||
                      (arguments.front() == "-h" && arguments.size() == 1));
  if (helps) return kPast;
  for (const Row& row : kRows) {
    if (row.command == command) return row.effect(arguments);
  }
  return kTurn;
}

}  // namespace syncq
