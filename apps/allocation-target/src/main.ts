import { loadPolicy, proposalStep } from '@quantum/policy';
import { loadConfig, runService } from '@quantum/service-kit';
import { definition } from './config.js';
import { SERVICE_NAME, startService } from './service.js';

/** Everything that can be wrong before the start, the policy file too. */
function load(env: NodeJS.ProcessEnv) {
  const loaded = loadConfig(definition, env);
  loadPolicy(loaded.config.policyFile, proposalStep(loaded.config));
  return loaded;
}

void runService({ name: SERVICE_NAME, load, start: startService });
