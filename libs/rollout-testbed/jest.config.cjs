module.exports = { preset: '../../tools/jest/preset.cjs', displayName: 'rollout-testbed' };
