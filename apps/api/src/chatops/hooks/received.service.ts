import { Injectable } from '@nestjs/common';
import { Database } from '../../platform';
import { TOLERANCE_MS } from './signatures';

/** Remembers the ids of signed messages for longer than their time would let them pass. */
@Injectable()
export class ReceivedMessages {
  constructor(private readonly database: Database) {}

  /** Whether it is seen for the first time; of two at once, one is. */
  async isFirst(source: string, id: string): Promise<boolean> {
    const { count } = await this.database.receivedMessage.createMany({ data: { source, id }, skipDuplicates: true });
    return count === 1;
  }

  /** What could not be carried out by a fault of ours may come again. */
  async forget(source: string, id: string): Promise<void> {
    await this.database.receivedMessage.deleteMany({ where: { source, id } });
  }

  async dropOld(): Promise<void> {
    await this.database.receivedMessage.deleteMany({ where: { at: { lt: new Date(Date.now() - 3 * TOLERANCE_MS) } } });
  }
}
