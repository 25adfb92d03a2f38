import { runService } from '@quantum/service-host';
import { proposerService } from './service.js';

void runService(proposerService);
