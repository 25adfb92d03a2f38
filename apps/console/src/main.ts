import { runService } from '@quantum/service-host';
import { consoleService } from './service.js';

void runService(consoleService);
