import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { renderEnvFile } from '@quantum/service-kit';

const header = (service: string): string =>
  `${service}: every variable with its default.\n` +
  'A comment has a line of its own: what follows a value on its line belongs to the value.\n' +
  'Generated from libs/service-config; change the defaults there, and values only in the installed copy.';

/** Beside another governor: adds hints to its permits, on a port that is free there. */
const asAnnotator = (governorEnv: string): string =>
  governorEnv
    .replace(/^GOVERNOR_ROLE=issue$/m, 'GOVERNOR_ROLE=annotate')
    .replace(/^METRICS_PORT=8044$/m, 'METRICS_PORT=8046');

/** The env files of a deployment, by path from the root. */
export const envFiles = (): Readonly<Record<string, string>> => ({
  'deploy/env/allocation-target.env': renderEnvFile(proposerDefinition, header('allocation-target')),
  'deploy/env/governor.env': renderEnvFile(governorDefinition, header('governor-plugin')),
  'deploy/env/annotator.env': asAnnotator(renderEnvFile(governorDefinition, header('governor-plugin, role annotate'))),
});
