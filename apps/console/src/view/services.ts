import { tally, type ServiceRow, type Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { counted, duration } from './format.js';
import { Panel, State, Time } from './parts.js';
import { toneOfService } from './status.js';

const facts = ({ why, instances, lagEntries, pendingEntries, state }: ServiceRow): string =>
  [
    why,
    instances === null || state === 'absent' ? '' : counted(instances, 'process', 'processes'),
    lagEntries === null ? '' : `${counted(lagEntries, 'plan')} unread`,
    pendingEntries ? `${counted(pendingEntries, 'plan')} in flight` : '',
  ]
    .filter((one) => one !== '')
    .join(', ');

/** Services: ready or why not, age of the last cycle, lag, and the server. */
export function Services({ snapshot: { services, redis, cycle }, nowSec }: { snapshot: Snapshot; nowSec: number }) {
  const server = [`${redis.product} ${redis.version}`.trim(), redis.role, redis.replicas === null ? '' : counted(redis.replicas, 'replica')]; // prettier-ignore
  return html`<${Panel} id="services" title="Services">
    <div class="scroll" tabindex="0" role="region" aria-label="Services, table">
      <table>
        <thead><tr><th scope="col">Service</th><th scope="col">State</th><th scope="col">Last cycle</th><th scope="col">Facts</th></tr></thead>
        <tbody>
          <tr>
            <th scope="row">redis</th>
            <td><${State} tone=${redis.isAnswering ? 'good' : 'bad'} words=${redis.isAnswering ? 'answers' : 'away'} /></td>
            <td>${redis.awaySinceSec === null ? '' : html`<${Time} sec=${redis.awaySinceSec} nowSec=${nowSec} />`}</td>
            <td>${[...server, redis.why].filter((one) => one !== '').join(', ')}</td>
          </tr>
          ${services.map(
            (row) => html`<tr key=${row.name}>
              <th scope="row">${row.name}</th>
              <td><${State} tone=${toneOfService(row)} words=${row.state.replace('_', ' ')} /></td>
              <td>${row.lastSec === null ? '–' : html`<${Time} sec=${row.lastSec} nowSec=${nowSec} />`}</td>
              <td>${facts(row)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      ${cycle === null ? 'No cycle of proposals yet.' : html`Last cycle of proposals: ${counted(cycle.symbols, 'symbol')} in ${duration(cycle.durationSec) === '0 s' ? `${Math.round(1000 * cycle.durationSec)} ms` : duration(cycle.durationSec)}, <${Time} sec=${cycle.atSec} nowSec=${nowSec} />: ${tally(cycle.reasons)}.`}
    </p>
  <//>`;
} // prettier-ignore
