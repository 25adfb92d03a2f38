import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import type { ReplaySettings } from '@quantum/decisions';
import { hintStep, gateSettings, limitValues, loadPolicy, nameLimits, proposalStep } from '@quantum/policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { RECORDING_VERSION, type RecordingHeader } from '@quantum/shadow-evidence';
import type { ProposalParameters } from '@quantum/efficiency-policy';

/** Maximum text of a block, bytes, as the recorder writes it. */
const BLOCK_TEXT_BYTES = 0xff00;
/** Text per write: about the amount that the recorder finds in a second of a busy stream. */
const WRITE_BYTES = 100_000;
const BLOCK_HEAD = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);

/** The parameters of every output of a synthetic recording: the defaults of both services, in production. */
export interface MadeBy {
  governor: ReplaySettings;
  proposer: ProposalParameters;
  /** Hashes as outputs carry them. */
  limits: string;
  hint: string;
  proposal: string;
}

/** Writes a recording, its header and limits first. The callback gets the texts of lines without newlines. */
export function writeRecording(path: string, fill: (by: MadeBy, line: (text: string) => void) => void): void {
  const governor = loadConfig(governorDefinition, { APPLY_MODE: 'production' });
  const proposer = loadConfig(proposerDefinition, {});
  const settings = gateSettings(governor.config);
  const [proposal, hint] = [proposalStep(proposer.config), hintStep(governor.config)];
  const limits = nameLimits(settings).hash;
  const header: RecordingHeader = {
    kind: 'header',
    v: RECORDING_VERSION,
    started_at: 1_700_000_000,
    streams: { proposals: 'proposals', plans: 'plans' },
    policy: { proposer: proposer.effective, governor: governor.effective },
  };
  const by: MadeBy = {
    governor: { ...settings, applyMode: governor.config.applyMode, hint: hint.base },
    proposer: proposal.base,
    limits,
    hint: loadPolicy(undefined, hint).of('').policy,
    proposal: loadPolicy(undefined, proposal).of('').policy,
  };
  const file = openSync(path, 'w');
  let held: string[] = [];
  let chars = 0;
  const flush = (): void => {
    const text = Buffer.from(held.join(''));
    for (let from = 0; from < text.length; from += BLOCK_TEXT_BYTES) {
      writeSync(file, block(text.subarray(from, from + BLOCK_TEXT_BYTES)));
    }
    [held, chars] = [[], 0];
  };
  const line = (text: string): void => {
    held.push(text, '\n');
    chars += text.length + 1;
    if (chars >= WRITE_BYTES) flush();
  };
  line(JSON.stringify(header));
  line(JSON.stringify({ kind: 'policy', hash: limits, step: 'limits', parameters: limitValues(settings) }));
  fill(by, line);
  flush();
  closeSync(file);
}

/** A gzip member with its own length in the header (BGZF), the unit of a recording. */
function block(text: Buffer): Buffer {
  const packed = deflateRawSync(text);
  const numbers = Buffer.alloc(10);
  numbers.writeUInt16LE(BLOCK_HEAD.length + 2 + packed.length + 8 - 1, 0);
  numbers.writeUInt32LE(crc32(text), 2);
  numbers.writeUInt32LE(text.length, 6);
  return Buffer.concat([BLOCK_HEAD, numbers.subarray(0, 2), packed, numbers.subarray(2)]);
}
