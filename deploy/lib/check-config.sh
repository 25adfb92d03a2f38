# shellcheck shell=bash
# Asks a release whether it takes a configuration. Part of deploy/install, which sets prefix, opt, etc, units and systemd.

# env_file SERVICE RELEASE: the installed one, else the one that the release would install.
env_file() { if [[ -e $etc/$1.env ]]; then say "$etc/$1.env"; else say "$opt/releases/$2/deploy/env/$1.env"; fi; }

# as_check RELEASE ENV_FILE: turns a unit, or a drop-in of it, on stdin into one that runs once and only checks.
as_check() {
  local once='Type|NotifyAccess|WatchdogSec|Restart|RestartSec|RestartPreventExitStatus|StandardOutput|StandardError'
  sed -E -e "/^($once)=/d" -e '/^\[Install\]/,$d' -e "s#^EnvironmentFile=$etc/.*#EnvironmentFile=$2#" \
    -e "s#^(ExecStart=.*)/opt/quantum/current/(.*)#\1/opt/quantum/releases/$1/\2 --check-config#"
}

# run_check NODE MAIN_JS CREDENTIALS ENV_FILE: --check-config with the settings of the file and no other environment. They are
# on no command line, which everybody may read.
run_check() (
  timeout=$(type -P timeout)
  mapfile -d $'\001' -t settings < <(env_files settings "$4")
  for name in $(compgen -e); do [[ $name == PATH ]] || unset "$name" || true; done
  if [[ -d $3 ]]; then export CREDENTIALS_DIRECTORY=$3; fi
  for setting in "${settings[@]}"; do
    # A file that is installed is below the prefix here.
    if [[ ${setting#*=} == /* && -e $prefix${setting#*=} ]]; then setting=${setting%%=*}=$prefix${setting#*=}; fi
    export "${setting?}" || true
  done
  exec "$timeout" 30 "$1" "$2" --check-config
)

# check_without_unit SERVICE RELEASE ENV_FILE
check_without_unit() {
  local where=${prefix:+$PATH} node main said status=0
  where=${where:-$UNIT_PATH}
  if ! node=$(PATH=$where type -P node); then
    say "${3#"$prefix"}: not checked by the release, there is no node in $where"
    return
  fi
  main=$(sed -n 's#^ExecStart=.*/opt/quantum/current/##p' "$opt/releases/$2/deploy/systemd/$(unit_of "$1")")
  said=$(mktemp)
  run_check "$node" "$opt/releases/$2/$main" "$etc/credentials/$1" "$3" >"$said" 2>&1 || status=$?
  if ((status != 0)); then cat "$said" >&2; else grep -F ': warning: ' "$said" >&2 || true; fi
  rm "$said"
  if ((status == 0)); then say "${3#"$prefix"}: usable"; fi
  return $status
}

# check_role SERVICE RELEASE ENV_FILE: before permit-annotator, an annotator was a governor, which issues permits by default.
check_role() {
  if [[ $1 != annotator || $(env_value "$3" GOVERNOR_ROLE) == annotate ]]; then return; fi
  if ! grep -q '^ExecStart=.*/governor-plugin/' "$opt/releases/$2/deploy/systemd/$(unit_of "$1")"; then return; fi
  say "${3#"$prefix"}: release $2 would issue permits by it, not annotate: add the line GOVERNOR_ROLE=annotate" >&2
  return 1
}

# check_config SERVICE RELEASE ENV_FILE: the release's own program reads the file, as systemd would hand it over, with the
# user, the credentials and the restrictions of its unit and your drop-ins. Before, the lines are checked by which any
# systemd, not only the one here, would lose a setting. Where there is no systemd, the program is run without a unit.
check_config() {
  local unit said run=/run/systemd/system name=quantum-config-check.service dropin status=0
  check_env_file "$3" || return
  check_role "$@" || return
  if ! $systemd; then
    check_without_unit "$@"
    return
  fi
  unit=$(unit_of "$1") said=$(mktemp)
  mkdir -p "$run/$name.d"
  {
    as_check "$2" "$3" <"$opt/releases/$2/deploy/systemd/$unit"
    printf '[Service]\nType=oneshot\nStandardOutput=truncate:%s\nStandardError=append:%s\n' "$said" "$said"
  } >"$run/$name"
  for dropin in "$units/$unit.d"/*.conf; do
    [[ ! -e $dropin ]] || as_check "$2" "$3" <"$dropin" >"$run/$name.d/${dropin##*/}"
  done
  systemctl daemon-reload
  systemctl start "$name" 2>/dev/null || status=$?
  if ((status != 0)); then
    systemctl reset-failed "$name" 2>/dev/null || true
    cat "$said" >&2
  else
    grep -F ': warning: ' "$said" >&2 || true
  fi
  rm -r "$said" "$run/$name" "$run/$name.d"
  systemctl daemon-reload
  if ((status == 0)); then say "${3#"$prefix"}: usable"; fi
  return $status
}
