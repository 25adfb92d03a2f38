export { governorDefinition, type GovernorConfig } from '@quantum/service-config';
