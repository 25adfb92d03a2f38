import { createLogger, loadConfig, runService } from '@quantum/service-kit';
import { governorDefinition } from './config.js';
import { startGovernor } from './service.js';

const logger = createLogger({ name: 'governor-plugin' });
const load = (env: NodeJS.ProcessEnv) => loadConfig(governorDefinition, env);
void runService({ name: 'governor-plugin', load, start: startGovernor, logger });
