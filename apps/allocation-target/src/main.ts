import { loadConfig, runService } from '@quantum/service-kit';
import { definition } from './config.js';
import { SERVICE_NAME, startService } from './service.js';

void runService({ name: SERVICE_NAME, load: (env) => loadConfig(definition, env), start: startService });
