import { SERVICES, type Service } from '@quantum/service-config';
import { renderEnvFile } from '@quantum/service-kit';

const header = ({ app }: Service): string =>
  `${app}: every variable with its default.\n` +
  'A comment has a line of its own: what follows a value on its line belongs to the value.\n' +
  'Generated from libs/service-config; change the defaults there, and values only in the installed copy.';

/** The env files of a deployment, by path from the root. */
export const envFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SERVICES.map((service) => [`deploy/env/${service.name}.env`, renderEnvFile(service.definition, header(service))]),
  );
