import { runService } from '@quantum/service-host';
import { brainService } from './service.js';

void runService(brainService);
