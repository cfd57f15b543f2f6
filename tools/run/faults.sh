# The scoreboard of faults: how the pools fail, on real servers, each figure with its target.
# Sourced.
# shellcheck shell=bash

# ./run faults [NAME…] [--scale X] [--seed N]: goes on where it was stopped. Optimised, because some
# of the figures are about time.
verb_faults() {
  set_up base servers test
  mkdir -p "$cache/faults"
  prove_binary //tests/faults:faults --ledgers "$cache/faults" "$@"
}
