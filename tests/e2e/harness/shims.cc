#include "tests/e2e/harness/shims.h"

#include <sys/stat.h>

namespace syncq::e2e {
namespace {

void put_first_in_path(Sandbox& box, const std::string& directory) {
  std::string& path = box.env()["PATH"];
  path = box.path(directory) + ":" + path;
}

void make_script(const std::string& path, const std::string& text) {
  write_file(path, text);
  chmod(path.c_str(), 0755);
}

}  // namespace

void add_tool(Sandbox& box, const std::string& name,
              const std::string& script) {
  box.ok("mkdir -p tools");
  make_script(box.path("tools/" + name), script);
  put_first_in_path(box, "tools");
}

void use_shims(Sandbox& box, const std::string& tools) {
  box.ok("syncq shim --dir shims " + tools);
  put_first_in_path(box, "shims");
}

void make_repository(Sandbox& box) {
  box.env()["GIT_CONFIG_NOSYSTEM"] = "1";
  box.ok(
      "git config --global user.name Ann && "
      "git config --global user.email ann@example.com && "
      "git config --global init.defaultBranch main && git init -q repo && "
      "git -C repo commit -q --allow-empty -m begin");
  use_shims(box, "git");
}

void add_hook(Sandbox& box, const std::string& name, const std::string& line) {
  make_script(box.path("repo/.git/hooks/" + name), "#!/bin/sh\n" + line + "\n");
}

std::string fifo_of_repository(const Sandbox& box) {
  std::string name = "git";
  for (char c : box.path("repo/.git")) name += c == '/' ? ':' : c;
  return name;
}

}  // namespace syncq::e2e
