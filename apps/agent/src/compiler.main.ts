import { type LoadedRunbook } from '@fleetscope/runbooks';
import { text } from 'fleetscope:catalogue';
import { beClerk } from './clerk';
import { log } from './log';
import { readPolicy } from './policy';
import { RootHalf } from './root-half';
import { runMain } from './run-main';
import { readSettings, VERSION } from './settings';

/** The other program in the agent's file, with compiler, catalogue and schemas: the clerk, or the root half. */
const main = async (): Promise<void> => {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings === 'clerk') return beClerk();
  if (typeof settings === 'string' || !settings.rootHalf) throw new Error('this is neither clerk nor root half');
  const half = new RootHalf(await readPolicy(settings.policyFile), JSON.parse(text) as LoadedRunbook[], log);
  const { socket } = settings.rootHalf;
  await half.listen(socket);
  log(`${VERSION}, the root half, listens${socket === null ? '' : ` at ${socket}`}`);
};

runMain(main);
