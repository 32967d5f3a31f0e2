import { parentPort } from 'node:worker_threads';
import { GatheredRuns } from './gathered-runs';
import { type ThreadAnswer, type ThreadQuestion } from './conclusion-thread';

/** The other end of `ConclusionThread`: gathers the runs of investigations, and concludes one when it is told to. */
const gathered = new Map<number, GatheredRuns>();

const answer = (question: ThreadQuestion): ThreadAnswer => {
  const { id } = question;
  if (question.type === 'forget') {
    gathered.delete(question.of);
    return { id };
  }
  const runs = gathered.get(question.of) ?? new GatheredRuns();
  if (question.type === 'add') {
    gathered.set(question.of, runs);
    runs.add(question.texts);
    return { id };
  }
  gathered.delete(question.of);
  return { id, conclusion: runs.conclude() };
};

parentPort?.on('message', (question: ThreadQuestion) => {
  try {
    parentPort?.postMessage(answer(question));
  } catch (error) {
    gathered.delete(question.of);
    parentPort?.postMessage({ id: question.id, error: String((error as Error).stack ?? error) } satisfies ThreadAnswer);
  }
});
