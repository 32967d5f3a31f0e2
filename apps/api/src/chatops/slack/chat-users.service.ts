import { type ChatUserInput, type ChatUserView, type Identity, type Role, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService, mayAct, People } from '../../access';
import { type ChatUser, Prisma } from '../../generated/prisma/client';
import { Database, invalid, notFound } from '../../platform';

const view = ({ id, person, role, scope, createdBy, createdAt }: ChatUser): ChatUserView => ({
  ...{ id, person, createdBy, createdAt: createdAt.toISOString() },
  role: role as Role | null,
  scope: scope as Scope,
});

/** Who somebody in a chat is here. Whoever is not listed is nobody. */
@Injectable()
export class ChatUsers {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<ChatUserView[]> {
    return (await this.database.chatUser.findMany({ orderBy: { id: 'asc' } })).map(view);
  }

  /** @throws 400 for a person that there is none of, or more than the caller may. */
  async set(id: string, input: ChatUserInput, caller: Identity): Promise<ChatUserView> {
    const { scope } = input;
    const [person, role] = [input.person ?? null, input.role ?? null];
    if (role !== null && !mayAct(caller.role, role)) throw invalid('role', `at most your own, ${caller.role}`, role);
    if (person !== null && !(await this.people.named(person)))
      throw invalid('person', 'somebody who may sign in', person, '`fleetscope users list` shows them');
    const data = { person, role, scope: scope ?? Prisma.DbNull, createdBy: caller.name };
    const row = await this.database.$transaction(async (tx) => {
      await this.audit.record(caller.name, 'chat-user.set', id, 'done', { person, role, scope }, tx);
      return tx.chatUser.upsert({ where: { id }, create: { id, ...data }, update: data });
    });
    return view(row);
  }

  async remove(id: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.chatUser.deleteMany({ where: { id } });
      if (count === 0) throw notFound(`chat user ${id}`, 'GET /api/v1/chat/users shows them');
      await this.audit.record(actor, 'chat-user.remove', id, 'done', {}, tx);
    });
  }

  /** What they may at this moment; null for whom we do not know, or no longer. */
  async identity(id: string): Promise<Identity | null> {
    const row = await this.database.chatUser.findUnique({ where: { id } });
    if (!row) return null;
    const { person, role, scope } = view(row);
    if (person !== null) return this.people.named(person);
    return role === null ? null : { id: `chat:${id}`, name: id, role, scope, via: 'token' };
  }
}
