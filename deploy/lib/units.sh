# shellcheck shell=bash
# Units, ours and those of others. Part of deploy/install, which sets prefix, opt, units, systemd and start.

readonly MARKER='# quantum-capital-efficiency unit'

unit_of() { printf 'quantum-%s.service' "$1"; }

# systemctl, where there is a systemd to talk to.
sc() { if $systemd; then systemctl "$@"; fi; }

# owner SERVICE: none, ours or foreign. A unit elsewhere than in /etc counts too: ours would hide it.
owner() {
  local unit dir
  unit=$(unit_of "$1")
  for dir in "$units" "$prefix"/{run,usr/local/lib,usr/lib,lib}/systemd/system; do
    [[ -e $dir/$unit || -L $dir/$unit ]] || continue
    if [[ ! -L $dir/$unit ]] && grep -qxF "$MARKER" "$dir/$unit"; then say ours; else say foreign; fi
    return
  done
  say none
}

is_ours() { [[ $(owner "$1") == ours ]]; }

# place_unit SERVICE: puts the current release's unit in place. Sets changed=true if it was another.
place_unit() {
  local unit shipped
  unit=$(unit_of "$1")
  shipped=$opt/current/deploy/systemd/$unit
  if [[ -f $units/$unit ]] && cmp -s "$shipped" "$units/$unit"; then return; fi
  put_file 0644 "$shipped" "$units/$unit"
  sc daemon-reload
  changed=true
  say "$unit: installed"
  if [[ -d $units/$unit.d ]]; then say "$unit: its drop-ins in /etc/systemd/system/$unit.d apply as well"; fi
}

# run_unit SERVICE CHANGED [REMEDY]: starts what is down and restarts what changed; what runs as it was is left in peace.
run_unit() {
  local unit
  unit=$(unit_of "$1")
  if ! $systemd; then return; fi
  if ! $start; then
    say "$unit: not started, as asked"
    return
  fi
  systemctl enable --quiet "$unit"
  if ! $2 && systemctl is-active --quiet "$unit"; then
    say "$unit: runs, unchanged"
    return
  fi
  systemctl reset-failed "$unit" 2>/dev/null || true
  systemctl restart "$unit" ||
    fail "$unit did not start: \`journalctl -u $unit -n 30\` says why; ${3:-\`rollback\` goes back}"
  say "$unit: started"
}

take_off() {
  sc disable --now --quiet "$(unit_of "$1")"
  rm "$units/$(unit_of "$1")"
  sc daemon-reload
}

# A foreign unit is kept in replaced/<the release that replaced it>. Beside it, a file .was with three lines: was it
# enabled, was it active, which release was the one before (so that rollback knows where it belongs).

# keep_foreign SERVICE VERSION
keep_foreign() {
  local unit kept=$opt/replaced/$2 enabled active
  unit=$(unit_of "$1")
  enabled=$(sc is-enabled "$unit" 2>/dev/null) || true
  active=$(sc is-active "$unit") || true
  mkdir -p "$kept"
  # One that is there is of an install that was cut short, from before the unit was stopped.
  if [[ ! -e $kept/$unit.was ]]; then
    printf '%s\n' "$enabled" "$active" "$(linked previous)" >"$kept/$unit.was.tmp"
    mv -T "$kept/$unit.was.tmp" "$kept/$unit.was"
  fi
  if $start; then sc disable --now --quiet "$unit"; fi
  if [[ -e $units/$unit || -L $units/$unit ]]; then mv -T "$units/$unit" "$kept/$unit"; fi
  say "$unit: the foreign one is kept in ${kept#"$prefix"}"
}

# replaced_foreign SERVICE VERSION BEFORE: did that release replace a foreign unit when BEFORE was the one before?
replaced_foreign() {
  local was=$opt/replaced/$2/$(unit_of "$1").was
  [[ -f $was && $(sed -n 3p "$was") == "$3" ]]
}

# restore_foreign SERVICE VERSION: takes ours off and brings back what that release replaced, the way it was.
restore_foreign() {
  local unit kept=$opt/replaced/$2 was
  unit=$(unit_of "$1")
  if is_ours "$1"; then take_off "$1"; fi
  if [[ -e $kept/$unit || -L $kept/$unit ]]; then mv -T "$kept/$unit" "$units/$unit"; fi
  sc daemon-reload
  mapfile -t was <"$kept/$unit.was"
  rm "$kept/$unit.was"
  rmdir --ignore-fail-on-non-empty "$kept" "$opt/replaced"
  say "$unit: the foreign one is back"
  if [[ ${was[0]} == enabled ]]; then sc enable --quiet "$unit"; fi
  if [[ ${was[1]} == active ]] && $start; then sc start "$unit"; fi
}
