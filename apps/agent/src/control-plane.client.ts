import {
  AGENT_CONTENT_TYPE,
  AGENT_HEADERS,
  SERVER_TIME_HEADER,
  signedText,
  type Chunk,
  type Enrolled,
  type EnrolRequest,
  type LeaseAnswer,
  type LeaseRequest,
} from '@fleetscope/contracts';
import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { enrolledOf, leaseAnswerOf, nextOf } from './answers';
import { type Log } from './log';

/** The control plane answered, and not as was hoped. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string | null,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

const MAX_ANSWER_BYTES = 1_048_576;
const ANSWER_MS = 8_000;
/** Differences below are latency. */
const SKEW_NOTICED_MS = 2_000;
const SKEW_SAID_MS = 30_000;

interface Answer {
  readonly status: number;
  readonly serverTime: number | null;
  readonly text: string;
}

/** Signed calls to the control plane, on its clock whatever ours says. */
export class ControlPlaneClient {
  private readonly connections: http.Agent | https.Agent;
  private offsetMs = 0;
  private measured: number | null = null;

  constructor(
    private readonly server: string,
    private readonly key: KeyObject,
    private readonly log: Log,
    /** Ours, epoch milliseconds. */
    private readonly now: () => number,
    private readonly agent: string | null = null,
  ) {
    const options = { keepAlive: true, maxSockets: 8, maxFreeSockets: 2, timeout: 60_000 };
    this.connections = server.startsWith('https:') ? new https.Agent(options) : new http.Agent(options);
  }

  /** By how much our clock is ahead of the server's; null before the first answer. */
  get skewMs(): number | null {
    return this.measured === null ? null : -this.measured;
  }

  async enrol(request: EnrolRequest): Promise<Enrolled> {
    return enrolledOf(await this.call('/api/v1/agent/enrol', request, ANSWER_MS, false));
  }

  async lease(request: LeaseRequest, signal: AbortSignal): Promise<LeaseAnswer> {
    return leaseAnswerOf(await this.call('/api/v1/agent/lease', request, request.waitMs + 5_000, true, signal));
  }

  /** @returns the number that the server waits for. */
  async sendChunk(runId: string, chunk: Chunk): Promise<number> {
    return nextOf(await this.call(`/api/v1/agent/runs/${runId}/chunks`, chunk, ANSWER_MS, true));
  }

  private async call(
    path: string,
    body: unknown,
    timeoutMs: number,
    signed: boolean,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const text = JSON.stringify(body);
    let answer = await this.send(path, text, timeoutMs, signed, signal);
    // A clock that was off is put right by the answer that says so.
    if (answer.status === 401 && signed && answer.corrected)
      answer = await this.send(path, text, timeoutMs, signed, signal);
    const parsed = answer.text === '' ? {} : this.parse(answer);
    if (answer.status >= 200 && answer.status < 300) return parsed;
    const { detail, hint } = parsed as { detail?: unknown; hint?: unknown };
    throw new Refusal(
      answer.status,
      typeof detail === 'string' ? detail : `the server answered ${answer.status}`,
      typeof hint === 'string' ? hint : null,
    );
  }

  private parse({ status, text }: Answer): object {
    try {
      return JSON.parse(text) as object;
    } catch {
      throw new Refusal(status, `the server answered ${status} with what is no JSON: is a proxy in between?`, null);
    }
  }

  private async send(
    path: string,
    body: string,
    timeoutMs: number,
    signed: boolean,
    signal?: AbortSignal,
  ): Promise<Answer & { corrected: boolean }> {
    const sentAt = this.now();
    const headers = signed ? this.signature(path, body, sentAt) : { 'content-type': 'application/json' };
    const answer = await this.exchange(path, body, headers, timeoutMs, signal);
    return { ...answer, corrected: answer.serverTime !== null && this.correct(answer.serverTime - sentAt) };
  }

  private signature(path: string, body: string, now: number): Record<string, string> {
    const time = String(Math.max(1e12, Math.round(now + this.offsetMs)));
    const nonce = randomBytes(18).toString('base64url');
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const text = signedText({ method: 'POST', path, bodyHash, time, nonce });
    return {
      'content-type': AGENT_CONTENT_TYPE,
      [AGENT_HEADERS.agent]: this.agent ?? '',
      [AGENT_HEADERS.time]: time,
      [AGENT_HEADERS.nonce]: nonce,
      [AGENT_HEADERS.signature]: sign(null, Buffer.from(text), this.key).toString('base64'),
    };
  }

  /** True when the clock that requests are signed with was changed. */
  private correct(offsetMs: number): boolean {
    this.measured = Math.round(offsetMs);
    const change = offsetMs - this.offsetMs;
    if (Math.abs(change) < SKEW_NOTICED_MS) return false;
    this.offsetMs = offsetMs;
    if (Math.abs(change) >= SKEW_SAID_MS)
      this.log(
        `this machine's clock is ${Math.abs(Math.round(offsetMs / 1000))} s ${offsetMs < 0 ? 'ahead of' : 'behind'} the control plane's; requests are signed with the control plane's time (set the clock: timedatectl set-ntp true)`,
      );
    return true;
  }

  private exchange(
    path: string,
    body: string,
    headers: Record<string, string>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    return new Promise((done, failed) => {
      const request = (this.server.startsWith('https:') ? https : http).request(`${this.server}${path}`, {
        method: 'POST',
        agent: this.connections,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
      });
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)),
        timeoutMs,
      );
      request.on('error', (error) => {
        clearTimeout(timer);
        failed(error);
      });
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too large'));
          else parts.push(part);
        });
        response.on('error', failed);
        response.on('end', () => {
          clearTimeout(timer);
          const time = Number(response.headers[SERVER_TIME_HEADER]);
          done({
            status: response.statusCode ?? 0,
            serverTime: time > 0 ? time : null,
            text: Buffer.concat(parts).toString('utf8'),
          });
        });
      });
      request.end(body);
    });
  }
}
