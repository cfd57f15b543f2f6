// [process] and [fleet].
#include "millpond/policy/field_rows.h"

namespace millpond::policy::internal {
namespace {

constexpr std::array<std::string_view, 3> kShortfalls{"fail", "clamp", "warn"};
constexpr std::array<std::string_view, 3> kReloads{"watch", "signal", "off"};
constexpr std::array<std::string_view, 2> kSigpipes{"ignore", "leave"};

constexpr std::array kProcess{
    Field{.key = "cores",
          .section = Section::kProcess,
          .kind = Kind::kNumber,
          .member = &ProcessPolicy::cores,
          .fallback = "auto",
          .least = 10,
          .most = 4'096'000,
          .unit = "cores",
          .aliases = {Alias{"auto", 0}},
          .change = Change::kRestart,
          .doc = "how many cores this process may use, `host.cores` in a formula; `auto` asks the "
                 "host"},
    Field{.key = "fd_reserve",
          .section = Section::kProcess,
          .kind = Kind::kCount,
          .member = &ProcessPolicy::fd_reserve,
          .fallback = "64",
          .least = 0,
          .most = 1'000'000,
          .unit = "descriptors",
          .doc = "file descriptors left for the rest of the process: logs, listeners, files"},
    Field{.key = "on_fd_shortfall",
          .section = Section::kProcess,
          .kind = Kind::kChoice,
          .member = &ProcessPolicy::on_fd_shortfall,
          .fallback = "fail",
          .words = kShortfalls,
          .doc = "what to do when the pools can need more descriptors than the limit allows: "
                 "refuse the policy, shrink the pools, or say so"},
    Field{.key = "raise_nofile",
          .section = Section::kProcess,
          .kind = Kind::kCount,
          .member = &ProcessPolicy::raise_nofile,
          .fallback = "off",
          .least = 64,
          .most = 1'073'741'816,  // the kernel's largest fs.nr_open
          .unit = "descriptors",
          .aliases = {Alias{"off", 0}, Alias{"hard", kUnlimited}},
          .change = Change::kRestart,
          .doc = "raises the soft limit of file descriptors at start, to the hard one or to a "
                 "number; `off`, for the program may use select()"},
    Field{.key = "control_socket",
          .section = Section::kProcess,
          .kind = Kind::kPath,
          .member = &ProcessPolicy::control_socket,
          .fallback = "auto",
          .aliases = {Alias{"auto", 0}, Alias{"off", 0}},
          .change = Change::kRestart,
          .effect = Effect::kLater,
          .doc = "the Unix socket, open to the same user only, by which the `millpond` command "
                 "reaches this process"},
    Field{.key = "admin",
          .section = Section::kProcess,
          .kind = Kind::kListenAddress,
          .member = &ProcessPolicy::admin,
          .fallback = "off",
          .aliases = {Alias{"off", 0}},
          .change = Change::kRestart,
          .effect = Effect::kLater,
          .doc = "where /metrics, /healthz, /readyz and the status page listen"},
    Field{.key = "reload",
          .section = Section::kProcess,
          .kind = Kind::kChoice,
          .member = &ProcessPolicy::reload,
          .fallback = "watch",
          .words = kReloads,
          .change = Change::kRestart,
          .effect = Effect::kLater,
          .doc = "when this file is read again: as soon as it changes, on SIGHUP, or never; a bad "
                 "file keeps the last good one"},
    Field{.key = "service",
          .section = Section::kProcess,
          .kind = Kind::kText,
          .member = &ProcessPolicy::service,
          .fallback_note = "the program's name",
          .change = Change::kReconnect,
          .doc = "what `{service}` in `app_name` stands for"},
    Field{.key = "sigpipe",
          .section = Section::kProcess,
          .kind = Kind::kChoice,
          .member = &ProcessPolicy::sigpipe,
          .fallback = "ignore",
          .words = kSigpipes,
          .change = Change::kRestart,
          .doc =
              "vendors' libraries can raise SIGPIPE, which ends a process that does not ignore it"},
};

constexpr std::array kFleet{
    Field{.key = "instances",
          .section = Section::kFleet,
          .kind = Kind::kCount,
          .member = &FleetPolicy::instances,
          .fallback = "1",
          .least = 1,
          .most = 100'000,
          .unit = "processes",
          .aliases = {Alias{"live", kLive}},
          .doc = "how many processes run this service, `fleet.instances` in a formula; `live` is "
                 "to count them in the server and takes `max_instances` until then"},
    Field{.key = "surge",
          .section = Section::kFleet,
          .kind = Kind::kShare,
          .member = &FleetPolicy::surge,
          .fallback = "25%",
          .least = 0,
          .most = 400,
          .doc = "how many more run while a new version is rolled out, rounded up; the old and the "
                 "new share the servers' budgets"},
    Field{.key = "max_instances",
          .section = Section::kFleet,
          .kind = Kind::kCount,
          .member = &FleetPolicy::max_instances,
          .fallback_note = "none; required with `instances = \"live\"`",
          .least = 1,
          .most = 100'000,
          .unit = "processes",
          .doc = "how many `live` may find"},
};

}  // namespace

std::span<const Field> process_rows() {
  return kProcess;
}

std::span<const Field> fleet_rows() {
  return kFleet;
}

}  // namespace millpond::policy::internal
