import { runService } from '@quantum/service-kit';
import { SERVICE_NAME, startService } from './service.js';

void runService({ name: SERVICE_NAME, start: startService });
