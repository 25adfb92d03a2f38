export { proposerDefinition as definition, type ProposerConfig } from '@quantum/service-config';
