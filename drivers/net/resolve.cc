#include "millpond/drivers/net/resolve.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "millpond/drivers/net/file_descriptor.h"
#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "name lookup";

// A stop request cannot wake the wait, so it looks up this often.
constexpr std::chrono::milliseconds kCancellationInterval{50};

struct Lookup {
  std::optional<Resolver::Addresses> answer;
};

std::string numeric(const addrinfo& address) {
  char text[NI_MAXHOST];
  const int failed = getnameinfo(address.ai_addr, address.ai_addrlen, text, sizeof text, nullptr, 0,
                                 NI_NUMERICHOST);
  return failed == 0 ? text : std::string{};
}

// Without a free descriptor getaddrinfo says "Name or service not known", which sends people to
// the wrong place.
bool out_of_descriptors() {
  const FileDescriptor spare{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  return spare.get() < 0 && (errno == EMFILE || errno == ENFILE);
}

Error lookup_error(const std::string& host, int code, int error_number) {
  if (out_of_descriptors()) {
    return system_error(EMFILE, kPhase, "look up \"" + host + "\"");
  }
  if (code == EAI_SYSTEM) {
    return system_error(error_number, kPhase, "look up \"" + host + "\"");
  }
  const auto kind = code == EAI_MEMORY ? ErrorKind::kLocalExhaustion : ErrorKind::kUnreachable;
  return {kind, kPhase, "cannot look up \"" + host + "\": " + gai_strerror(code)};
}

Resolver::Addresses get_addresses(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_flags = flags;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* head = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &head);
  if (code != 0) {
    return tl::unexpected(lookup_error(host, code, errno));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list{head, freeaddrinfo};
  std::vector<std::string> addresses;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    auto address = numeric(*at);
    const bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    if (!address.empty() && !known) {
      addresses.push_back(std::move(address));
    }
  }
  if (addresses.empty()) {
    return tl::unexpected(lookup_error(host, EAI_NONAME, 0));
  }
  return addresses;
}

}  // namespace

struct Resolver::State {
  explicit State(std::function<Addresses(const std::string&)> how) : look_up(std::move(how)) {}

  const std::function<Addresses(const std::string&)> look_up;
  std::mutex mutex;
  std::condition_variable answered;
  std::map<std::string, std::shared_ptr<Lookup>> running;  // by name

  // The lookup of this name that is under way, else a new one on a thread of its own. The caller
  // holds the mutex.
  static Result<std::shared_ptr<Lookup>> join(const std::shared_ptr<State>& state,
                                              const std::string& host) {
    auto& running = state->running[host];
    if (!running) {
      running = std::make_shared<Lookup>();
      try {
        std::thread{run, state, running, host}.detach();
      } catch (const std::system_error& error) {
        state->running.erase(host);
        return tl::unexpected(Error{ErrorKind::kLocalExhaustion, kPhase,
                                    std::string{"start a thread: "} + error.what()});
      }
    }
    return running;
  }

  static void run(const std::shared_ptr<State>& state, const std::shared_ptr<Lookup>& lookup,
                  const std::string& host) {
    auto answer = state->look_up(host);
    const std::lock_guard guard{state->mutex};
    lookup->answer = std::move(answer);
    state->running.erase(host);
    state->answered.notify_all();
  }
};

Resolver::Resolver()
    : Resolver([](const std::string& host) { return get_addresses(host, AI_ADDRCONFIG); }) {}

Resolver::Resolver(std::function<Addresses(const std::string&)> look_up)
    : state_(std::make_shared<State>(std::move(look_up))) {}

Resolver::Addresses Resolver::resolve(const std::string& host, const Budget& budget) const {
  if (auto addresses = get_addresses(host, AI_NUMERICHOST)) {
    return addresses;
  }
  std::unique_lock lock{state_->mutex};
  const auto joined = State::join(state_, host);
  if (!joined) {
    return tl::unexpected(joined.error());
  }
  const auto& lookup = *joined;
  while (!lookup->answer) {
    if (budget.cancelled()) {
      return tl::unexpected(Error{ErrorKind::kCancelled, kPhase, "called off"});
    }
    if (budget.expired()) {
      return tl::unexpected(Error{ErrorKind::kTimeout, kPhase,
                                  "the name servers did not answer for \"" + host + "\" in time"});
    }
    state_->answered.wait_for(lock, std::min(budget.remaining(), kCancellationInterval));
  }
  return *lookup->answer;
}

}  // namespace millpond::drivers
