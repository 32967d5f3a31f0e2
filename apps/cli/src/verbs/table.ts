import Table from 'cli-table3';
import { bold } from '../output';

export const table = (...head: string[]): InstanceType<typeof Table> =>
  new Table({ head: head.map((text) => bold(text)), style: { head: [], border: [] } });
