#include "cli/options/slots_option.h"

#include "common/slot_list.h"

namespace syncq {

void add_slots_option(CommandLine& line, std::string& value, const char* help) {
  line.checked("--slots", value, help, "N|NAMES", [](const std::string& text) {
    Result<SlotList> slots = parse_slots(text);
    return slots ? std::string() : slots.refusal().message;
  });
}

}  // namespace syncq
