#include "cli/client/view.h"

#include <nlohmann/json.hpp>

#include "cli/base/output.h"
#include "cli/client/row_format.h"

namespace syncq {
namespace {

std::vector<std::string> missing_of(const View& view,
                                    const nlohmann::json& body) {
  return view.missing ? view.missing(body) : std::vector<std::string>();
}

}  // namespace

std::string text_of(const View& view, const ClientOptions& options,
                    const nlohmann::json& body) {
  if (options.format.empty()) {
    std::string text = view.as_text(body, options.wide);
    for (const std::string& each : missing_of(view, body)) {
      text += "... " + each + '\n';
    }
    return text;
  }
  RowFormat format(options.format);
  std::string text;
  for (const nlohmann::json& row : view.rows(body)) text += format.line(row);
  return text;
}

void print_text(const View& view, const ClientOptions& options,
                const nlohmann::json& body) {
  print(text_of(view, options, body));
  if (options.format.empty()) return;
  for (const std::string& each : missing_of(view, body)) say("... " + each);
}

}  // namespace syncq
