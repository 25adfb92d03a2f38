import {
  ANNOTATE_GROUP,
  brainMembersKey,
  GOVERNOR_GROUP,
  membersKey,
  ROLLOUT_MEMBERS_KEY,
  STREAMS,
} from '@quantum/redis-schemas';
import type { Variables } from '@quantum/service-kit';
import { annotatorDefinition } from './annotator.js';
import { brainDefinition } from './brain.js';
import { consoleDefinition } from './console.js';
import { governorDefinition } from './governor.js';
import { proposerDefinition } from './proposer.js';
import { rolloutDefinition } from './rollout.js';
import type { RedisUser, ServiceEntry } from './service-entry.js';

const GOVERNOR_USER: RedisUser = {
  name: 'quantum-governor',
  may: 'read what gates need; consume the plan stream; write permits, its own records, windows, events, dead letters; WAIT',
  mayNot: 'add, change or remove a plan, write a target or the kill switch',
};

const ENTRIES = [
  {
    name: 'allocation-target',
    app: 'allocation-target',
    definition: proposerDefinition,
    redisUser: {
      name: 'quantum-proposer',
      may: 'read targets, efficiency, the decision stream; write shadow proposals, its own stream and its leases; SCAN',
      mayNot: 'write a live target, touch a permit, a plan or the kill switch',
    },
    sign: { members: membersKey(STREAMS.proposed) },
    unit: {
      description: 'allocation target: shadow proposals from capital efficiency',
      semiSpaceMb: 16,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects; with 16, its default elsewhere, a cycle takes a fifth less processor time.',
      progress:
        'Fed by real progress of the loop alone: by each batch, and every 10 s between two cycles, however long LOOP_INTERVAL_SEC\n' +
        'is; never while a cycle is stuck. A Redis outage is progress too: an attempt that failed ended in time.',
    },
  },
  {
    name: 'governor',
    app: 'governor-plugin',
    definition: governorDefinition,
    redisUser: GOVERNOR_USER,
    sign: { group: GOVERNOR_GROUP },
    unit: {
      description: 'governor: execution permits with the capital-efficiency hint',
      semiSpaceMb: 32,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects: plans in flight outgrow it and are copied again and again. With 32 MB it\n' +
        'serves 1.8 times the plans (docs/decisions/0010).',
    },
  },
  {
    name: 'annotator',
    app: 'permit-annotator',
    definition: annotatorDefinition,
    redisUser: GOVERNOR_USER,
    sign: { group: ANNOTATE_GROUP },
    byNameOnly: true, // it is for the time beside another governor (docs/migration.md)
    unit: {
      description: 'annotator: the capital-efficiency hint for the permits of another governor',
      semiSpaceMb: 16,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects, too few for plans in flight: this is its default elsewhere.',
    },
  },
  {
    name: 'brain',
    app: 'efficiency-brain',
    definition: brainDefinition,
    redisUser: {
      name: 'quantum-brain',
      may: 'read positions, prices, targets, attributions and the execution streams; write efficiency hashes, its states, its own stream and its leases; SCAN',
      mayNot: 'write a target or a position, touch a permit, a plan or the kill switch',
    },
    sign: { members: brainMembersKey(STREAMS.efficiencyDecision) },
    byNameOnly: true, // the platform has a P3.1 of its own (docs/brain.md)
    unit: {
      description: 'brain: efficiency scores from positions, prices and fills',
      semiSpaceMb: 4,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects, too few for a running cycle. With 4 a cycle is as fast as with 16, and the\n' +
        'brain takes 30 MB less at 10,000 symbols (docs/performance.md).',
      progress:
        'Fed by real progress of the loop alone: by each batch, and every 10 s between two cycles, however long P31_LOOP_SEC\n' +
        'is; never while a cycle is stuck. A Redis outage is progress too: an attempt that failed ended in time.',
    },
  },
  {
    name: 'rollout',
    app: 'target-rollout',
    definition: rolloutDefinition,
    redisUser: {
      name: 'quantum-rollout',
      may: "read targets, proposals, scores, positions, prices, switches and operators' commands; write multipliers, the rollout's state and plans; add to audit and evidence; SCAN",
      mayNot: 'write a target or a switch, add a command, remove an audit entry',
    },
    sign: { members: ROLLOUT_MEMBERS_KEY },
    byNameOnly: true, // without a plan it publishes nothing (docs/rollout.md)
    unit: {
      description: 'rollout: effective multipliers in stages, under guards',
      semiSpaceMb: 4,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects, too few for a running cycle: with 4 none of them grows old.',
      progress:
        'Fed by real progress of the loop alone: by each cycle, and every 10 s between two; never while a cycle is stuck.\n' +
        'A Redis outage is progress too: an attempt that failed ended in time.',
    },
  },
  {
    name: 'console',
    app: 'console',
    definition: consoleDefinition,
    redisUser: {
      name: 'quantum-console',
      may: 'read every key that the services write or read; SCAN',
      mayNot: 'run any command that writes, a script, CONFIG, or a command of administration',
    },
    byNameOnly: true, // it opens a port for browsers (docs/console.md)
    unit: {
      description: 'console: what operators see, in a browser',
      semiSpaceMb: 16,
      semiSpaceReason:
        'Of MemoryMax node gives 1 MB to young objects, too few for a cycle of 10,000 symbols: with 16, its default elsewhere, it is shown sooner.',
      progress:
        'Fed by real progress of the loop alone: by each question to Redis that ended. A Redis outage is progress too:\n' +
        'an attempt that failed ended in time.',
    },
  },
] as const satisfies readonly ServiceEntry[];

/** The name of a service as it is deployed. */
export type ServiceName = (typeof ENTRIES)[number]['name'];
/** The folder of a service's program. */
export type AppName = (typeof ENTRIES)[number]['app'];
export type Service = ServiceEntry & { readonly name: ServiceName; readonly app: AppName };

/** Every service of this project. */
export const SERVICES: readonly Service[] = ENTRIES;

/** The services that are installed without being asked for by name. */
export const DEFAULT_SERVICES: readonly Service[] = SERVICES.filter(({ byNameOnly }) => byNameOnly === undefined);

/** The programs of all services. */
export const SERVICE_APPS: readonly AppName[] = SERVICES.map(({ app }) => app);

/** Every program of a release: the services, and the commands beside them. */
export const PROGRAMS: readonly string[] = [...SERVICE_APPS, 'proof-runner', 'quantumctl', 'shadow-report'];

/** The port of its metrics as it is deployed. */
export const portOf = ({ definition }: ServiceEntry): number => Number(definition.variables['METRICS_PORT']?.default);

/** Every name that some service reads, former names included: in an environment of several they are no mistakes. */
export const SERVICE_VARIABLES: readonly string[] = [
  ...new Set(
    SERVICES.flatMap(({ definition }) =>
      Object.entries<Variables[string]>(definition.variables).flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
    ),
  ),
];
