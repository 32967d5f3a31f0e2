import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RetentionService } from './retention.service';
import { StorageService } from './storage.service';

const EVERY_MS = 3_600_000;
/** Not while everything starts. */
const FIRST_MS = 120_000;

/** Each hour: what is past its time goes, and what is left is measured. */
@Injectable()
export class StorageRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Storage');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly retention: RetentionService,
    private readonly storage: StorageService,
  ) {}

  onApplicationBootstrap(): void {
    this.next(FIRST_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private next(ms: number): void {
    this.timer = setTimeout(() => void this.round().finally(() => this.next(EVERY_MS)), ms);
    this.timer.unref();
  }

  private async round(): Promise<void> {
    try {
      await this.retention.sweep();
      await this.storage.sample();
    } catch (error) {
      this.log.warn({ err: error }, 'the round failed; the next one tries again');
    }
  }
}
