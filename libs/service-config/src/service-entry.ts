import type { Variables } from '@quantum/service-kit';

/**
 * Where Redis shows that processes of a service live: a sorted set of instances, or a consumer group of the plan
 * stream.
 */
export type SignOfLife = { readonly members: string } | { readonly group: string };

/** A user in deploy/redis/users.acl, with the words about it in the README beside that file. */
export interface RedisUser {
  readonly name: string;
  readonly may: string;
  readonly mayNot: string;
}

/** What every place that deals with services has to know of one. To add a service is to add its entry. */
export interface ServiceEntry {
  /** Of its unit `quantum-<name>`, its env file and its credentials; what `deploy/install --service` takes. */
  readonly name: string;
  /** Its folder in apps/, and its name in logs and in CLIENT LIST. */
  readonly app: string;
  readonly definition: { readonly variables: Variables };
  readonly redisUser: RedisUser;
  /** Absent: it leaves none, and neither the console nor `quantumctl` shows it. */
  readonly sign?: SignOfLife;
  /** Installed only where it is asked for by name. */
  readonly byNameOnly?: true;
  readonly unit: {
    /** `Description=`, after the word Quantum. */
    readonly description: string;
    /** `--max-semi-space-size` of node, MB, and a comment that says why, in lines that fit. */
    readonly semiSpaceMb: number;
    readonly semiSpaceReason: string;
    /** A comment that says what feeds the watchdog, where it is not the loop alone. */
    readonly progress?: string;
  };
}
