export interface HandshakeLimits {
  /** Handshakes at the same time: each costs milliseconds of our CPU, and hundreds at once make all of them late. */
  readonly total: number;
  /** Through one bastion: sshd drops connections beyond its MaxStartups (10 unauthenticated ones by default). */
  readonly perBastion: number;
  /** Handshakes that begin within a second, evenly apart; as many as come when nothing is said. */
  readonly perSecond?: number;
}

interface Waiting {
  readonly bastion: string | null;
  readonly go: () => void;
}

/** Lets handshakes through at their rate and as long as there is room, in the order in which they came. Sessions that stand don't count. */
export class HandshakeGate {
  private inside = 0;
  private readonly through = new Map<string, number>();
  private waiting: Waiting[] = [];
  /** When the next one may begin, on performance.now()'s clock. */
  private nextTurn = 0;

  constructor(private readonly limits: HandshakeLimits) {}

  async pass<T>(bastion: string | null, handshake: () => Promise<T>): Promise<T> {
    await this.turn();
    if (this.hasRoom(bastion)) this.enter(bastion);
    else await new Promise<void>((go) => this.waiting.push({ bastion, go }));
    try {
      return await handshake();
    } finally {
      this.leave(bastion);
    }
  }

  private async turn(): Promise<void> {
    const { perSecond } = this.limits;
    if (perSecond === undefined) return;
    const now = performance.now();
    const at = Math.max(now, this.nextTurn);
    this.nextTurn = at + 1_000 / perSecond;
    if (at > now) await new Promise((done) => setTimeout(done, at - now));
  }

  private hasRoom(bastion: string | null): boolean {
    return (
      this.inside < this.limits.total && (bastion === null || (this.through.get(bastion) ?? 0) < this.limits.perBastion)
    );
  }

  private enter(bastion: string | null): void {
    this.inside += 1;
    if (bastion !== null) this.through.set(bastion, (this.through.get(bastion) ?? 0) + 1);
  }

  private leave(bastion: string | null): void {
    this.inside -= 1;
    if (bastion !== null) {
      const left = (this.through.get(bastion) ?? 1) - 1;
      if (left === 0) this.through.delete(bastion);
      else this.through.set(bastion, left);
    }
    // One that waits for its bastion must not hold up those behind it that don't.
    const next = this.waiting.findIndex((one) => this.hasRoom(one.bastion));
    const [one] = next < 0 ? [] : this.waiting.splice(next, 1);
    if (!one) return;
    this.enter(one.bastion);
    one.go();
  }
}
