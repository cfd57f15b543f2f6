#!/bin/bash
# The only part of ./run that works as root: install.sh LOG PACKAGE... by apt-get, with every word
# of apt-get in the file LOG, and a count of progress on stdout.
#
# Servers are installed for their programs only, so none is started, now or at the next boot.
set -euo pipefail

export PATH=/usr/local/sbin:/usr/sbin:/sbin:$PATH DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
log=$1
shift
policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
apt=(apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)

# dpkg asks this program before it starts a service; 101 means no. An existing one is left alone.
forbid_service_starts() {
  [[ -e $policy ]] && return
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

# Units that this call brought, so that what the user had enabled before stays enabled.
disable_new_services() {
  command -v systemctl >/dev/null || return 0
  local unit
  for unit in postgresql mariadb redis-server nginx; do
    [[ " $units_before " == *" $unit "* ]] || systemctl disable "$unit" >>"$log" 2>&1 || true
  done
}

present_units() {
  local unit
  for unit in postgresql mariadb redis-server nginx; do
    [[ -e /lib/systemd/system/$unit.service ]] && printf '%s ' "$unit"
  done
  true
}

# One line for each fiftieth step; a package is fetched, unpacked and set up.
show_progress() {
  tee -a "$log" | awk '
    function step(what, count) { print "   " what " " count " of " total; fflush() }
    / newly installed/ { total = $3; print "   " $3 " packages with what they need"; fflush() }
    /^Need to get/     { print "   " $4 " " $5 " to fetch"; fflush() }
    /^Unpacking/       { if (++unpacked % 50 == 0) step("unpacked", unpacked) }
    /^Setting up/      { if (++ready % 50 == 0) step("set up", ready) }
  '
}

install_packages() {
  "${apt[@]}" -q install -y --no-install-recommends "$@" 2>&1 </dev/null | show_progress
}

have_package_lists() {
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

update_package_lists() {
  echo "   asking the Debian mirror what it has"
  "${apt[@]}" -q update >>"$log" 2>&1 </dev/null || true
}

main() {
  local units_before
  units_before=$(present_units)
  forbid_service_starts
  if have_package_lists && install_packages "$@"; then
    disable_new_services
    return
  fi
  # No lists, or lists so old that the mirror no longer has what they name.
  update_package_lists
  install_packages "$@"
  disable_new_services
}

main "$@"
