import { FINAL_RUN_STATES, type InvestigationSnapshot, type RunSummary } from '@fleetscope/contracts';
import { Listr } from 'listr2';
import { note } from '../output';
import { progressLine } from './report';

const MAX_LINES = 12;

interface Waiter {
  update(run: RunSummary): void;
  end(run: RunSummary): void;
}

/**
 * Progress on standard error: on a terminal a list that changes in place (hosts, or one line of counts when they are
 * many), elsewhere one line for each run that ends.
 */
export class Progress {
  private readonly waiters = new Map<string, Waiter>();
  private readonly ended = new Set<string>();
  private list: Promise<unknown> = Promise.resolve();
  private countLine: ((snapshot: InvestigationSnapshot) => void) | undefined;
  private begun = false;

  update(snapshot: InvestigationSnapshot): void {
    if (!this.begun) this.begin(snapshot);
    for (const run of snapshot.runs) {
      const final = FINAL_RUN_STATES.has(run.state);
      if (final && !this.ended.has(run.id)) {
        this.ended.add(run.id);
        if (process.stderr.isTTY) this.waiters.get(run.id)?.end(run);
        else note(progressLine(run));
      } else if (!final) this.waiters.get(run.id)?.update(run);
    }
    this.countLine?.(snapshot);
  }

  async close(): Promise<void> {
    await this.list;
  }

  private begin(snapshot: InvestigationSnapshot): void {
    this.begun = true;
    const { investigation, runs } = snapshot;
    if (!process.stderr.isTTY) {
      note(
        `${investigation.title}: ${runs.length} ${runs.length === 1 ? 'host' : 'hosts'}, window ${windowText(investigation.parameters)}`,
      );
      return;
    }
    const tasks = runs.length <= MAX_LINES ? runs.map((run) => this.hostTask(run)) : [this.countTask(runs.length)];
    this.list = new Listr(tasks, { concurrent: true, exitOnError: false }).run().catch(() => undefined);
  }

  private hostTask(run: RunSummary): {
    title: string;
    task: (context: unknown, task: { title: string | undefined }) => Promise<void>;
  } {
    return {
      title: progressLine(run),
      task: (_context, task) =>
        new Promise((done, failed) => {
          this.waiters.set(run.id, {
            update: (now) => (task.title = progressLine(now)),
            end: (now) => {
              task.title = progressLine(now);
              if (now.state === 'succeeded' || now.state === 'partial') done();
              else failed(new Error(now.reason ?? now.state));
            },
          });
        }),
    };
  }

  private countTask(hosts: number): {
    title: string;
    task: (context: unknown, task: { title: string | undefined }) => Promise<void>;
  } {
    return {
      title: `${hosts} hosts`,
      task: (_context, task) =>
        new Promise((done) => {
          this.countLine = ({ investigation: { coverage, state } }) => {
            task.title = `${coverage.answered} of ${coverage.targeted} hosts answered, ${coverage.pending} to come, ${coverage.unreachable + coverage.refused + coverage.failed} lost`;
            if (state !== 'running' && state !== 'queued') done();
          };
        }),
    };
  }
}

const windowText = (parameters: Record<string, unknown>): string => {
  const window = parameters['window'] ?? parameters['duration'];
  return typeof window === 'number' ? `${window / 1000} s` : 'none';
};
