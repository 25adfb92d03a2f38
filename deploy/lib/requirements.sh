# shellcheck shell=bash
# What a host must have before anything is changed. Part of deploy/install, which sets prefix, etc and here.

readonly NEED_NODE=20.19 NEED_REDIS=7.0
# Where systemd looks for the `node` of a unit, whatever the PATH of the person who installs.
readonly UNIT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin

# at_least FOUND NEEDED: compares versions.
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

check_node() {
  local where=${prefix:+$PATH} path found real
  where=${where:-$UNIT_PATH}
  path=$(PATH=$where type -P node) || fail "node is not in $where: install Node.js $NEED_NODE or newer there"
  found=$("$path" --version)
  at_least "${found#v}" $NEED_NODE || fail "$path is node ${found#v}, but $NEED_NODE or newer is needed"
  real=$(readlink -f "$path")
  # The units let nothing else be executed.
  [[ -n $prefix || $real == /usr/* || $real == /opt/* ]] ||
    fail "$path is really $real, but the services may execute nothing outside of /usr and /opt"
  say "node ${found#v}: fine"
}

# env_value FILE NAME: the value in an env file; reads it, runs nothing.
env_value() { sed -n "s/^$2=//p" "$1" | tail -n 1; }

# Asks the Redis that a service is configured for. One that does not answer is no obstacle: the services wait for it.
check_redis() {
  local file=$etc/$1.env url host port where user='' password='' found arguments
  [[ -f $file ]] || file=$here/env/$1.env
  url=$(env_value "$file" REDIS_URL) host=$(env_value "$file" REDIS_HOST) port=$(env_value "$file" REDIS_PORT)
  where=${host:-localhost}:${port:-6379} arguments=(-h "${host:-localhost}" -p "${port:-6379}")
  user=$(env_value "$file" REDIS_USERNAME) password=$(env_value "$file" REDIS_PASSWORD)
  if [[ -s $etc/credentials/$1/redis-password ]]; then password=$(<"$etc/credentials/$1/redis-password"); fi
  if [[ -n $user ]]; then arguments+=(--user "$user"); fi
  if [[ $url == unix://* ]]; then
    where=${url#unix://} where=${where%%\?*} arguments=(-s "$where")
  elif [[ -n $url ]]; then
    where=${url#*://}
    # Not on the command line, which everybody may read.
    if [[ $where == *@* ]]; then user=${where%@*} where=${where##*@} password=${user#*:} user=${user%%:*}; fi
    arguments=(-u "${url%%://*}://$where" ${user:+--user "$user"})
  fi
  if [[ " ${asked-} " == *" $where "* ]]; then return; fi
  asked="${asked-} $where"
  if ! type -P redis-cli >/dev/null; then
    say "Redis at $where: not asked, there is no redis-cli; the services themselves check it"
    return
  fi
  found=$(REDISCLI_AUTH=$password timeout 5 redis-cli "${arguments[@]}" INFO server 2>/dev/null |
    tr -d '\r' | sed -n 's/^redis_version://p') || true
  if [[ -z $found ]]; then
    say "Redis at $where: does not tell its version; the services wait until it answers, and check it themselves"
    return
  fi
  at_least "$found" $NEED_REDIS || fail "Redis at $where is $found, but $NEED_REDIS or newer is needed"
  say "Redis $found at $where: fine"
}
