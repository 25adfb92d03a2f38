import { describe, expect, it } from '@jest/globals';
import { useInstaller } from './installer.test-support.js';

const UNITS = 'etc/systemd/system';
const GOVERNOR = `${UNITS}/quantum-governor.service`;
const PROPOSER = `${UNITS}/quantum-allocation-target.service`;
const FOREIGN = '[Service]\nExecStart=/usr/bin/python3 governor.py\n';

const { files, host, install, refused, upgrade } = useInstaller();

describe('a unit of the same name that is not ours', () => {
  it.each([GOVERNOR, 'usr/lib/systemd/system/quantum-governor.service'])('is not touched in %s', (path) => {
    host.put(path, FOREIGN);
    refused('quantum-governor.service that is not ours');
    refused('is not ours', '--service', 'governor');
    refused('there is no quantum-governor.service of ours', 'remove', '--service', 'governor');
    install('--service', 'allocation-target');
    expect(host.read(path)).toBe(FOREIGN);
  });

  it('does not keep the other services from an upgrade', () => {
    install('--service', 'allocation-target');
    host.put(GOVERNOR, FOREIGN);
    expect(upgrade('2')).toContain('current: 2 (before: 1.0.0)');
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
  });

  it('is kept with --replace and comes back on remove', () => {
    host.put(GOVERNOR, FOREIGN);
    install('--replace');
    expect(host.read(GOVERNOR)).toContain('# quantum-capital-efficiency unit');
    upgrade('2');
    expect(host.install('remove', '--service', 'governor').stdout).toContain('the foreign one is back');
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
    expect(files()).toContain(PROPOSER);
    expect(host.list('opt/quantum')).not.toContain('replaced');
  });

  it('comes back on the rollback of a first release', () => {
    host.put(GOVERNOR, FOREIGN);
    install('--replace');
    expect(host.install('rollback')).toMatchObject({ code: 0, stderr: '' });
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
  });

  it('comes back on the rollback of the upgrade that replaced it', () => {
    install('--service', 'allocation-target');
    host.put(GOVERNOR, FOREIGN);
    upgrade('2', '--replace', '--service', 'governor');
    host.install('rollback');
    expect(host.link('current')).toBe('1.0.0');
    expect(host.read(GOVERNOR)).toBe(FOREIGN);
    expect(host.read(PROPOSER)).toContain('# quantum-capital-efficiency unit');
  });

  it('stays away when later releases are left, and on the way forward', () => {
    install('--service', 'allocation-target');
    host.put(GOVERNOR, FOREIGN);
    upgrade('2', '--replace', '--service', 'governor');
    upgrade('3');
    for (const release of ['2', '3', '2']) {
      host.install('rollback');
      expect(host.link('current')).toBe(release);
      expect(host.read(GOVERNOR)).not.toBe(FOREIGN);
    }
  });
});
