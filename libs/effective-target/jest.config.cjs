module.exports = { preset: '../../tools/jest/preset.cjs', displayName: 'effective-target' };
