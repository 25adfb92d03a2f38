import { runService } from '@quantum/service-host';
import { rolloutService } from './service.js';

void runService(rolloutService);
