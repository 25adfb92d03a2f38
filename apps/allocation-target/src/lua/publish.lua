-- Publishes a batch: of each proposal a stream entry and, where their keys are given, the shadow hash and its TTL.
-- Deletes the shadow hashes of symbols that have no proposal any more.
--
-- KEYS  1-3 as fence.lua, 4 stream, then the shadow key of each proposal, then those to delete, or none of either (in a
--       Cluster they are in other slots)
-- ARGV  1-6 as fence.lua (5 is also the shadow keys' TTL), 7 MAXLEN, 8 a JSON array of the proposals' texts, one after
--         another
-- Returns as fence.lua, else {'ok', then for each command that failed its place (3 a proposal, then 1 a deletion) and
--         the error}
--
-- Atomic, because a process that was frozen between a look at its lease and its writes would publish what is not its
-- own.
--
-- Field names are listed here, and texts are sent once: 10,000 proposals took 100 ms with flat names and values of entry and
-- hash, 52 ms so (the client's own work 100 and 30 ms). Values as flat arguments took 52 ms, the client's work 40.
--
-- Deadline: the lease. Without it, nothing is published.
--
-- TypeScript fills in the names that begin with $: the layout of entry and hash, and how many texts a proposal has.

local texts = cjson.decode(ARGV[8])
local at, proposals = 0, #texts / $PROPOSAL_TEXTS
for i = 0, proposals - 1 do
  try(3 * i, 'XADD', KEYS[4], 'MAXLEN', '~', ARGV[7], '*', $STREAM_FIELDS)
  local key = KEYS[5 + i]
  if key then
    try(3 * i + 1, 'HSET', key, $HASH_FIELDS)
    try(3 * i + 2, 'EXPIRE', key, ARGV[5])
  end
  at = at + $PROPOSAL_TEXTS
end
for i = 5 + proposals, #KEYS do try(2 * proposals + i - 5, 'DEL', KEYS[i]) end
return answer
