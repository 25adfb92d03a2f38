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

# decoded TEXT: without percent-encoding.
decoded() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# quoted TEXT: as an argument on redis-cli's standard input.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# is_place HOST PORT: no login and no password, which would be printed as part of an address.
is_place() {
  [[ $1 =~ ^([A-Za-z0-9_.-]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?)$ && $2 =~ ^[0-9]{1,5}$ ]]
}

# redis_address SERVICE: sets host, port, tls, socket, user and password to what its configuration says; fails for anything
# but one server.
redis_address() {
  local file=$etc/$1.env url rest login='' place secret=$etc/credentials/$1/redis-password
  [[ -f $file ]] || file=$here/env/$1.env
  url=$(env_value "$file" REDIS_URL) host=$(env_value "$file" REDIS_HOST) port=$(env_value "$file" REDIS_PORT)
  host=${host:-localhost} port=${port:-6379} tls=false socket=''
  user=$(env_value "$file" REDIS_USERNAME) password=$(env_value "$file" REDIS_PASSWORD)
  rest=$(env_value "$file" REDIS_PASSWORD_FILE)
  if [[ -n $rest ]]; then secret=$rest; fi
  if [[ -s $secret ]]; then password=$(<"$secret"); fi
  if [[ -z $url ]]; then
    is_place "$host" "$port"
    return
  fi
  if [[ $url =~ ^unix://(/[^?@]+)(\?|$) ]]; then
    socket=${BASH_REMATCH[1]}
    return
  fi
  [[ $url =~ ^rediss?:// ]] || return
  rest=${url#*://}
  if [[ $rest == *@* ]]; then login=${rest%@*} rest=${rest##*@}; fi
  place=${rest%%[/?#]*}
  [[ $place =~ ^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:([0-9]+))?$ ]] || return
  host=${BASH_REMATCH[1]//[\[\]]/} port=${BASH_REMATCH[3]:-$port}
  if [[ $url == rediss:* ]]; then tls=true; fi
  if [[ $login == *:* ]]; then password=$(decoded "${login#*:}") login=${login%%:*}; fi
  if [[ -n $login ]]; then user=$(decoded "$login"); fi
  is_place "$host" "$port"
}

# Asks the Redis that a service is configured for. One that does not answer is no obstacle: the services wait for it.
check_redis() {
  local host port tls socket user password where cli said found product arguments
  if ! redis_address "$1"; then
    say 'Redis: not asked, REDIS_URL, REDIS_HOST and REDIS_PORT do not name one server; the services themselves check it'
    return
  fi
  where=${socket:-$host:$port} arguments=(-h "$host" -p "$port")
  if [[ -n $socket ]]; then arguments=(-s "$socket"); fi
  if $tls; then arguments+=(--tls); fi
  if [[ " ${asked-} " == *" $where "* ]]; then return; fi
  asked="${asked-} $where"
  if ! cli=$(type -P redis-cli || type -P valkey-cli); then
    say "Redis at $where: not asked, there is no redis-cli and no valkey-cli; the services themselves check it"
    return
  fi
  # Who asks is said on standard input: everybody may read a command line, and root the environment.
  # INFO is for servers older than HELLO: Valkey calls itself Redis 7.2.4 there.
  said=$({
    if [[ -n $password ]]; then printf 'AUTH %s%s\n' "${user:+$(quoted "$user") }" "$(quoted "$password")"; fi
    printf 'HELLO\nINFO server\n'
  } | timeout 5 "$cli" "${arguments[@]}" 2>/dev/null | tr -d '\r') || true
  found=$(sed -n '/^version$/{n;p;q}' <<<"$said")
  found=${found:-$(sed -n 's/^redis_version://p' <<<"$said")}
  if [[ -z $found ]]; then
    say "Redis at $where: does not tell its version; the services wait until it answers, and check it themselves"
    return
  fi
  product=Redis
  if [[ $said == *$'server\nvalkey\n'* ]]; then product=Valkey; fi
  at_least "$found" $NEED_REDIS || fail "Redis at $where is $found, but $NEED_REDIS or newer is needed"
  say "$product $found at $where: fine"
}
