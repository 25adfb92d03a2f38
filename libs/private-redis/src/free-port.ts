import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

const RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
/** Default start of the kernel's ephemeral range. */
const DEFAULT_START = 32_768;
/** Number of ports below that range to draw from. */
const PORTS = 12_000;
const ATTEMPTS = 20;
const START_ATTEMPTS = 5;

/**
 * A free port of 127.0.0.1, for a program that cannot bind port 0 and report its port. It is below the kernel's
 * ephemeral range, so that no outgoing connection takes it before the program does.
 */
export async function freePort(): Promise<number> {
  const text = await readFile(RANGE_FILE, 'utf8').catch(() => '');
  const end = Number.parseInt(text) || DEFAULT_START;
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(Math.max(1024, end - PORTS), end);
    if (await canBind(port)) return port;
    if (attempt === ATTEMPTS) throw new Error(`none of ${ATTEMPTS} ports below ${end} is free`);
  }
}

/**
 * Starts a server on free ports, and again on others where another process took one before the server bound it.
 * @throws the server's error, the fifth time at the latest.
 */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      const taken = (error as Error).message.includes('Address already in use');
      if (!taken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function canBind(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(probe.close(), 'close');
  return true;
}
