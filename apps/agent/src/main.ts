import { index } from 'fleetscope:catalogue';
import { join } from 'node:path';
import { ControlPlaneClient } from './control-plane.client';
import { enrol, tokenHash } from './enrolment';
import { IdentityStore } from './identity.store';
import { LeaseLoop, LOOP_LIMITS } from './lease.loop';
import { log } from './log';
import { readPolicy, refusedRunbooks } from './policy';
import { runMain } from './run-main';
import { readSettings, USAGE, VERSION } from './settings';

const main = async (): Promise<void> => {
  const settings = readSettings(process.argv.slice(2), process.env);
  // What children get is chosen by the probe runner; a token that is used up must not stand in ours any longer.
  delete process.env['FLEETSCOPE_ENROL_TOKEN'];
  if (typeof settings === 'string') return void process.stdout.write(settings === 'help' ? USAGE : `${VERSION}\n`);
  const now = (): number => Date.now() + settings.clockSkewMs;
  const policy = await readPolicy(settings.policyFile);
  const store = new IdentityStore(settings.stateDir);
  store.prepare();
  const before = store.read();
  const again = before && settings.enrolToken && tokenHash(settings.enrolToken) !== before.enrolledWith;
  if (again) store.forget();
  const known = again ? null : before;
  const identity = known ?? (await enrol(settings, store, log, now));
  const server = settings.server ?? identity.server;
  const client = new ControlPlaneClient(server, store.key(), log, now, identity.agent);
  const limits = { ...LOOP_LIMITS, spoolBytes: settings.spoolBytes };
  const loop = new LeaseLoop(
    client,
    join(settings.stateDir, 'spool'),
    settings.rootSocket,
    policy,
    refusedRunbooks(policy, index),
    log,
    limits,
  );
  const stop = (): void => void loop.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  log(`${VERSION} speaks for ${identity.host} at ${server}`);
  await loop.work();
};

runMain(main);
