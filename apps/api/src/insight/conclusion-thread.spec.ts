import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConclusionThread, ThreadEnded } from './conclusion-thread';

async function* pages(...texts: string[]): AsyncGenerator<readonly string[]> {
  for (const text of texts) yield [text];
}

describe('a thread that concludes', () => {
  let dir: string;
  /** A thread that answers as the lines say; `add` and `question` are at hand. */
  const thread = (answer: string, patienceMs = 5_000): ConclusionThread => {
    const file = join(dir, `${Math.random()}.js`);
    writeFileSync(
      file,
      `const { parentPort } = require('node:worker_threads');
       const seen = [];
       parentPort.on('message', (question) => {
         if (question.type === 'add') seen.push(...question.texts);
         ${answer}
       });`,
    );
    return new ConclusionThread(file, patienceMs);
  };

  beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'thread-'))));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('is handed every page and answers with its conclusion', async () => {
    const one = thread(
      `parentPort.postMessage({ id: question.id, ...(question.type === 'conclude' ? { conclusion: { hosts: seen } } : {}) });`,
    );
    await expect(one.conclude(pages('a', 'b', 'c'))).resolves.toEqual({ hosts: ['a', 'b', 'c'] });
    await one.stop();
  });

  it('tells what went wrong in it, and goes on', async () => {
    const one = thread(
      `parentPort.postMessage(question.type === 'conclude' ? { id: question.id, error: 'no such rule' } : { id: question.id });`,
    );
    await expect(one.conclude(pages('a'))).rejects.toThrow('no such rule');
    expect(one.ended).toBe(false);
    await one.stop();
  });

  it.each([
    ['ends', 'process.exit(3)', /exit status 3/],
    ['throws', `throw new Error('out of memory')`, /out of memory/],
  ])('fails what waits when it %s', async (_what, answer, why) => {
    const one = thread(answer);
    await expect(one.conclude(pages('a'))).rejects.toThrow(why);
    expect(one.ended).toBe(true);
    await expect(one.conclude(pages('a'))).rejects.toBeInstanceOf(ThreadEnded);
  });

  it('fails what waits when it says nothing for long', async () => {
    const one = thread('for (;;);', 200);
    await expect(one.conclude(pages('a'))).rejects.toThrow(/did not answer for 200 ms/);
    await one.stop();
  });

  it('forgets what could not be fetched whole', async () => {
    const one = thread(`parentPort.postMessage({ id: question.id });`);
    async function* broken(): AsyncGenerator<readonly string[]> {
      yield ['a'];
      throw new Error('the connection was lost');
    }
    await expect(one.conclude(broken())).rejects.toThrow('the connection was lost');
    expect(one.ended).toBe(false);
    await one.stop();
  });
});
