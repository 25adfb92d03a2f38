# shellcheck shell=bash
# One installer at a time. Part of deploy/install, which sets opt, command and prefix.

# take_lock: until this process ends. Where another one is at work, fails and says which.
take_lock() {
  local file=$opt/.lock lock
  mkdir -p "$opt"
  trap clean_up EXIT
  while true; do
    exec {lock}>>"$file"
    if ! flock -n "$lock"; then
      file=$(<"$file")
      fail "another one is at work: ${file:-just started}; nothing was changed. Try again when it has ended"
    fi
    # One that has just ended may have removed the file that we opened.
    if [[ /proc/self/fd/$lock -ef $file ]]; then break; fi
    exec {lock}>&-
  done
  locked=true
  printf 'deploy/install %s, process %s, since %s\n' "$command" $$ "$(date '+%F %T')" >"$file"
}

locked=false staging=''
clean_up() {
  if [[ -n $staging ]]; then rm -rf "$staging"; fi
  if $locked; then rm -f "$opt/.lock"; fi
  # Where nothing was installed, nothing is left.
  rmdir "$opt" 2>/dev/null || true
}
