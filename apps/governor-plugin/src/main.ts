import { createLogger, runService } from '@quantum/service-kit';
import { startGovernor } from './service.js';

const logger = createLogger({ name: 'governor-plugin' });
void runService({ name: 'governor-plugin', start: startGovernor, logger });
