export { createFakeClock } from './fake-clock.js';
export type { FakeClock } from './fake-clock.js';
export * from './inputs.js';
export { spawnApp } from './spawn-app.js';
export type { AppExit, SpawnedApp } from './spawn-app.js';
export { useRedis } from './use-redis.js';
export type { RedisOfFile } from './use-redis.js';
export { readStream, waitFor, waitForEntry, waitForKey } from './wait-for.js';
export type { StreamEntry, WaitOptions } from './wait-for.js';
