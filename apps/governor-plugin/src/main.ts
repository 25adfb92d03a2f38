import { createLogger, runService } from '@quantum/service-kit';
import { checkGovernorConfig } from './config.js';
import { startGovernor } from './service.js';

const logger = createLogger({ name: 'governor-plugin' });
void runService({ name: 'governor-plugin', load: checkGovernorConfig, start: startGovernor, logger });
