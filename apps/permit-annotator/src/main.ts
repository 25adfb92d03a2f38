import { runService } from '@quantum/service-host';
import { annotatorService } from './service.js';

void runService(annotatorService);
