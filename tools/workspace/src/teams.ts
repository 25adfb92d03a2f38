/** The teams of the `team:` tag axis, and how GitHub calls them in CODEOWNERS. */
export const TEAM_HANDLES = {
  allocation: '@quantum/p29-allocation',
  governor: '@quantum/p32-governor',
  'apply-layer': '@quantum/apply-layer',
  dashboard: '@quantum/dashboard',
  platform: '@quantum/platform',
} as const;

export type Team = keyof typeof TEAM_HANDLES;
