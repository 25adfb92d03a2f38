# shellcheck shell=bash
# Releases and configuration. Part of deploy/install, which sets prefix, opt, etc, here, from and version.

# linked NAME: the release that the link current or previous points to, empty if absent.
linked() { if [[ -L $opt/$1 ]]; then basename -- "$(readlink "$opt/$1")"; fi; }

# point NAME VERSION: switches a link in one step, so that there is no moment without one.
point() {
  ln -sfn "releases/$2" "$opt/.$1.tmp"
  mv -T "$opt/.$1.tmp" "$opt/$1"
}

default_version() {
  local base commit
  # An installed release, and not an archive that was unpacked inside of one.
  if [[ $(dirname -- "$(dirname -- "$here")") == "$opt/releases" ]]; then
    basename -- "$(dirname -- "$here")"
    return
  fi
  if [[ -f $here/../VERSION ]]; then
    cat "$here/../VERSION"
    return
  fi
  base=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$here/../package.json")
  commit=$(git -C "$here" rev-parse --short HEAD 2>/dev/null) || true
  say "$base${commit:+-$commit}"
}

default_from() { if [[ -d $here/../dist/apps ]]; then say "$here/../dist/apps"; else say "$here/.."; fi; }

# An archive brings the sums of its files.
check_sums() {
  if [[ ! -f $here/../SHA256SUMS ]]; then return; fi
  (cd "$here/.." && sha256sum --check --quiet --strict SHA256SUMS) || fail 'this is not the release as it was made'
}

# Adds the release beside the others, whole or not at all. One that is installed is never changed.
add_release() {
  local app part target=$opt/releases/$version
  for app in "${APPS[@]}"; do
    [[ -f $from/$app/main.js ]] ||
      fail "$from/$app/main.js is missing: build (npx nx run-many -t build), or say --from DIR"
  done
  mkdir -p "$opt/releases"
  rm -rf "$opt"/releases/.staging.* # of an install that was killed
  staging=$(mktemp -d "$opt/releases/.staging.XXXXXX")
  for app in "${APPS[@]}"; do install -D -m 0644 "$from/$app/main.js" "$staging/$app/main.js"; done
  install -D -m 0755 "$here/install" "$staging/deploy/install"
  for part in lib/*.sh env/*.env systemd/*.service redis/*.acl prometheus/*.yml policy/*.json \
    grafana/dashboards/*.json grafana/provisioning/{dashboards,datasources}/*.yml; do
    install -m 0644 -D -t "$staging/deploy/${part%/*}" "$here"/$part
  done
  if [[ -f $here/../sbom.cdx.json ]]; then install -m 0644 "$here/../sbom.cdx.json" "$staging/sbom.cdx.json"; fi
  chmod 0755 "$staging"
  if [[ ! -d $target ]]; then
    mv -T "$staging" "$target"
    say "release $version: added"
  elif diff -rq "$staging" "$target" >/dev/null; then
    say "release $version: is there already"
  else
    fail "there is a release $version with other content; give this one a name of its own: --version V"
  fi
}

# put_file MODE SOURCE TARGET: whole or not at all, whatever ends the installer.
put_file() {
  install -D -m "$1" "$2" "$3.tmp"
  mv -T "$3.tmp" "$3"
}

# A switch of releases is several steps, and each may be the last. What it is about is kept in .switch, `FROM TO COMMAND`,
# from before the first until after the last, so that the next run can complete it.

# switch_to TO: makes TO the current release, and the current one the one before.
switch_to() {
  local from
  from=$(linked current)
  printf '%s\n' "${from:-none} $1 $command" >"$opt/.switch.tmp"
  mv -T "$opt/.switch.tmp" "$opt/.switch"
  point current "$1"
  if [[ -n $from ]]; then point previous "$from"; fi
}

switch_done() { rm -f "$opt/.switch"; }

# resume_switch: after a switch that was cut short, the link `previous` is right again. Where `current` is the new release
# already, but services may still run the other, sets unfinished to that other, and unfinished_by to the command.
resume_switch() {
  local from to by
  unfinished='' unfinished_by=''
  [[ -f $opt/.switch ]] || return 0
  read -r from to by <"$opt/.switch"
  if [[ $(linked current) != "$to" ]]; then
    switch_done
    return
  fi
  unfinished=$from unfinished_by=$by
  if [[ $from != none ]]; then point previous "$from"; fi
  say "the $by from release $from to $to was cut short: the same $by again completes it"
}

# place_env SERVICE: installs an env file where there is none; else leaves it, and says what is shipped that differs.
place_env() {
  local file=$etc/$1.env shipped=$opt/current/deploy/env/$1.env names
  if [[ ! -e $file ]]; then
    put_file 0600 "$shipped" "$file"
    install -d -m 0700 "$etc/credentials/$1"
    say "${file#"$prefix"}: installed"
  elif cmp -s "$shipped" "$file"; then
    rm -f "$file.new"
    say "${file#"$prefix"}: as shipped"
  else
    put_file 0600 "$shipped" "$file.new"
    # Names alone: any value may be a secret, and this may end up in a log.
    names=$(env_files differ "$file" "$file.new" | sed 's/^/    /')
    say "${file#"$prefix"}: yours is kept; what is shipped is beside it as .new and differs in ${names:+these settings:$'\n'}${names:-comments alone}"
  fi
}

# The user of the services. Owns nothing: everything is root's, and theirs to read.
ensure_user() {
  if [[ -n $prefix ]] || id -u qt >/dev/null 2>&1; then return; fi
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin qt
  say 'user qt: created'
}
