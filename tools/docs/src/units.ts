import { DEFAULT_SERVICES, portOf, PROGRAMS, SERVICES, type Service } from '@quantum/service-config';
import { CREDENTIALS } from '@quantum/service-kit';
import { SERVER_UNITS } from './servers.js';

/** What the units have in common, from the root. */
export const UNIT_TEMPLATE = 'tools/docs/unit.template';

const PROGRESS =
  'Fed by real progress of the loop alone. A Redis outage is progress too: an attempt that failed ended in time.';

const comment = (text: string): string => text.replace(/^/gm, '# ');

/** Hands over every credential that the service reads. */
const credentials = ({ name, definition }: Service): string =>
  Object.entries(CREDENTIALS)
    .filter(([, variable]) => variable in definition.variables)
    .map(([file]) => `LoadCredential=${file}:/etc/quantum/credentials/${name}/${file}\nSetCredential=${file}:\\n`)
    .join('\n');

function unit(service: Service, template: string): string {
  const { name, app } = service;
  const { description, semiSpaceMb, ...unit } = service.unit;
  const values: Readonly<Record<string, string>> = {
    ...{ name, app, description, semiSpaceMb: String(semiSpaceMb), servers: SERVER_UNITS.join(' ') },
    ...{ credentials: credentials(service) },
    ...{ progress: comment(unit.progress ?? PROGRESS), semiSpaceReason: comment(unit.semiSpaceReason) },
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_all, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${UNIT_TEMPLATE}: no service has {{${key}}}`);
    return value;
  });
}

const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(' ');

/** What a deployment knows of the services, by path from the root: their units, and the lists of deploy/install. */
export const deployFiles = (template: string): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    SERVICES.map((service) => [`deploy/systemd/quantum-${service.name}.service`, unit(service, template)]),
  ),
  'deploy/lib/services.sh': `# shellcheck shell=bash
# The services, those that are installed without being asked for by name, and the programs of a release. Part of deploy/install.
# Generated from libs/service-config/src/services.ts: npx nx run docs:generate

readonly ALL_SERVICES=(${names(SERVICES)})
readonly DEFAULT_SERVICES=(${names(DEFAULT_SERVICES)})
readonly APPS=(${PROGRAMS.join(' ')})
`,
});

/** The alert rules, from the root. */
export const ALERTS_FILE = 'deploy/prometheus/alerts.yml';

/** The alert rules with the jobs that they expect, in the comment before the rules. */
export const withJobs = (rules: string): string =>
  rules.replace(/(^# Generated from libs\/service-config[^\n]*\n)(?:# - [^\n]*\n)*/m, (_all, first: string) =>
    [first, ...SERVICES.map((service) => `# - \`quantum-${service.name}\` (:${portOf(service)})\n`)].join(''),
  );
