import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../generated/prisma/client';
import { RUNTIME, type Runtime } from './runtime';

/** A transaction, or the database itself: what a room's public methods take to join their caller's transaction. */
export type Tx = Prisma.TransactionClient;

@Injectable()
export class Database extends PrismaClient implements OnModuleDestroy {
  constructor(@Inject(RUNTIME) runtime: Runtime) {
    super({
      adapter: new PrismaPg({ connectionString: runtime.databaseUrl, max: 24 }),
      // The library's own two and five seconds are too short for the moment in which hundreds of hosts answer at once.
      transactionOptions: { maxWait: 30_000, timeout: 30_000 },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
  }
}
