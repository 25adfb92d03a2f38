/** A command for the server: its name and arguments. A name that ends in `Buffer` asks for the reply as bytes. */
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]];

export type Reply =
  | { ok: true; value: unknown }
  /** `key`: the server cannot read or write this key for us (wrong type, no permission), trying again will not help. */
  | { ok: false; kind: 'key'; error: Error }
  /** `transient`: no verdict on the key (LOADING, READONLY, OOM, a slot that is down, a broken connection). */
  | { ok: false; kind: 'transient'; error: Error };

/** The batch as a whole failed: no connection, or no answer in time. Some of its commands may have run. */
export class BatchError extends Error {
  override name = 'BatchError';
}

/** There was no connection: none of the commands was sent. */
export class NotConnectedError extends BatchError {
  override name = 'NotConnectedError';
}

/**
 * The part of a Cluster that holds this key could not answer; another could. The command may have run, unless `cause`
 * is a refusal by the server.
 */
export class SlotDownError extends Error {
  override name = 'SlotDownError';
}

/** Separates permanent errors from transient ones. */
export const errorKind = (error: Error): 'key' | 'transient' =>
  /^(WRONGTYPE|NOPERM)\b/.test(error.message) || error.message.includes('WRONGTYPE ') ? 'key' : 'transient';

/**
 * Whether the server denies the user a right: to a command, or to keys, which the ACL gives by prefix. All plans need
 * it.
 */
export const isDenied = (error: Error): boolean => /^NOPERM\b/.test(error.message);

/** A pipeline result of ioredis: the error, or null and the value. */
export type RawResult = [error: Error | null, value?: unknown];

export const replyOf = ([error, value]: RawResult): Reply =>
  error === null ? { ok: true, value } : { ok: false, kind: errorKind(error), error };

/** The reply inside a script's JSON text: a value, or `{err}` with the server's message. */
export function jsonReply(value: unknown): Reply {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('err' in value))
    return { ok: true, value };
  const error = new Error(String(value.err));
  error.name = 'ReplyError';
  return replyOf([error]);
}

/** The value of a reply. @throws the error that the reply is; BatchError if there is no reply. */
export function valueOf(reply: Reply | undefined): unknown {
  if (reply?.ok) return reply.value;
  throw reply?.error ?? new BatchError('no reply');
}

/** Whether the server itself refused, rather than the connection. */
export const isReplyError = (error: Error): boolean => error.name === 'ReplyError';

/** Error replies of a master that cannot serve a slot now. BUSY: it has run someone's script for seconds. */
const MASTER_DOWN = /^(CLUSTERDOWN|LOADING|MASTERDOWN|BUSY|MOVED|ASK|TRYAGAIN)\b/;

/** Whether a master of a Cluster refused because it cannot serve now, or not this slot. Others can. */
export const isMasterDown = (error: Error): boolean => isReplyError(error) && MASTER_DOWN.test(error.message);

/**
 * Whether a command failed by the master of a Cluster that holds its key: that master is down, or takes no writes, out
 * of memory say. Others may.
 */
export const isOfMaster = ({ isCluster }: { isCluster: boolean }, error: Error): boolean =>
  isCluster && (error instanceof SlotDownError || (isReplyError(error) && errorKind(error) === 'transient'));

/**
 * What the client says of a command whose connection was lost, or is not there. It names options that we do not use.
 */
const CLIENT_AWAY =
  /^(Connection is closed|Stream isn't writeable|Reached the max retries per request limit|None of startup nodes|Failed to refresh slots|Cluster isn't ready)/;

/** Why Redis, or a part of a Cluster, does not answer, in words; undefined for any other error. */
export function whyAway(error: unknown): string | undefined {
  if (error instanceof BatchError || error instanceof SlotDownError) return error.message;
  return error instanceof Error && CLIENT_AWAY.test(error.message) ? 'the connection to Redis was lost' : undefined;
}

/** Whether a command that failed by this may have run all the same: its answer was lost, and is no refusal. */
export const mayHaveRun = (error: unknown): boolean =>
  whyAway(error) !== undefined && !(error instanceof NotConnectedError) && !isRefusal(error);

const isRefusal = (error: unknown): boolean =>
  error instanceof SlotDownError && error.cause instanceof Error && isReplyError(error.cause);

/** The values of an HMGET's reply; `readable: false` if the key could not be read, for any cause. */
export const hashValues = (
  reply: Reply | undefined,
): { readable: true; value: (string | null)[] } | { readable: false } =>
  reply?.ok ? { readable: true, value: reply.value as (string | null)[] } : { readable: false };
