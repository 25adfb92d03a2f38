import { text } from '@quantum/service-kit';

/** Of both services. */
export const policyFileVariable = {
  P31_POLICY_FILE: text({
    property: 'policyFile',
    describe: 'Policy by symbol: a file that overrides the P31 variables above for groups of symbols and single ones',
    allowed: 'the path of a JSON file as docs/policy.schema.json describes it',
    example: '/etc/quantum/policy.json',
  }),
};
