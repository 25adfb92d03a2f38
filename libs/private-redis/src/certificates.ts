import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from './server-binary.js';

const run = promisify(execFile);

/** Temporary certificates of one server, as paths of PEM files. They are valid for two days, for loopback only. */
export interface Certificates {
  /** The authority that signed all of them. */
  ca: string;
  serverCert: string;
  serverKey: string;
  clientCert: string;
  clientKey: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
const NAMES = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];

/** Makes a certificate authority, and a server's and a client's certificate. @throws Error without openssl 3. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  const file = (name: string) => join(dir, name);
  const request = async (name: string, ...options: string[]) => {
    const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-subj', `/CN=private-redis ${name}`];
    await run('openssl', ['req', '-x509', ...NEW_KEY, ...out, ...options]).catch((error: unknown) => {
      throw new Error(`no certificates could be made: ${reasonOf(error)}`, { cause: error });
    });
  };
  await request('ca');
  const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key')];
  await Promise.all([request('server', ...signed, ...NAMES), request('client', ...signed)]);
  return {
    ca: file('ca.crt'),
    serverCert: file('server.crt'),
    serverKey: file('server.key'),
    clientCert: file('client.crt'),
    clientKey: file('client.key'),
  };
}
