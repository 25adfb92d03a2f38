import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { builtApp, FIXTURE_V3, usePaths } from './paths.test-support.js';

const newPath = usePaths();

// What a library does to String.prototype shows only in a whole program: jest's tests have one of their own.
it('calls the methods of strings without looking them up each time', () => {
  const atExit = newPath();
  writeFileSync(
    atExit,
    'process.on("exit", () => process.stdout.write(`fast: ${%HasFastProperties(String.prototype)}\\n`));',
  );
  const flags = ['--allow-natives-syntax', '--require', atExit];
  const said = execFileSync(process.execPath, [...flags, builtApp('shadow-report'), 'replay', FIXTURE_V3], { encoding: 'utf8' }); // prettier-ignore
  expect(said).toContain('fast: true');
});
