module.exports = { preset: '../../tools/jest/preset.cjs', displayName: 'read-model-source' };
