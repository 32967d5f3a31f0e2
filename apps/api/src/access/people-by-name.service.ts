import { type Identity } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform';
import { ofPerson } from './authenticator.service';

/** People for whom another room has found out who they are. */
@Injectable()
export class People {
  constructor(private readonly database: Database) {}

  /** With what they may now; null when there is nobody of that name, or they were disabled. */
  async named(name: string): Promise<Identity | null> {
    const row = await this.database.person.findUnique({ where: { name } });
    return row && !row.disabledAt ? ofPerson(row) : null;
  }
}
