module.exports = { preset: '../../tools/jest/preset.cjs', displayName: 'cycle-loop' };
