#include "cli/fifo/ticket_options.h"

namespace syncq {

void TicketOptions::add_options(CommandLine& line) {
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.required("-t,--ticket,TICKET", ticket, "The ticket's UUID");
  line.client(client);
}

RequestTarget TicketOptions::address(std::string_view verb) const {
  RequestTarget address("/fifo");
  address.segment(fifo).segment(verb).segment(ticket);
  return address;
}

Subject TicketOptions::subject(std::string_view verb) const {
  return {.fifo = fifo, .ticket = ticket, .verb = verb};
}

}  // namespace syncq
