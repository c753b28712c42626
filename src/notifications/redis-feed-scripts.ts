import { PAGE_EVENTS_MAX } from '../stream/log-reader.ts';
import { FEED_NOTIFICATIONS_MAX, FEED_TTL_SECONDS_MIN, FEED_UPDATES_MAX } from './feed.ts';

/** The keys of a user's feed, in the order that the scripts take them in. */
export const FEED_KEYS = ['meta', 'log', 'items', 'read', 'archived', 'kept'] as const;

/**
 * Begins each script. `ARGV`: the channel of the user, the epoch to begin with, the time in milliseconds.
 *
 * - `meta` holds epoch, offset and `origin`, the replication id of the server: it changes with a failover and with a
 *   restart, which may have lost what was seen already, so that a new epoch begins then.
 * - `log` is a stream whose ids are the offsets; `items` the notifications without marks, by id; `read` and `archived` the
 *   marks; `kept` until when each notification is kept.
 */
const BEGIN = `
local meta, log, items, read, archived, kept = unpack(KEYS)
local channel, newEpoch, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local events = {}

local function integer(number) return string.format('%d', number) end
local function quoted(text) return text and '"' .. text .. '"' or 'null' end

local function renew(ttl)
  local longest = math.max(redis.call('PTTL', meta), ttl or 0, ${FEED_TTL_SECONDS_MIN * 1_000})
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, integer(longest)) end
end

local function forget(id)
  redis.call('ZREM', kept, id)
  for _, key in ipairs({ items, read, archived }) do redis.call('HDEL', key, id) end
end

local function view(id)
  local text = redis.call('HGET', items, id)
  if not text then return false end
  return text .. ',"readAt":' .. quoted(redis.call('HGET', read, id))
    .. ',"archivedAt":' .. quoted(redis.call('HGET', archived, id)) .. '}'
end

local function add(change, id)
  local offset = redis.call('HINCRBY', meta, 'offset', 1)
  local data = '{"change":"' .. change .. '","notification":' .. view(id) .. '}'
  redis.call('XADD', log, integer(offset) .. '-0', 'data', data)
  redis.call('XTRIM', log, 'MAXLEN', ${FEED_UPDATES_MAX})
  events[#events + 1] = '{"position":{"epoch":"' .. redis.call('HGET', meta, 'epoch') .. '","offset":' .. integer(offset)
    .. '},"type":"notificationReceived","data":' .. data .. '}'
end

local function publish()
  if #events > 0 then redis.call('PUBLISH', channel, '[' .. table.concat(events, ',') .. ']') end
end

local info = redis.pcall('INFO', 'replication')
local origin = type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or 'unknown'
if redis.call('HGET', meta, 'origin') ~= origin then
  redis.call('HSET', meta, 'epoch', newEpoch, 'origin', origin)
  redis.call('HSETNX', meta, 'offset', 0)
  redis.call('DEL', log)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', kept, '-inf', integer(now))) do forget(id) end
`;

/** What a page of the log says of its extent, and keeps the feed of whoever looks at it. */
const EXTENT = `
renew()
local head = redis.call('HMGET', meta, 'epoch', 'offset')
local answer = { head[1], head[2], integer(tonumber(head[2]) - redis.call('XLEN', log)) }
`;

/** `ARGV`: id, text, until when and how long it is kept (milliseconds). */
export const APPEND = `${BEGIN}
local id, text, untilTime, ttl = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
if redis.call('HEXISTS', items, id) == 1 then return 0 end
redis.call('HSET', items, id, text)
redis.call('ZADD', kept, untilTime, id)
add('RECEIVED', id)
while redis.call('ZCARD', kept) > ${FEED_NOTIFICATIONS_MAX} do forget(redis.call('ZRANGE', kept, 0, 0)[1]) end
renew(ttl)
publish()
return 1`;

/** `ARGV`: change, time of the mark, and the ids; \`all\` for all of them. Answers the views of the ids. */
export const MARK = `${BEGIN}
local change, time, ids = ARGV[4], ARGV[5], {}
if ARGV[6] == 'all' then ids = redis.call('HKEYS', items) else for n = 6, #ARGV do ids[#ids + 1] = ARGV[n] end end
for _, id in ipairs(ids) do
  local isNew = redis.call('HEXISTS', change == 'READ' and read or archived, id) == 0
  if isNew and redis.call('HEXISTS', items, id) == 1 then
    redis.call('HSETNX', read, id, time)
    if change == 'ARCHIVED' then redis.call('HSET', archived, id, time) end
    add(change, id)
  end
end
renew()
publish()
local views = {}
if ARGV[6] ~= 'all' then for _, id in ipairs(ids) do views[#views + 1] = view(id) or '' end end
return views`;

/** `ARGV`: offset. Answers epoch, head, from where it is retained, and offset and JSON of each update after it. */
export const PAGE = `${BEGIN}${EXTENT}
for _, entry in ipairs(redis.call('XRANGE', log, '(' .. ARGV[4] .. '-0', '+', 'COUNT', ${PAGE_EVENTS_MAX})) do
  answer[#answer + 1] = string.match(entry[1], '^%d+')
  answer[#answer + 1] = entry[2][2]
end
return answer`;

/** Answers epoch, head, from where it is retained, and the views. */
export const LIST = `${BEGIN}${EXTENT}
for _, id in ipairs(redis.call('HKEYS', items)) do answer[#answer + 1] = view(id) end
return answer`;

/** `ARGV`: id. */
export const FIND = `${BEGIN}
renew()
return view(ARGV[4])`;

export const UNREAD = `${BEGIN}
renew()
return redis.call('HLEN', items) - redis.call('HLEN', read)`;
