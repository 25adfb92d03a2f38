# shellcheck shell=bash
# Reads env files as systemd does (src/basic/env-file.c). Part of deploy/install. Never shows a value: it may be a secret.

# env_files MODE FILE... prints, with MODE
#   problems: `line N: why`, for each line of the file by which a setting gets lost;
#   value:    the value of the setting that $ENV_NAME names;
#   settings: NAME=value of every setting, each ended by a byte 1;
#   differ:   the names of the settings that two files do not have in common.
env_files() {
  local mode=$1
  shift
  awk -v mode="$mode" -v wanted="${ENV_NAME-}" '
    function problem(number, text) { if (mode == "problems") print "line " number ": " text }
    function finish() {
      sub(/[ \t]+$/, "", plain)
      values[FILENAME, name] = value plain
      if (!((FILENAME, name) in seen)) { seen[FILENAME, name] = 1; names[++count] = name }
      state = "key"
    }
    function start(text) {
      # Odd, because one backslash escapes the next. Before a carriage return it escapes that.
      if (text ~ /^[ \t]*[#;]/) {
        if (trailing(text) % 2 && !returns) {
          problem(NR, "the comment ends in a backslash, and systemd before 254 takes the line below for a part of it, later ones do not: remove the backslash")
        }
        return
      }
      if (text ~ /^[ \t]*$/) return
      if (text !~ /^[ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*=/) {
        problem(NR, "this is not NAME=value (nor a comment), and systemd drops it: correct or remove it")
        return
      }
      name = text
      sub(/[ \t]*=.*/, "", name)
      sub(/^[ \t]*/, "", name)
      sub(/^[^=]*=/, "", text)
      value = plain = ""
      opened = NR
      state = "before"
      scan(text)
    }
    function trailing(text, n) {
      n = 0
      while (n < length(text) && substr(text, length(text) - n, 1) == "\\") n++
      return n
    }
    # before: ahead of a value or behind a quote; plain: without quotes; single, double: inside of them.
    function scan(text, i, c, next_c) {
      why = ""
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (state == "single") {
          if (c == "\047") state = "before"; else value = value c
        } else if (state == "double") {
          if (c == "\"") state = "before"
          else if (c == "\\") {
            if (i == length(text) && !returns) { why = "quote"; return }
            next_c = substr(text, ++i, 1)
            value = value (next_c ~ /["\\`$]/ ? next_c : c next_c)
          } else value = value c
        } else if (c == "\\") {
          state = "plain"
          # A backslash keeps the blanks before it, and the one that it escapes.
          value = value plain
          plain = ""
          if (i == length(text) && !returns) { why = "backslash"; return }
          value = value substr(text, ++i, 1)
        } else if (state == "before") {
          if (c ~ /[ \t]/) continue
          if (c == "\047") state = "single"
          else if (c == "\"") state = "double"
          else { state = "plain"; plain = plain c }
        } else plain = plain c
      }
      if (state == "single" || state == "double") { why = "quote"; value = value "\n" }
      else finish()
    }
    function open_end() {
      return why == "quote" ? "line " opened " opens a quote and does not close it: close it" \
                            : "line " last " ends in a backslash: remove it"
    }
    function end_of_file() {
      if (state == "key") return
      if (why == "quote") problem(opened, "the value of " name " opens a quote that is never closed: close it")
      finish()
    }
    FNR == 1 { if (NR > 1) end_of_file(); state = "key" }
    {
      returns = sub(/\r$/, "")
      if (state == "key") start($0)
      else if ($0 ~ /^[ \t]*[A-Z][A-Z0-9_]*=/ && mode == "problems") {
        # Not said of what else a value may go on with.
        problem(NR, "systemd takes this setting for a part of the value of " name ", because " open_end())
        state = "key"
        start($0)
      } else scan($0)
      last = NR
    }
    END {
      if (NR > 0) end_of_file()
      if (mode == "value") printf "%s", values[FILENAME, wanted]
      if (mode == "settings") {
        for (i = 1; i <= count; i++) printf "%s=%s\001", names[i], values[ARGV[1], names[i]]
      }
      if (mode == "differ") {
        for (i = 1; i <= count; i++) {
          name = names[i]
          if (name in shown) continue
          mine = ((ARGV[1], name) in values)
          theirs = ((ARGV[2], name) in values)
          if (mine && theirs && values[ARGV[1], name] == values[ARGV[2], name]) continue
          shown[name] = 1
          print name (mine ? (theirs ? "" : " (yours alone)") : " (not in yours)")
        }
      }
    }
  ' "$@"
}

# env_value FILE NAME: the value in an env file; reads it, runs nothing.
env_value() { ENV_NAME=$2 env_files value "$1"; }

# check_env_file FILE: says by which lines a setting gets lost, and fails.
check_env_file() {
  local problems
  problems=$(env_files problems "$1")
  [[ -n $problems ]] || return 0
  printf '%s\n' "$problems" | sed "s#^#${1#"$prefix"}, #" >&2
  return 1
}
