import { runService } from '@quantum/service-host';
import { governorService } from './service.js';

void runService(governorService);
